// SPDX-License-Identifier: MIT
#include "experiments/sweep/grid.hpp"

#include <fstream>

#include "experiments/sweep/fixture.hpp"

namespace poolrace::experiments {
namespace {

using Values = std::vector<std::string>;

Values values(const std::string& text) {
  return parse_vary(text, "here").values;
}

TEST(Grid, RangesHaveExactEndsAndFitTheParameter) {
  EXPECT_EQ(values("load_mpps=0.1:100:log10:4"), (Values{"0.1", "1", "10", "100"}));
  EXPECT_EQ(values("load_mpps=0.1:2.0:log10:3"), (Values{"0.1", "0.447214", "2"}));
  EXPECT_EQ(values("cpus=1:64:log10:7"), (Values{"1", "2", "4", "8", "16", "32", "64"}));
  EXPECT_EQ(values("cpus=2:9:lin:4"), (Values{"2", "4", "7", "9"}));
  EXPECT_EQ(values("warmup_us=0:1:lin"), (Values{"0", "0.25", "0.5", "0.75", "1"}));
  EXPECT_EQ(values("variant=scan,xarray"), (Values{"scan", "xarray"}));
}

TEST(Grid, TheProductHasTheFirstAxisSlowest) {
  const auto points =
      product({{{{"cpus", "2"}}}, {{{"cpus", "4"}}}}, {{"hz", {"100", "250"}}}, "here");
  ASSERT_EQ(points.size(), 4u);
  EXPECT_EQ(points[1].label(), "cpus=2 hz=250");
  EXPECT_EQ(points[2].label(), "cpus=4 hz=100");
}

struct Bad {
  std::string text, mentions;
};

TEST(Grid, BadInputIsNamed) {
  const std::vector<Bad> cases = {
      {"load_mpps", "not NAME=VALUE"},
      {"lod_mpps=1,2", "nearest: load_mpps"},
      {"load_mpps=1,,2", "empty item"},
      {"load_mpps=1,1", "listed twice"},
      {"load_mpps=0.1:2:log:8", "nearest: log10"},
      {"load_mpps=0.1:2", "LOW:HIGH:lin"},
      {"load_mpps=2:0.1:log10:8", "LOW below HIGH"},
      {"load_mpps=0.1:2:log10:1", "2 to 10000"},
      {"load_mpps=0.1:2:log10:many", "2 to 10000"},
      {"load_mpps=0.1:1e9:log10:3", "allowed"},
      {"warmup_us=0:1:log10:3", "LOW above 0"},
      {"cpus=1:3:lin:9", "gives 1 twice"},
      {"load_mpps=0.1:2:log10:8:9", "LOW:HIGH:lin"},
  };
  for (const Bad& bad : cases) {
    try {
      parse_vary(bad.text, "here");
      ADD_FAILURE() << bad.text << " was taken";
    } catch (const ConfigError& error) {
      EXPECT_EQ(std::string(error.what()).rfind("here", 0), 0u) << error.what();
      EXPECT_NE(std::string(error.what()).find(bad.mentions), std::string::npos) << error.what();
    }
  }
}

class PointsFile : public StudyTest {
 protected:
  std::vector<Point> read(const std::string& text) {
    std::ofstream(file("p.csv")) << text;
    return read_points(file("p.csv"), "here");
  }
};

TEST_F(PointsFile, HasALineAPoint) {
  const auto points = read("load_mpps, variant\r\n0.1,scan\n0.2, xarray\n");
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[1].label(), "load_mpps=0.2 variant=xarray");
}

TEST_F(PointsFile, HarmlessFormsAreTaken) {
  for (const char* text : {"load_mpps,variant\n0.1,scan\n",
                           "\xef\xbb\xbf\"load_mpps\", variant\r\n0.1, \"scan\"\r\n\r\n",
                           "load_mpps\tvariant\n0.1\tscan\n", "load_mpps;variant\n0.1; scan\n\n"}) {
    const auto points = read(text);
    ASSERT_EQ(points.size(), 1u) << text;
    EXPECT_EQ(points[0].label(), "load_mpps=0.1 variant=scan") << text;
  }
}

TEST_F(PointsFile, NamesItsFaults) {
  const std::vector<Bad> cases = {
      {"load_mpps\n0.1", "line 2: does not end in a newline"},
      {"load_mpps,cpus\n0.1\n", "line 2: has 1 cell; allowed: 2"},
      {"load_mpps,cpus\n0.1,\n", "no value for cpus"},
      {"lod_mpps\n0.1\n", "nearest: load_mpps"},
      {"cpus,cpus\n1,2\n", "varied twice"},
      {"cpus\n", "no point"},
      {"", "is empty"},
      {std::string("cpus\n1\0\n", 8), "line 2: holds a byte \\x00"},
      {"\x1f\x8b", "is gzip"},
  };
  for (const Bad& bad : cases)
    EXPECT_NE(error_of([&] { read(bad.text); }).find(bad.mentions), std::string::npos)
        << bad.text << error_of([&] { read(bad.text); });
  EXPECT_NE(error_of([&] { read_points(file("none"), "here"); }).find("cannot be read"),
            std::string::npos);
}

TEST_F(PointsFile, OptionsThatContradictAreNamed) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--vary", "cpus=2,4", "--set", "cpus=3"}, "'cpus' is both set and varied"},
      {{"--vary", "variant=scan", "--variant", "xarray"}, "'variant' is both set and varied"},
      {{"--vary", "cpus=2,4", "--vary", "cpus=8"}, "'cpus' is varied twice"},
      {{"--shard", "3/2"}, "1/N to N/N"},
      {{"--shard", "0/2"}, "1/N to N/N"},
      {{"--until", "0"}, "is no share"},
      {{"--until", "100%"}, "is no share"},
      {{"--until-below", "0.1"}, "goes with --until"},
      {{"--store", ""}, "needs a file name"},
  };
  for (const auto& [bad, mentions] : cases)
    EXPECT_NE(error_of([&] { options(bad); }).find(mentions), std::string::npos)
        << mentions << ": " << error_of([&] { options(bad); });
  const std::vector<std::pair<std::vector<std::string>, std::string>> points = {
      {{"--vary", "cpus=1,2"}, "contradictory"},
      {{"--vary", "load_mpps=0.1,0.10"}, "are the same"},
      {{"--vary", "load_mpps=0.1,2"}, "wire_gbps"},
      {{"--vary", "variant=scan,scann"}, "nearest: scan"},
      {{"--vary", "profile=arm64"}, "unknown profile"},
  };
  for (auto [bad, mentions] : points) {
    bad.insert(bad.end(), {"--store", file("not-made.sqlite")});
    const std::string error = error_of([&] { Sweep sweep(options(bad)); });
    EXPECT_NE(error.find(mentions), std::string::npos) << mentions << ": " << error;
    EXPECT_FALSE(std::filesystem::exists(file("not-made.sqlite"))) << mentions;
  }
}

}  // namespace
}  // namespace poolrace::experiments
