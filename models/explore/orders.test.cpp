// SPDX-License-Identifier: MIT
// What hangs on the kernel's generation, its preemption and the driver's order (page_pool.md,
// Corrections W1, W2, W5 and W6): who may still unmap when the driver is gone.
#include <gtest/gtest.h>

#include "models/explore/explorer.hpp"
#include "models/explore/retell.hpp"

namespace poolrace::models {
namespace {

Verdict verdict_of(const char* program, const char* variant, const ExploreConfig& config = {}) {
  const Verdict verdict = explore({&find_program(program), variant, config, {}}, {});
  EXPECT_TRUE(verdict.complete) << program << ", " << variant;
  return verdict;
}

const Found* found(const Verdict& verdict, Kind kind) {
  const auto& it = verdict.found[static_cast<std::size_t>(kind)];
  return it ? &*it : nullptr;
}

// Nothing in the merged fix forbids it: the grace period comes before the walk.  What closes it is
// a later one that waits for this putter, and in hns3's order none comes.
TEST(DriverOrder, WhoMayUnmapAfterUnbindUnderTheMergedFix) {
  struct Putter {
    const char* program;
    PreemptModel preempt;
    bool dynamic, open;  // behind ndo_stop
  };
  const Putter putters[] = {
      {"remove-vs-put-return", PreemptModel::full, false, true},
      {"remove-vs-put-return", PreemptModel::lazy, false, true},
      {"remove-vs-put-return", PreemptModel::none, true, true},
      {"remove-vs-put-return", PreemptModel::none, false, false},
      {"remove-vs-put-return", PreemptModel::voluntary, false, false},
      {"remove-vs-put-return-softirq", PreemptModel::full, false, false},
      {"remove-vs-put-return-bh-off", PreemptModel::full, false, false},
  };
  for (const char* variant : {"xarray-fixed", "mainline-2026"})
    for (const Putter& putter : putters)
      for (const DriverOrder order : {DriverOrder::ndo_stop, DriverOrder::hns3}) {
        const Verdict verdict = verdict_of(
            putter.program, variant,
            {.preempt = putter.preempt, .preempt_dynamic = putter.dynamic, .driver_order = order});
        const bool open = order == DriverOrder::hns3 || putter.open;
        EXPECT_EQ(found(verdict, Kind::unmap_after_unbind) != nullptr, open)
            << variant << ", " << putter.program << ", " << text_of(verdict.task.config);
      }
}

TEST(IommuGeneration, ALateUnmapOopsesOrIsSilentUntilTheDeviceIsFreed) {
  const auto classes = [](const char* variant, IommuGeneration generation) {
    const Verdict v = verdict_of("remove-vs-put-return", variant, {.iommu_generation = generation});
    const Found *unmap = found(v, Kind::unmap_after_unbind),
                *device = found(v, Kind::device_use_after_free);
    return std::pair(unmap ? unmap->violation.harm : Harm::leak, device != nullptr);
  };
  EXPECT_EQ(classes("xarray", IommuGeneration::v6_14).first, Harm::crash);
  EXPECT_EQ(classes("xarray", IommuGeneration::v6_15), std::pair(Harm::none, true));
  // The device reference of mainline before the fixes keeps the struct: silent for ever.
  EXPECT_EQ(classes("baseline", IommuGeneration::v6_15), std::pair(Harm::none, false));
}

// bdea4980182e: the statistic of a bulk put, counted when the pool may be gone.
TEST(BulkStatistic, FreesUnderTheProducerUntilItMovedIntoTheLock) {
  const Verdict before = verdict_of("destroy-vs-put-bulk", "xarray-fixed");
  const Found* it = found(before, Kind::pool_use_after_free);
  ASSERT_NE(it, nullptr);
  EXPECT_EQ(it->violation.harm, Harm::corruption);
  EXPECT_STREQ(it->violation.site.c_str(), "count a recycle statistic");
  const auto told = retell(before.task, it->schedule);
  EXPECT_EQ(told.astray, "");
  EXPECT_FALSE(told.execution.violations.empty());
  EXPECT_FALSE(verdict_of("destroy-vs-put-bulk", "mainline-2026").violated());
}

// blocks-v5's walk takes the page of an item that may hold a link by then.
TEST(BlocksV5, ItsWalkFollowsAnItemThatWasGivenBack) {
  const Verdict verdict = verdict_of("destroy-vs-put-return", "blocks-v5");
  const Found* it = found(verdict, Kind::tracker_corruption);
  ASSERT_NE(it, nullptr);
  EXPECT_EQ(it->violation.harm, Harm::crash);
}

// An item ends once its page was counted out, in memory of a pool that may be gone.
TEST(Items, EndInAPoolThatMayBeGone) {
  for (const char* variant : {"items-v3", "blocks-v5", "blocks-v11"})
    EXPECT_NE(found(verdict_of("destroy-vs-put-return", variant), Kind::pool_use_after_free),
              nullptr)
        << variant;
}

}  // namespace
}  // namespace poolrace::models
