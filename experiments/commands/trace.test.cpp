// SPDX-License-Identifier: MIT
// trace as a user meets it: two ways to name a run, and nothing half-written.
#include <filesystem>
#include <fstream>

#include "experiments/commands/said.hpp"
#include "experiments/scenario/version.hpp"

namespace poolrace::experiments {
namespace {

std::string file_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(TraceCommand, TakesAReplayStringOrAScenarioAlike) {
  const std::string dir = testing::TempDir();
  const std::string replay = std::string("poolrace/") + version() +
                             ";scenario=seed-race;profile=arm64-soc;variant=scan;seed=1;run=4";
  EXPECT_EQ(said({"trace", replay, "-o", dir + "a.json"}).status, 0);
  EXPECT_EQ(
      said({"trace", "seed-race", "--variant", "scan", "--run", "4", "--output", dir + "b.json"})
          .status,
      0);
  EXPECT_EQ(file_text(dir + "a.json"), file_text(dir + "b.json"));
}

// A run goes on behind a silent corruption, and unmaps the page when it is destroyed.
TEST(TraceCommand, AnUnmapIsToldBeforeTheViolationOrNotAtAll) {
  std::vector<std::string> words = {"trace",   "seed-race", "--variant", "xarray-fixed",
                                    "--fault", "skip-sync", "--all",     "--text",
                                    "--steps", "5"};
  for (const char* setting : {"teardown=destroy", "ring=16", "load_mpps=0.1", "evict_mean_us=1000",
                              "hold_median_us=50", "warmup_us=20000", "horizon_s=1.2"})
    words.insert(words.end(), {"--set", setting});
  const Said s = said(words);
  EXPECT_EQ(s.status, 0) << s.err;
  EXPECT_NE(s.out.find("*** payload-corruption"), std::string::npos) << s.out;
  EXPECT_EQ(s.out.find("us before by"), std::string::npos) << s.out;
  const Said late = said({"trace", "seed-race", "--variant", "scan", "--text"});
  EXPECT_NE(late.out.find("us before by destroy"), std::string::npos) << late.out;
  EXPECT_EQ(late.out.find("unmapped -"), std::string::npos) << late.out;
}

// Nothing runs for seconds before a stall is noticed.
TEST(TraceCommand, AStallIsShownFromTheLastStepOn) {
  const std::vector<std::string> words = {"trace",        "seed-race", "--variant",
                                          "xarray-fixed", "--fault",   "lose-wakeup",
                                          "--text",       "--set",     "load_mpps=0.001"};
  const Said s = said(words);
  EXPECT_EQ(s.status, 0) << s.err;
  EXPECT_NE(s.out.find("teardown-stall"), std::string::npos) << s.out;
  EXPECT_NE(s.out.find("CPU "), std::string::npos) << s.out;
  EXPECT_EQ(s.out.find("no step in this window"), std::string::npos) << s.out;
  auto asked = words;
  asked.insert(asked.end(), {"--window-us", "1"});
  EXPECT_NE(said(asked).out.find("no step in this window"), std::string::npos);
}

TEST(TraceCommand, BadInputGetsOneClearLineAndWritesNothing) {
  const std::string out = testing::TempDir() + "none.json";
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"trace", "sede-race", "-o", out}, "nearest: seed-race"},
      {{"trace", "seed-race", "--variant", "scann", "-o", out}, "nearest: scan"},
      {{"trace", "seed-race", "--variant", "scan,baseline", "-o", out}, "one variant"},
      {{"trace", "seed-race", "--run", "-3", "-o", out}, "--run"},
      {{"trace", "seed-race", "--run", "1000000001", "-o", out}, "out of range"},
      {{"trace", "poolrace/9.9.9;run=1", "-o", out}, "poolrace/9.9.9"},
      {{"trace", "scenario=seed-race;run=1", "-o", out}, "not a replay string"},
      {{"trace", std::string("poolrace/") + version() + ";program=x;schedule=1.2", "-o", out},
       "poolrace replay"},
      {{"trace", "seed-race", "--variant", "xarray-fixed", "-o", out}, "--all"},
      {{"trace", "seed-race"}, "-o FILE"},
      {{"trace", "seed-race", "--text", "-o", out}, "--text"},
      {{"trace", "seed-race", "--all", "--window-us", "5", "-o", out}, "exclude"},
      {{"trace", "seed-race", "--window-us", "0", "-o", out}, "--window-us=0"},
      {{"trace", "seed-race", "-o", "/nonexistent/x.json"}, "No such file"},
      {{"trace", "seed-race", "-o", testing::TempDir()}, "Is a directory"},
      {{"compare", "--report", "/nonexistent/x.html"}, "No such file"},
  };
  for (const auto& [words, mention] : cases) {
    const Said s = said(words);
    EXPECT_EQ(s.status, 2) << mention << s.err;
    EXPECT_EQ(s.out, "") << mention;
    EXPECT_EQ(std::count(s.err.begin(), s.err.end(), '\n'), 1) << s.err;
    EXPECT_NE(s.err.find(mention), std::string::npos) << mention << " → " << s.err;
    EXPECT_FALSE(std::filesystem::exists(out)) << mention;
  }
}

}  // namespace
}  // namespace poolrace::experiments
