// SPDX-License-Identifier: MIT
// The words that options are written as are read as the same options.
#include "experiments/cli/common_options.hpp"

#include <gtest/gtest.h>

#include "experiments/scenario/replay_string.hpp"

namespace poolrace::experiments {
namespace {

CommonOptions parse(const std::vector<std::string>& words) {
  CommandLine line("compare", "");
  add_common_options(line);
  return common_options(line.parse(words));
}

TEST(WordsOf, AreReadAsTheSameOptions) {
  CommonOptions options;
  options.jobs = usable_cpus();
  EXPECT_EQ(parse(words_of(options)), options);

  options.scenario = "my scenario's.ini";
  options.profile = "a \"quoted\" machine.ini";
  options.variants = {"scan", "scan-rcu"};
  options.runs = 999'999'999;
  options.seed = 18446744073709551615U;
  options.world = "reference";
  options.settings = {{"load_mpps", "0.0001"}, {"trace_csv", "a b=c.csv"}};
  options.config = "$HOME/x.ini";
  options.faults = {"skip-unmap", "stuck-hold"};
  options.stalls = {{"put: read dma_sync", 1'234'567'891'000},  // 1234567.891 us
                    {"put: unmap", 1},                          // 0.000001 us
                    {"a = \"b\", it's", 1000 * ps_per_s}};
  EXPECT_EQ(parse(words_of(options)), options);
  options.stalls.front().duration += 1;
  EXPECT_NE(parse(words_of(options)).stalls.front().duration, 1'234'567'891'000);
}

}  // namespace
}  // namespace poolrace::experiments
