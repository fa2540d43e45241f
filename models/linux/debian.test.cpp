// SPDX-License-Identifier: MIT
// The real thing: the unmodified page_pool.c of kernels as Debian packages them.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <regex>
#include <sstream>

#include "models/linux/debian_tree.hpp"

namespace poolrace::models::linux_tree {
namespace {

class DebianTreeSlow : public testing::Test {
 protected:
  // The full name of that kernel's pool; skips the test without its package.
  std::string tree(const std::string& version) {
    keep_in_build_tree();
    folder_ = debian_tree(version);
    return folder_.empty() ? "" : know_tree("linux:" + folder_, "test");
  }
  std::string folder_;
};

#define TREE_OR_SKIP(name, version)       \
  const std::string name = tree(version); \
  if (name.empty()) GTEST_SKIP() << "the package linux-source-" version " is not installed";

TEST_F(DebianTreeSlow, SixOneSyncsAndUnmapsAfterRemoval) {
  TREE_OR_SKIP(name, "6.1")
  const Verdict put = explore(task_of("remove-vs-put-preemptible", name));
  EXPECT_TRUE(put.complete);
  EXPECT_NE(found_in(put, Kind::sync_after_unbind, Harm::crash), nullptr);
  const Verdict leaves = explore(task_of("remove-vs-put-return", name));
  EXPECT_TRUE(leaves.complete);
  EXPECT_NE(found_in(leaves, Kind::unmap_after_unbind, Harm::crash), nullptr);
}

// A put that recycles is safe; one that must leave, preemptible, unmaps what it has claimed when
// the device is gone.  A softirq's cannot be overtaken by the grace period.
TEST_F(DebianTreeSlow, SixTwelveUnmapsAfterRemovalWhereAPreemptiblePutHasClaimed) {
  TREE_OR_SKIP(name, "6.12")
  const Verdict put = explore(task_of("remove-vs-put-preemptible", name));
  EXPECT_TRUE(put.complete);
  EXPECT_FALSE(harmed(put));
  const Verdict leaves = explore(task_of("remove-vs-put-return", name));
  EXPECT_TRUE(leaves.complete);
  EXPECT_NE(found_in(leaves, Kind::unmap_after_unbind, Harm::crash), nullptr);
  const Verdict softirq = explore(task_of("remove-vs-put-return-softirq", name));
  EXPECT_TRUE(softirq.complete);
  EXPECT_EQ(found_in(softirq, Kind::unmap_after_unbind, Harm::crash), nullptr);
}

TEST_F(DebianTreeSlow, WithoutItsRingBarrierThePoolIsUsedAfterItsEnd) {
  TREE_OR_SKIP(name, "6.12")
  const std::string copy = POOLRACE_BINARY_DIR "/linux-source/6.12-no-barrier";
  std::filesystem::copy(
      folder_, copy,
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  const std::string file = copy + "/net/core/page_pool.c";
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  const std::regex barrier(
      R"(\w+ = page_pool_producer_lock\(\w+\);\s+page_pool_producer_unlock[^;]+;)");
  ASSERT_TRUE(std::regex_search(text.str(), barrier));
  std::ofstream(file) << std::regex_replace(text.str(), barrier, "");
  const std::string broken = know_tree("linux:" + copy, "test");
  EXPECT_NE(broken.substr(broken.find('#')), name.substr(name.find('#')));
  const Verdict found = explore(task_of("destroy-vs-put-preemptible", broken));
  EXPECT_NE(found_in(found, Kind::pool_use_after_free, Harm::corruption), nullptr);
  const Verdict healthy = explore(task_of("destroy-vs-put-preemptible", name));
  EXPECT_TRUE(healthy.complete);
  EXPECT_FALSE(harmed(healthy));
}

TEST_F(DebianTreeSlow, EveryWriteOfItsIsAnnounced) {
  TREE_OR_SKIP(name, "6.12")
  WriteCheck::wanted = true;
  WriteCheck::checks = WriteCheck::unannounced = 0;
  for (const char* program : {"remove-vs-put-return", "recycle-and-post", "destroy-vs-put-bulk"})
    explore(task_of(program, name), {.executions_max = 200});
  WriteCheck::wanted = false;
  EXPECT_GT(WriteCheck::checks, 10'000U);
  EXPECT_EQ(WriteCheck::unannounced, 0U);
}

// What an order can lead to, and what it does: kind by kind.
std::string told(const Verdict& verdict) {
  std::string out;
  for (const auto& found : verdict.found)
    if (found)
      out += std::string(kind_info(found->violation.kind).name) + " " +
             harm_name(found->violation.harm) + "\n";
  return out;
}

// Programs whose contract is broken are left out: our copy tells that two met in the alloc cache,
// the real code what came of it.  So is what takes long.
void expect_agreement(const std::string& tree, const std::string& copy,
                      const std::function<bool(const Program&)>& differs) {
  int compared = 0;
  for (const Program& program : program_table()) {
    if (!program.contract_kept || program.large || differs(program)) continue;
    const Verdict ours = explore({&program, copy, {}, ""}, {.executions_max = 2000});
    const Verdict real = explore({&program, tree, {}, ""}, {.executions_max = 2000});
    if (!ours.complete || !real.complete) continue;
    EXPECT_EQ(told(real), told(ours)) << program.name;
    ++compared;
  }
  EXPECT_GT(compared, 50);
}

TEST_F(DebianTreeSlow, SixTwelveAndOurCopyOfItAgree) {
  TREE_OR_SKIP(name, "6.12")
  expect_agreement(name, "mainline-2026", [](const Program&) { return false; });
}

// Its bulk counts inside the lock, which our copy of v6.14's does not.
TEST_F(DebianTreeSlow, SixOneAndOurCopyOfItAgreeButForTheBulkStatistic) {
  TREE_OR_SKIP(name, "6.1")
  expect_agreement(name, "baseline-ringfix",
                   [](const Program& program) { return program.has(Part::put_bulk); });
}

}  // namespace
}  // namespace poolrace::models::linux_tree
