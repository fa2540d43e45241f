// SPDX-License-Identifier: MIT
#include "pool/native/tree.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "pool/linux/process.hpp"
#include "pool/native/bench.hpp"
#include "pool/native/tree_fixture.hpp"
#include "pool/native/tree_pool.hpp"

namespace poolrace::pool::native {
namespace {

using linux_tree::Target;

class NativeTree : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(Targets, NativeTree,
                         testing::Values(Target::native, Target::native_no_preempt),
                         [](const auto& test) {
                           return test.param == Target::native ? "preempt" : "no_preempt";
                         });

TEST_P(NativeTree, EveryPathOfTheBenchRuns) {
  const ThreadScope thread(0);
  const linux_tree::Built built = native_fixture(GetParam());
  for (const BenchPathInfo& info : bench_paths) {
    PathBench bench = PathBench::of_tree(built.folder, info.path);
    EXPECT_GT(bench.ns_per_page(1000), 0) << info.name;
  }
}

// The table of calls (shim/pr_native.h) is seen through: nothing of it is left to call.
TEST_P(NativeTree, HotCallsAreInlined) {
  if (!sanitizer_of_this_program().empty()) GTEST_SKIP() << "not optimised for speed";
  const std::string folder = native_fixture(GetParam()).folder;
  const linux_tree::Ran ran = linux_tree::run({"nm", folder + "/page_pool.o"});
  ASSERT_TRUE(ran.good());
  EXPECT_NE(ran.out.find("pr_host"), std::string::npos);
  for (const char* name : {" pr_ops", "pr_n_lock", "pr_n_unlock", "pr_n_rcu_read", "pr_n_page_put"})
    EXPECT_EQ(ran.out.find(name), std::string::npos) << name;
}

// What destroy tracks it unmaps itself; else the put does, behind the driver.
TEST_P(NativeTree, ALatePutUnmapsBehindTheDriverWhereNothingIsTracked) {
  for (const bool tracked : {true, false}) {
    const ThreadScope thread(0);
    NativePlatform p;
    Device device(p.reports);
    TreeWorld world(native_fixture(GetParam(), tracked ? "" : "BUG_NOT_TRACKED").folder, p);
    TreePool pool(world, device, PoolParams{}, Limits{.ring = 16});
    const Page page = pool.alloc_pages();
    ASSERT_TRUE(page);
    EXPECT_EQ(pool.peek_inflight(), 8);  // the bulk's others lie in the cache
    EXPECT_TRUE(pool.peek_owns(page));
    pool.destroy();
    device.bound = false;
    EXPECT_EQ(p.dma.live(), tracked ? 0u : 1u);
    pool.put_full_page(page, false);
    EXPECT_EQ(p.reports.count(Kind::unmap_after_unbind), 0u);
    for (int i = 0; p.live_pools() != 0 && i < 100; ++i) p.msleep("test: wait", 1000);
    EXPECT_EQ(p.live_pools(), 0);
    EXPECT_EQ(p.reports.count(Kind::unmap_after_unbind), tracked ? 0u : 1u) << p.reports.text();
    EXPECT_EQ(p.pages.in_use(), 0u);
    EXPECT_EQ(p.dma.live(), 0u);
  }
}

// A grace period ends when the reader that it found has left, not before.
TEST(NativeReaders, AGracePeriodWaitsForSectionsAndForBottomHalves) {
  const ThreadScope thread(0);
  NativePlatform p;
  TreeWorld world(native_fixture(Target::native).folder, p);
  for (const bool softirq : {true, false}) {
    std::atomic<int> stage{0};
    std::thread reader([&] {
      const ThreadScope scope(1);
      std::optional<SoftirqScope> as;
      if (softirq) as.emplace();
      world.in_tree([&](pr_context& me) {
        if (!softirq) std::atomic_ref(me.inside.rcu_nesting).store(1);
        stage = 1;
        while (stage == 1) std::this_thread::yield();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        stage = 3;
        if (!softirq) std::atomic_ref(me.inside.rcu_nesting).store(0);
      });
    });
    while (stage == 0) std::this_thread::yield();
    stage = 2;
    world.wait_for_readers();
    EXPECT_EQ(stage, 3);
    reader.join();
  }
}

}  // namespace
}  // namespace poolrace::pool::native
