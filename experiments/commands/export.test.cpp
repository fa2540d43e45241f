// SPDX-License-Identifier: MIT
// merge as a user meets it: what two stores disagree about, and what does not belong together.
#include <fstream>

#include "experiments/commands/commands.hpp"
#include "experiments/sweep/fixture.hpp"

namespace poolrace::experiments {
namespace {

class MergeCommand : public StudyTest {};

TEST_F(MergeCommand, RefusesWhatDiffersAndTakesNothingOfIt) {
  const std::string a = file("a.sqlite"), b = file("b.sqlite"), c = file("c.sqlite");
  sweep(words({"--store", a}));
  sweep(words({"--store", b}), [](const models::Parameters& p, const models::RunOptions& o) {
    models::RunResult r = quick_run(p, o);
    r.fingerprint += o.run == 45;
    return r;
  });
  sweep(words({"--store", c, "--seed", "2"}));
  const std::string before = exported(a);
  const Command merge = merge_command();
  const auto run = [&](const std::vector<std::string>& words) {
    return merge.run(merge.line.parse(words));
  };
  EXPECT_EQ(run({"--store", a, b}), 4);
  EXPECT_EQ(exported(a), before);
  EXPECT_NE(error_of([&] { run({"--store", a}); }).find("which stores"), std::string::npos);
  EXPECT_NE(error_of([&] { run({"--store", a, c}); }).find("is of seed 1"), std::string::npos);
  EXPECT_EQ(exported(a), before);
}

}  // namespace
}  // namespace poolrace::experiments
