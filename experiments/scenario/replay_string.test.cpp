// SPDX-License-Identifier: MIT
// What a replay string says is what it was made of; and shells read words as they are.
#include "experiments/scenario/replay_string.hpp"

#include <gtest/gtest.h>

#include "experiments/scenario/version.hpp"

namespace poolrace::experiments {
namespace {

CommonOptions stalled() {
  CommonOptions o;
  o.settings = {{"horizon_s", "1.2"}};
  o.stalls = {
      {"put: read dma_sync", 1'234'567'891'000}, {"put: unmap", 1}, {"it's \"so\"", 500'000}};
  return o;
}

TEST(ReplayString, NamesTheRun) {
  const std::string text = replay_string(resolve(stalled(), {"scan"}), stalled(), "scan", 42);
  EXPECT_EQ(text, std::string("poolrace/") + version() +
                      ";scenario=seed-race;profile=arm64-soc;variant=scan;seed=1;run=42;"
                      "set=horizon_s=1.2;stall=put: read dma_sync=1234567.891;"
                      "stall=put: unmap=0.000001;stall=it's \"so\"=0.5");
}

TEST(ReplayString, IsReadBack) {
  CommonOptions options = stalled();
  options.seed = 18446744073709551615U;
  options.faults = {"skip-unmap"};
  options.config = "a file.ini";
  Resolved resolved;
  resolved.scenario = options.scenario = "steady";
  resolved.profile = options.profile = "x86-server";
  options.variants = {"scan-rcu"};
  const ReplayedRun back = parse_replay(replay_string(resolved, options, "scan-rcu", 7));
  EXPECT_EQ(back.run, 7);
  EXPECT_EQ(back.options, options);
}

TEST(ReplayString, IsQuotedForAShellWhereItMustBe) {
  EXPECT_EQ(shell_text({"poolrace", "run", "a=b,c", ""}), "poolrace run a=b,c ''");
  EXPECT_EQ(shell_text({"put: unmap=1", "it's", "$HOME", "a;b"}),
            "'put: unmap=1' 'it'\\''s' '$HOME' 'a;b'");
}

}  // namespace
}  // namespace poolrace::experiments
