// SPDX-License-Identifier: MIT
// Data races of the C++ pools: the kinds that their sites say, and what is no step of its own.
#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "models/explore/explorer.hpp"
#include "models/explore/retell.hpp"

namespace poolrace::models {
namespace {

using Sites = std::set<std::pair<std::string, std::string>>;

Verdict explored(const char* program, const char* variant, sim::RaceRules rules) {
  ExploreTask task{&find_program(program), variant, {}};
  task.races = rules;
  const Verdict verdict = explore(task, {});
  EXPECT_TRUE(verdict.complete);
  return verdict;
}

Sites races(const char* program, const char* variant,
            sim::RaceRules rules = sim::RaceRules::strict) {
  Sites out;
  for (const FoundRace& race : explored(program, variant, rules).races)
    out.insert({race.first, race.second});
  return out;
}

bool has(const Sites& races, const std::string& first, const std::string& second) {
  return races.contains({first, second}) || races.contains({second, first});
}

TEST(PoolDataRaces, AreOfTheFlagThatDestroyClears) {
  const Sites both{{"put: read dma_sync", "scrub: clear dma_sync"},
                   {"put: read dma_sync again, under RCU", "scrub: clear dma_sync"}};
  for (const sim::RaceRules rules : {sim::RaceRules::strict, sim::RaceRules::kcsan}) {
    EXPECT_EQ(races("destroy-vs-put-softirq", "mainline-2026", rules), both);
    EXPECT_EQ(races("destroy-vs-put-softirq", "baseline-ringfix", rules), Sites{})
        << "nobody clears it";
  }
}

// v1 writes it with WRITE_ONCE, and reads it plain: kcsan sees that as well.
TEST(PoolDataRaces, AMarkedWriteBesideAPlainReadIsOne) {
  EXPECT_TRUE(has(races("destroy-vs-put-softirq", "xarray-v1", sim::RaceRules::kcsan),
                  "put: read dma_sync", "scrub: clear dma_sync"));
}

// Up to the merged fix the walk clears the index of pages that others look at; 24ef02f934ee does not.
TEST(PoolDataRaces, TheWalkWritesWhereAnSkbsFreeReads) {
  const std::string clear = "claimed: clear index", look = "skb free: read pp_magic";
  EXPECT_TRUE(has(races("destroy-vs-put-softirq", "xarray"), clear, look));
  EXPECT_FALSE(has(races("destroy-vs-put-softirq", "xarray-fixed"), clear, look));
}

// kcsan: a plain write of a whole word is as good as a marked one.
TEST(PoolDataRaces, OfAPlainWriteAndAMarkedOneAreStrictAlone) {
  const std::string publish = "ring: publish page", clear = "ring: clear consumed slot";
  EXPECT_TRUE(has(races("put-bulk-vs-napi", "baseline"), publish, clear));
  const Sites kcsan = races("put-bulk-vs-napi", "baseline", sim::RaceRules::kcsan);
  EXPECT_FALSE(has(kcsan, publish, clear));
  EXPECT_TRUE(has(kcsan, "ring: test the producer's slot", clear));
}

// Of v1 it is a field of its own.
TEST(PoolDataRaces, BitsOfOneBitfieldAreOneThing) {
  const std::string read = "release: read dma_map", clear = "scrub: clear dma_sync";
  EXPECT_TRUE(has(races("destroy-vs-put-return", "xarray-fixed"), read, clear));
  EXPECT_FALSE(has(races("destroy-vs-put-return", "xarray-v1"), read, clear));
}

TEST(PoolDataRaces, TheEndOfThePoolIsAPlainWriteOfAllOfIt) {
  EXPECT_TRUE(has(races("destroy-vs-put-return", "mainline-2026"), "raise pages_state_release_cnt",
                  "page_pool_destroy: kfree"));
}

TEST(PoolDataRaces, WhatIsNoStepIsToldByANameOfItsOwn) {
  EXPECT_TRUE(has(races("destroy-vs-frag-vs-frag", "baseline"), "skb free: read pp_magic",
                  "clear pp_magic"));
  const Sites broken = races("broken-rx-vs-put", "baseline");
  EXPECT_TRUE(has(broken, "ring: clear consumed slot", "ring: test the producer's slot"));
}

// Data of the pool that is no word: the lock that guards it is not taken.
TEST(PoolDataRaces, PlainDataWhoseGuardIsBrokenRaces) {
  ExploreTask task{
      &find_program("destroy-vs-put-vs-put"), "xarray-fixed", {}, "skip-producer-lock"};
  task.races = sim::RaceRules::strict;
  bool found = false;
  for (const FoundRace& race : explore(task, {}).races)
    found |= race.first == "read ring.producer" && race.second == "write ring.producer";
  EXPECT_TRUE(found);
  for (const auto& [first, second] : races("destroy-vs-put-vs-put", "xarray-fixed"))
    EXPECT_EQ((first + second).find("ring.producer"), std::string::npos) << "it is guarded";
}

// The page allocator hands a page on: its next owner's writes race with none of the last one's.
TEST(PoolDataRaces, APagesLivesComeOneAfterTheOther) {
  for (const char* variant : {"baseline-ringfix", "mainline-2026"})
    for (const auto& [first, second] : races("put-return-vs-napi", variant))
      EXPECT_EQ(first.rfind("ring: ", 0), 0U) << first << " and " << second;
}

TEST(PoolDataRaces, AScheduleLeadsToTheLaterOfTheTwo) {
  const Verdict verdict = explored("destroy-vs-put-softirq", "xarray", sim::RaceRules::strict);
  std::size_t tried = 0;
  for (const FoundRace& race : verdict.races) {
    if (race.second != "scrub: clear dma_sync") continue;  // others are of no step of their own
    ++tried;
    const Retelling told = retell(verdict.task, race.schedule);
    ASSERT_EQ(told.astray, "");
    const std::string last = told.steps.at(race.schedule.size() - 1).site;
    EXPECT_TRUE(last == race.first || last == race.second) << last;
  }
  EXPECT_EQ(tried, 2U);
}

// To look for them changes no order: no steps more, and no violation more or less.
TEST(PoolDataRaces, ToLookForThemChangesNoVerdict) {
  for (const char* variant : {"baseline", "scan-rcu", "blocks-v5", "items-v3", "xarray-fixed"}) {
    const ExploreTask task{&find_program("destroy-vs-put-return"), variant, {}};
    const Verdict plain = explore(task, {});
    const Verdict watched = explored("destroy-vs-put-return", variant, sim::RaceRules::strict);
    EXPECT_EQ(plain.steps_longest, watched.steps_longest) << variant;
    for (std::size_t k = 0; k < kind_count; ++k)
      EXPECT_EQ(plain.found[k].has_value(), watched.found[k].has_value()) << kind_table[k].name;
  }
}

}  // namespace
}  // namespace poolrace::models
