// SPDX-License-Identifier: MIT
// What orders two accesses and what does not, each by itself; what the two rules report.
#include "sim/weak/data_races.hpp"

#include <gtest/gtest.h>

namespace poolrace::sim {
namespace {

constexpr std::uint64_t x = 8, y = 16, lock = 100, piece = 7;

class Program {
 public:
  explicit Program(RaceRules rules = RaceRules::strict) : races(rules) {}
  void write(std::uint32_t cpu, std::uint64_t place, Ordering ordering = Ordering::plain) {
    access(cpu, place, false, true, ordering);
  }
  void read(std::uint32_t cpu, std::uint64_t place, Ordering ordering = Ordering::plain,
            std::uint64_t through = 0) {
    access(cpu, place, true, false, ordering, through);
  }
  void update(std::uint32_t cpu, std::uint64_t place, Ordering ordering) {
    access(cpu, place, true, true, ordering);
  }
  void access(std::uint32_t cpu, std::uint64_t place, bool reads, bool writes, Ordering ordering,
              std::uint64_t through = 0, ByteMask bytes = all_bytes) {
    races.access({cpu, place, bytes, reads, writes, ordering == Ordering::plain,
                  cpu == 0 ? "first" : "second", step++, quiet, through},
                 ordering);
  }
  [[nodiscard]] std::size_t found() const { return races.found().size(); }
  DataRaces races;
  std::size_t step = 0;
  bool quiet = false;
};

TEST(DataRaces, AreOfPlainAccessesThatNothingOrders) {
  Program p;
  p.write(0, x);
  p.read(1, x);
  ASSERT_EQ(p.found(), 1U);
  EXPECT_STREQ(p.races.found()[0].first, "first");
  EXPECT_STREQ(p.races.found()[0].second, "second");
  EXPECT_EQ(p.races.found()[0].at, 2U);
}

TEST(DataRaces, AreNotOfReadsOfOneCpuOrOfOtherBytes) {
  Program p;
  p.read(0, x);
  p.read(1, x);
  p.access(0, y, false, true, Ordering::plain, 0, 0x0f);
  p.access(1, y, false, true, Ordering::plain, 0, 0xf0);
  p.write(0, x + 16);
  p.write(0, x + 16);
  EXPECT_EQ(p.found(), 0U);
}

TEST(DataRaces, AreNotOfAccessesThatAreBothMarked) {
  Program p;
  p.write(0, x, Ordering::once);
  p.read(1, x, Ordering::once);
  p.update(0, x, Ordering::relaxed);
  EXPECT_EQ(p.found(), 0U);
  p.read(1, x);  // one of them is plain
  EXPECT_EQ(p.found(), 1U);
}

// Message passing: x is plain, y says that it is there.
std::size_t passed(Ordering write, Ordering read, bool wmb = false, bool rmb = false,
                   bool pointer = false) {
  Program p;
  p.write(0, x);
  if (wmb) p.races.fence(0, Fence::wmb);
  p.write(0, y, write);
  p.read(1, y, read);
  if (pointer) p.races.gave_pointer(piece);
  if (rmb) p.races.fence(1, Fence::rmb);
  p.read(1, x, Ordering::plain, piece);
  return p.found();
}

TEST(DataRaces, AMessageThatIsReleasedAndAcquiredOrders) {
  EXPECT_EQ(passed(Ordering::release, Ordering::acquire), 0U);
  EXPECT_EQ(passed(Ordering::once, Ordering::once, true, true), 0U);
  EXPECT_EQ(passed(Ordering::release, Ordering::once, false, true), 0U);
  EXPECT_EQ(passed(Ordering::once, Ordering::acquire, true), 0U);
  EXPECT_EQ(passed(Ordering::release, Ordering::once, false, false, true), 0U);
}

TEST(DataRaces, AMessageThatLacksEitherHalfDoesNot) {
  EXPECT_EQ(passed(Ordering::once, Ordering::acquire), 1U);
  EXPECT_EQ(passed(Ordering::release, Ordering::once), 1U);
  EXPECT_EQ(passed(Ordering::once, Ordering::once, true), 1U);
  EXPECT_EQ(passed(Ordering::once, Ordering::once, false, true), 1U);
  EXPECT_EQ(passed(Ordering::once, Ordering::once, false, false, true), 1U);
}

// A read comes before a marked write that follows it, in every model here.
TEST(DataRaces, AReadIsBehindAnyMessage) {
  Program p;
  p.read(0, x);
  p.write(0, y, Ordering::once);
  p.read(1, y, Ordering::acquire);
  p.write(1, x);
  EXPECT_EQ(p.found(), 0U);
}

TEST(DataRaces, AnUpdateHandsOn) {
  Program p;
  p.write(0, x);
  p.write(0, y, Ordering::release);
  p.update(2, y, Ordering::relaxed);
  p.read(1, y, Ordering::acquire);
  p.read(1, x);
  EXPECT_EQ(p.found(), 0U);
}

TEST(DataRaces, LocksOrder) {
  Program p;
  p.races.acquire(0, lock);
  p.write(0, x);
  p.races.release(0, lock);
  p.races.acquire(1, lock);
  p.read(1, x);
  p.races.release(1, lock);
  EXPECT_EQ(p.found(), 0U);
  p.write(0, x);  // outside
  EXPECT_EQ(p.found(), 1U);
}

TEST(DataRaces, AGracePeriodOrdersSectionsThatHaveEnded) {
  Program p;
  p.races.enter(0);
  p.read(0, x);
  p.races.begin(1);
  p.races.leave(0);
  p.races.end(1);
  p.write(1, x);
  EXPECT_EQ(p.found(), 0U);
}

TEST(DataRaces, AGracePeriodOrdersWhatComesBeforeItAndSectionsThatEnterLater) {
  Program p;
  p.write(1, x);
  p.races.begin(1);
  p.races.enter(0);
  p.read(0, x);
  EXPECT_EQ(p.found(), 0U);
  p.read(2, x);  // in no section
  EXPECT_EQ(p.found(), 1U);
}

TEST(DataRaces, ToKcsanAPlainWriteIsMarkedAndOneThatChangesNothingIsNone) {
  Program p(RaceRules::kcsan);
  p.write(0, x);
  p.write(1, x);
  p.read(0, x, Ordering::once);
  EXPECT_EQ(p.found(), 0U);
  p.write(0, y);
  p.read(1, y);
  EXPECT_EQ(p.found(), 1U);
  Program q(RaceRules::kcsan);
  q.read(0, x);
  q.write(1, x);
  q.races.changed_nothing();
  q.read(0, x);
  EXPECT_EQ(q.found(), 0U);
}

// What comes behind a barrier is no part of what it hands on; so with sections and grace periods.
TEST(DataRaces, ABarrierInFrontOfBothHandsOnNothing) {
  Program p;
  p.races.fence(0, Fence::wmb);
  p.write(0, x);
  p.write(0, y, Ordering::once);
  p.read(1, y, Ordering::acquire);
  p.read(1, x);
  EXPECT_EQ(p.found(), 1U);
  Program q;
  q.races.begin(0);
  q.write(0, x);
  q.races.enter(1);
  q.read(1, x);
  EXPECT_EQ(q.found(), 1U);
  Program r;
  r.races.enter(0);
  r.races.leave(0);
  r.read(0, x);
  r.races.begin(1);
  r.races.end(1);
  r.write(1, x);
  EXPECT_EQ(r.found(), 1U);
}

TEST(DataRaces, AMarkedAccessHidesNoPlainOneBeforeIt) {
  Program p;
  p.write(0, x);
  p.write(0, x, Ordering::once);
  p.read(1, x, Ordering::once);
  EXPECT_EQ(p.found(), 1U);
  Program q;
  q.read(0, x);
  q.write(1, x, Ordering::once);
  q.write(2, x, Ordering::once);
  EXPECT_EQ(q.found(), 1U);  // by their sites, one
}

TEST(DataRaces, AnUpdateThatChangesNothingMayHaveFailed) {
  Program p;
  p.read(1, x);
  p.update(0, x, Ordering::full);
  p.races.changed_nothing();
  EXPECT_EQ(p.found(), 0U);
}

TEST(DataRaces, ToKcsanAWriteAcrossIsNoMarkedOne) {
  Program p(RaceRules::kcsan);
  p.access(0, x, false, true, Ordering::plain, 0, 0x06);
  p.access(1, x, false, true, Ordering::plain, 0, 0x06);
  EXPECT_EQ(p.found(), 1U);
}

TEST(DataRaces, WhatIsMeantIsSilent) {
  Program p;
  p.write(0, x);
  p.quiet = true;
  p.read(1, x);
  EXPECT_EQ(p.found(), 0U);
}

}  // namespace
}  // namespace poolrace::sim
