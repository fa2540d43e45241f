// SPDX-License-Identifier: MIT
// Against closed forms of a core that runs ahead: chains, overlap, the window's end, locked
// operations.
#include "models/cpu/issue.hpp"

#include <gtest/gtest.h>

namespace poolrace::models {
namespace {

constexpr Ps slot = 250, hit = 1'250, miss = 60'000;
constexpr IssueParams core{16 * slot, hit};  // sixteen steps

struct Core {
  IssueWindow window{core};
  Ps now = 1'000'000;
  template <class Step>
  Ps times(int n, Step step) {
    const Ps began = now;
    for (int i = 0; i < n; ++i) now += step(i);
    return now - began;
  }
};

TEST(IssueWindow, HitsCostTheirInstructions) {
  Core run;
  std::array<Ready, 100> words{};
  run.times(32, [&](int i) { return run.window.load(run.now, slot, slot, words[i]); });
  EXPECT_EQ(run.times(60,
                      [&](int i) {
                        return run.window.load(run.now, slot, slot,
                                               words[static_cast<std::size_t>(i) + 32]);
                      }),
            60 * slot);
}

// A counter that is read, changed and written again and again: each waits for the one before.
TEST(IssueWindow, AChainCostsItsLatencies) {
  Core run;
  Ready counter;
  run.times(50, [&](int) { return run.window.update(run.now, slot, 3'000, counter); });
  EXPECT_EQ(run.times(40, [&](int) { return run.window.update(run.now, slot, 3'000, counter); }),
            40 * 3'000);
}

// The witness of the hardware notes: what costs its whole latency in a loop of its own is hidden
// among other work that takes as long.
TEST(IssueWindow, AChainIsHiddenAmongOtherWork) {
  Core run;
  Ready counter;
  const auto pass = [&](int) {
    const Ps began = run.now;
    run.now += run.window.update(run.now, slot, 1'500, counter);
    for (int i = 0; i < 12; ++i) {
      Ready word;
      run.now += run.window.load(run.now, slot, slot, word);
    }
    const Ps cost = run.now - began;
    run.now = began;
    return cost;
  };
  run.times(20, pass);
  EXPECT_EQ(run.times(20, pass), 20 * 13 * slot) << "nothing but its instructions is paid";
}

TEST(IssueWindow, IndependentMissesOverlapWithinTheWindow) {
  const auto misses_apart = [](int between) {
    Core run;
    Ready word;
    run.times(32, [&](int) {
      Ready w;
      return run.window.load(run.now, slot, slot, w);
    });
    const Ps began = run.now;
    run.now += run.window.load(run.now, slot, miss, word);
    for (int i = 0; i < between; ++i) {
      Ready w;
      run.now += run.window.load(run.now, slot, slot, w);
    }
    Ready other;
    run.now += run.window.load(run.now, slot, miss, other);
    return run.now - began;
  };
  EXPECT_LT(misses_apart(0), miss + 20 * slot);
  EXPECT_LT(misses_apart(10), miss + 20 * slot) << "both were under way at once";
  EXPECT_GT(misses_apart(20), 2 * miss - 20 * slot) << "the second was not yet fetched";
}

TEST(IssueWindow, LockedOperationsWaitForStoresAndHoldBackLoads) {
  Core run;
  Ready a, b, c;
  run.times(32, [&](int) {
    Ready w;
    return run.window.load(run.now, slot, slot, w);
  });
  const Ps store = run.window.store(run.now, slot, miss, a);
  EXPECT_EQ(store, slot) << "a store's line is nobody's concern";
  run.now += store;
  const Ps locked = run.window.locked(run.now, slot, 5'000, b);
  EXPECT_EQ(locked, miss + 5'000) << "but for a locked operation";
  run.now += locked;
  EXPECT_EQ(run.window.load(run.now, slot, miss, c), slot + miss) << "no load had begun before";
}

// Loads of one word wait for its store, not for one another, whoever they are of.
TEST(IssueWindow, LoadsOfOneWordOverlap) {
  Core run;
  IssueWindow other{core};
  Ready word;
  run.times(32, [&](int) {
    Ready w;
    return run.window.load(run.now, slot, slot, w);
  });
  const Ps missed = run.window.load(run.now, slot, miss, word);
  EXPECT_GT(missed, miss - hit - slot);
  EXPECT_LE(other.load(run.now, slot, slot, word), hit + slot) << "a hit of another core";
  run.now += missed;
  EXPECT_EQ(run.times(20, [&](int) { return run.window.load(run.now, slot, slot, word); }),
            20 * slot);
  EXPECT_EQ(other.store(run.now, slot, slot, word), slot);
}

// An interrupt, or other work, is no credit.
TEST(IssueWindow, TimeThatPassedIsNoCredit) {
  Core run;
  Ready word;
  run.times(32, [&](int) {
    Ready w;
    return run.window.load(run.now, slot, slot, w);
  });
  run.now += 1'000'000;
  EXPECT_EQ(run.window.load(run.now, slot, miss, word), miss + slot);
  run.now += 100 * miss;
  Ready other;
  EXPECT_EQ(run.window.load(run.now, slot, miss, other), miss + slot);
}

}  // namespace
}  // namespace poolrace::models
