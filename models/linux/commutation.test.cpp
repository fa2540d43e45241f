// SPDX-License-Identifier: MIT
// The footprints of a tree's steps: those that they call independent commute, in every program.  On
// this rests that "all orders" are all.
#include <gtest/gtest.h>

#include "models/explore/commutation_fixture.hpp"
#include "models/linux/debian_tree.hpp"
#include "models/linux/tree_fixture.hpp"

namespace poolrace::models::linux_tree {
namespace {

std::uint64_t of_programs(const std::string& variant, std::uint64_t executions) {
  std::uint64_t swaps = 0;
  for (const Program& program : program_table())
    if (program.contract_kept) swaps += check_task({&program, variant, {}, ""}, executions);
  return swaps;
}

TEST(TreeCommutation, OfTheFixtureInEveryProgram) {
  EXPECT_GT(of_programs(fixture(), 1), 1'000U);
}

// A wait for what others do is a condition of its own.
TEST(TreeCommutation, OfAPoolThatSpins) {
  const std::string spins = fixture("BUG_SPINS");
  std::uint64_t swaps = 0;
  for (const char* program : {"destroy-vs-put-preemptible", "destroy-vs-put-vs-put"})
    swaps += check_task({&find_program(program), spins, {}, ""}, 20);
  EXPECT_GT(swaps, 100U);
}

TEST(TreeCommutation, WhereMemoryIsWeak) {
  std::uint64_t swaps = 0;
  for (const char* bug : {"", "BUG_BUSY_FLAG"})
    for (const char* program : {"destroy-vs-put-preemptible", "destroy-vs-put-vs-put",
                                "destroy-vs-put-return", "remove-vs-put-softirq-vs-worker"})
      swaps += check_task(
          {&find_program(program), fixture(bug), {.memory = sim::MemoryModel::arm}, ""}, 10);
  EXPECT_GT(swaps, 500U);
}

TEST(TreeCommutationLong, OfDebiansTreesInEveryProgram) {
  for (const char* version : {"6.1", "6.12"}) {
    keep_in_build_tree();
    const std::string folder = debian_tree(version);
    if (folder.empty()) GTEST_SKIP() << "the package linux-source-" << version << " is missing";
    EXPECT_GT(of_programs(know_tree("linux:" + folder, "test"), 4), 1'000U);
  }
}

}  // namespace
}  // namespace poolrace::models::linux_tree
