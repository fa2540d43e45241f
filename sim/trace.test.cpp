// SPDX-License-Identifier: MIT
// A fingerprint tells traces apart that differ anywhere; the last records and the bounded full
// recording keep what they promise; sites have the ids FNV-1a gives them, at compile time.
#include "sim/trace.hpp"

#include <gtest/gtest.h>

#include <set>

#include "sim/site.hpp"

namespace poolrace::sim {
namespace {

std::uint64_t fingerprint_of(const std::vector<Record>& records) {
  Trace trace;
  for (const Record& r : records) trace.add(r.at, r.context, r.site, r.value);
  return trace.fingerprint();
}

TEST(Trace, EveryFieldAndTheOrderCount) {
  const Record a{1'000, 1, 2, 3};
  const Record b{2'000, 4, 5, 6};
  std::set<std::uint64_t> seen{fingerprint_of({}), fingerprint_of({a}), fingerprint_of({a, b}),
                               fingerprint_of({b, a}), fingerprint_of({a, a})};
  std::size_t expected = 5;
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t one = std::uint64_t{1} << bit;
    std::vector<Record> changed(3, a);
    changed[0].value ^= one;
    changed[1].at ^= static_cast<Ps>(one);
    if (bit < 32) {
      changed.push_back(a), changed.back().context ^= static_cast<std::uint32_t>(one);
      changed.push_back(a), changed.back().site ^= static_cast<std::uint32_t>(one);
    }
    for (const Record& c : changed) {
      if (c == a) continue;
      seen.insert(fingerprint_of({c, b}));
      seen.insert(fingerprint_of({b, c}));
      expected += 2;
    }
  }
  EXPECT_EQ(seen.size(), expected);
}

TEST(Trace, KeepsTheLastAndTheNewestUpToTheBound) {
  Trace trace(100);
  for (std::uint64_t i = 0; i < 150; ++i) trace.add(static_cast<Ps>(i), 0, 0, i);
  ASSERT_EQ(trace.last().size(), Trace::last_records);
  EXPECT_EQ(trace.last().front().value, 150 - Trace::last_records);
  EXPECT_EQ(trace.last().back().value, 149U);
  ASSERT_EQ(trace.records().size(), 100U);
  EXPECT_EQ(trace.records().front().value, 50U);
  EXPECT_EQ(trace.records().back().value, 149U);
  EXPECT_EQ(trace.count(), 150U);
}

TEST(Trace, FoldingDependsOnTheOrderOfRuns) {
  EXPECT_NE(fold(fold(0, 1), 2), fold(fold(0, 2), 1));
  EXPECT_NE(fold(0, 1), fold(0, 2));
  EXPECT_EQ(hex16(0xdeadbeef), "00000000deadbeef");
  EXPECT_EQ(hex16(UINT64_MAX), "ffffffffffffffff");
}

TEST(Site, IdsAreMadeByTheCompiler) {
  constexpr Site empty("");
  constexpr Site a("a");
  constexpr Site site("ring: publish page");
  static_assert(empty.id() == 0x811c9dc5U);
  static_assert(a.id() == 0xe40c292cU);  // FNV-1a's published value
  static_assert(site.id() != a.id());
  EXPECT_STREQ(site.text(), "ring: publish page");
}

}  // namespace
}  // namespace poolrace::sim
