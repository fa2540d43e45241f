// SPDX-License-Identifier: MIT
#include "models/nic/moderation.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace poolrace::models {
namespace {

// Frames at a constant gap: an interrupt so long after the first frame, or after so many.
Ps settle(Moderation& m, Ps gap, int interrupts) {
  Ps now = 0;
  for (int i = 0; i < interrupts; ++i) {
    const Ps wait = std::min<Ps>(m.time(), (m.frames() - 1) * gap);
    now += gap + wait;
    m.interrupt(now, static_cast<std::uint64_t>(1 + wait / gap));
  }
  return m.time();
}

TEST(Moderation, FixedStaysAsItWasSet) {
  Moderation fixed({false, 100 * ps_per_us, 32});
  settle(fixed, ps_per_us, 1000);
  EXPECT_EQ(fixed.time(), 100 * ps_per_us);
  EXPECT_EQ(fixed.frames(), 32u);
}

TEST(Moderation, AdaptiveSpendsFewerInterruptsOnMoreFrames) {
  Moderation busy({true, ps_per_us, 32});
  settle(busy, 200 * ps_per_ns, 64 * 50);  // 5 Mpps
  EXPECT_GE(busy.time(), 64 * ps_per_us);
}

TEST(Moderation, AdaptiveLeavesRareFramesAlone) {
  Moderation idle({true, 8 * ps_per_us, 32});
  settle(idle, 10 * ps_per_ms, 64 * 50);  // one frame an interrupt, whatever the interval
  EXPECT_LE(idle.time(), 64 * ps_per_us) << "nothing is gained by waiting: it parks";
}

}  // namespace
}  // namespace poolrace::models
