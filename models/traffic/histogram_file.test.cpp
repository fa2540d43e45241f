// SPDX-License-Identifier: MIT
// The shapes in which bpftrace prints a hist() and an lhist(), and what is no such thing.
#include "models/traffic/histogram_file.hpp"

#include <gtest/gtest.h>

#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

std::shared_ptr<const HoldHistogram> read(const std::string& text, const std::string& map = "",
                                          std::int64_t unit_ns = 1000) {
  return read_histogram(sim::file_of(text), "F", map, unit_ns);
}

std::string bins(const HoldHistogram& histogram) {
  std::string out;
  for (const auto& bin : histogram.bins)
    out += std::to_string(bin.lo_ns) + ".." + std::to_string(bin.hi_ns) + ": " +
           std::to_string(bin.count) + "\n";
  return out;
}

std::string error_of(const std::string& text, const std::string& map = "") {
  try {
    read(text, map);
    return "no error";
  } catch (const ConfigError& error) {
    EXPECT_EQ(std::string_view(error.what()).substr(0, 16), "histogram file F");
    return std::string(error.what()).substr(16);
  }
}

const std::string hist =
    "Attaching 2 probes...\n^C\n\n@hold_us: \n"
    "[0]                    2 |@                                                   |\n"
    "[1]                    0 |                                                    |\n"
    "[2, 4)                 5 |@@                                                  |\n"
    "[512, 1K)             40 |@@@@@@@@@@@@@@@@@@@@                                |\n"
    "[1M, 2M)               1 |                                                    |\n"
    "\n@puts: 48\n";

TEST(HistogramFile, PowersOfTwo) {
  EXPECT_EQ(bins(*read(hist)),
            "0..1000: 2\n2000..4000: 5\n512000..1024000: 40\n1048576000..2097152000: 1\n");
  EXPECT_EQ(read(hist)->name, "histogram file F @hold_us");
  EXPECT_EQ(bins(*read(hist, "", 1)), "0..1: 2\n2..4: 5\n512..1024: 40\n1048576..2097152: 1\n");
  EXPECT_NE(read(hist)->hash, read(hist, "", 1)->hash);
}

TEST(HistogramFile, EqualSteps) {
  const std::string lhist =
      "@h:\n(..., 0)   0 |    |\n[0, 10)  3 |@@@ |\n[10, 20)  4 |@@@@|\n[100, ...)  0 |  |\n";
  EXPECT_EQ(bins(*read(lhist)), "0..10000: 3\n10000..20000: 4\n");
  EXPECT_EQ(bins(*read("@h:\r\n(..., 10)  7 |@@|\r\n[10, 20)  4 |@@@@|\r\n")),
            "0..10000: 7\n10000..20000: 4\n");
  EXPECT_EQ(bins(*read("[10, 20)  4 |@@@@|\n")), "10000..20000: 4\n");
}

TEST(HistogramFile, OneOfSeveralMapsByName) {
  const std::string two = hist + "@hold_us[tcp, 3]:\n[4, 8)  9 |@|\n@other:\n[8, 16)  1 |@|\n";
  EXPECT_EQ(bins(*read(two, "hold_us[tcp, 3]")), "4000..8000: 9\n");
  EXPECT_EQ(bins(*read(two, "@other")), "8000..16000: 1\n");
  EXPECT_EQ(error_of(two),
            ": has several maps; allowed: hold_histogram_map=NAME, of @hold_us, @hold_us[tcp, 3], "
            "@other");
  EXPECT_EQ(error_of(two, "othre"), ": unknown map '@othre' (nearest: @other)");
  EXPECT_EQ(error_of(hist + hist),
            " line 15: @hold_us is there again (first on line 4), and may count on; allowed: once "
            "(keep the one you mean)");
}

TEST(HistogramFile, SaysWhatIsWrongAndWhere) {
  const auto wrong = [](const std::string& text) {
    const std::string error = error_of(text);
    EXPECT_NE(error.find("; allowed: "), std::string::npos) << error;
    return error.substr(0, error.find("; allowed: "));
  };
  EXPECT_EQ(wrong("time_us,bytes\n"), ": has no histogram");
  EXPECT_EQ(wrong(""), ": has no histogram");
  EXPECT_EQ(wrong("@h:\n[4, 8)  0 |@|\n"), " @h: counts nothing");
  EXPECT_EQ(wrong("@h:\n[4, 8  9 |@|)\n"), " line 2: '[4, 8  9 |@|)' has no bin");
  EXPECT_EQ(wrong("@h:\n[8, 4)  9 |@|\n"), " line 2: '[8, 4)  9 |@|' has no bin");
  EXPECT_EQ(wrong("@h:\n[4, 8)  x |@|\n"), " line 2: '[4, 8)  x |@|' has no count");
  EXPECT_EQ(wrong("@h:\n[4, 8)  -1 |@|\n"), " line 2: '[4, 8)  -1 |@|' has no count");
  EXPECT_EQ(wrong("@h:\n[4, 8)  1 |@|\n[6, 9) 1 |@|\n"),
            " line 3: begins before the bin above it ends");
  EXPECT_EQ(wrong("@h:\n(..., 0)  1 |@|\n"), " line 2: counts holds of less than 0");
  EXPECT_EQ(wrong("@h:\n[100, ...)  1 |@|\n"), " line 2: counts holds without an upper end");
  EXPECT_EQ(wrong("@h:\n[8T, 16T)  1 |@|\n"), " line 2: counts holds of over 100 days");
  EXPECT_EQ(wrong("@h:\n[4, 8)  2000000000000 |@|\n"), " line 2: makes over 2^40 counts in all");
}

}  // namespace
}  // namespace poolrace::models
