// SPDX-License-Identifier: MIT
// Streams: golden draws (a change here changes every trace ever recorded), the library's own known
// answers, the promise that streams do not disturb each other, and tests of uniformity.  Seeds are
// fixed: a statistical test below fails by chance with probability 1e-3, decided once.
#include "sim/chance/random.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "sim/errors.hpp"

namespace poolrace::sim {
namespace {

constexpr double z_at_1e3 = 3.29;  // two-sided normal bound at 1e-3

Streams some_run() {
  return Streams(7, 42);
}

std::vector<std::uint64_t> words(Stream stream, std::size_t n) {
  std::vector<std::uint64_t> out(n);
  for (auto& word : out) word = stream.u64();
  return out;
}

// Pearson's chi-squared against equal shares, and its bound at 1e-3 (Wilson and Hilferty).
double chi_squared(const std::vector<std::uint64_t>& counts) {
  double total = 0, sum = 0;
  for (const auto c : counts) total += static_cast<double>(c);
  const double expected = total / static_cast<double>(counts.size());
  for (const auto c : counts) sum += std::pow(static_cast<double>(c) - expected, 2) / expected;
  return sum;
}
double chi_squared_bound(double freedom) {
  const double a = 2 / (9 * freedom);
  return freedom * std::pow(1 - a + 3.090 * std::sqrt(a), 3);
}

TEST(Random, PhiloxAnswersAsPublished) {  // kat_vectors of Random123, philox4x64 10
  const auto zero = r123::Philox4x64{}({{0, 0, 0, 0}}, {{0, 0}});
  EXPECT_EQ(zero[0], 0x16554d9eca36314cu);
  EXPECT_EQ(zero[3], 0x7e68b68aec7ba23bu);
}

// A given word stands where it is said and nowhere else; what is given as drawn changes nothing.
TEST(Random, WordsThatAreGivenStandInTheirPlaces) {
  const auto drawn = words(some_run().stream("traffic"), 40);
  for (const std::size_t at : {0u, 3u, 4u, 17u, 39u}) {
    const Streams with(7, 42, {{"traffic", 0, at, 5}});
    auto expected = drawn;
    expected[at] = 5;
    EXPECT_EQ(words(with.stream("traffic"), 40), expected);
    EXPECT_EQ(words(with.stream("traffic", 1), 40), words(some_run().stream("traffic", 1), 40));
    EXPECT_EQ(words(with.stream("hold"), 40), words(some_run().stream("hold"), 40));
  }
  const Streams many(7, 42,
                     {{"traffic", 0, 9, 1},
                      {"hold", 0, 2, 2},
                      {"traffic", 0, 8, 3},
                      {"traffic", 1, 9, 4},
                      {"traffic", 0, 9, 6}});
  auto expected = drawn;
  expected[8] = 3;
  expected[9] = 6;  // the last counts
  EXPECT_EQ(words(many.stream("traffic"), 40), expected);
  EXPECT_EQ(words(many.stream("traffic"), 40), expected) << "from its beginning again";
  std::vector<GivenWord> same;
  for (std::size_t i = 0; i < 40; ++i) same.push_back({"traffic", 0, i, drawn[i]});
  const Streams natural(7, 42, same);
  EXPECT_EQ(words(natural.stream("traffic"), 80), words(some_run().stream("traffic"), 80));
  EXPECT_EQ(natural.stream("traffic").drawn(), 0u);
}

TEST(Random, GoldenDraws) {
  EXPECT_EQ(words(some_run().stream("traffic"), 6),
            (std::vector<std::uint64_t>{4442196770459945500u, 7543945663584677182u,
                                        8220223497541681178u, 6154762498294860655u,
                                        2141669698648402377u, 8760686346877351494u}));
  Stream stream = some_run().stream("hold", 3);
  EXPECT_EQ(stream.u32(), 343'807'107u);
  EXPECT_EQ(stream.below(1000), 866u);
  EXPECT_EQ(stream.between(-500, 500), -70);
  EXPECT_EQ(stream.drawn(), 3u);
}

TEST(Random, EveryCoordinateMakesAnotherStream) {
  const std::vector<Stream> streams = {Streams(1, 3).stream("a"), Streams(9, 3).stream("a"),
                                       Streams(1, 9).stream("a"), Streams(1, 3).stream("b"),
                                       Streams(3, 1).stream("a"), Streams(1, 3).stream("a", 9)};
  std::set<std::uint64_t> seen;
  for (const auto& stream : streams) {
    for (const auto word : words(stream, 1000)) seen.insert(word);
  }
  EXPECT_EQ(seen.size(), streams.size() * 1000);
}

TEST(Random, AnotherStreamShiftsNothing) {
  const Streams run = some_run();
  const auto alone = words(run.stream("traffic"), 100);
  Stream traffic = run.stream("traffic");
  Stream added = run.stream("added later");
  for (const auto word : alone) {
    for (int i = 0; i < 3; ++i) added.u64();
    EXPECT_EQ(traffic.u64(), word);
  }
}

TEST(Random, ACopyIsTheSameStreamFromThere) {
  Stream stream = some_run().stream("x");
  for (int i = 0; i < 5; ++i) stream.u64();
  EXPECT_EQ(stream.drawn(), 5u);
  Stream copy = stream;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(copy.u64(), stream.u64());
}

TEST(Random, NeighbouringStreamsAreUncorrelated) {
  const int n = 100'000;
  const auto pairs = {std::pair{Streams(1, 1).stream("s", 0), Streams(1, 1).stream("s", 1)},
                      std::pair{Streams(1, 1).stream("s"), Streams(1, 2).stream("s")},
                      std::pair{Streams(1, 1).stream("s"), Streams(2, 1).stream("s")}};
  for (auto [a, b] : pairs) {
    double sum = 0;
    std::uint64_t equal_bits = 0;
    for (int i = 0; i < n; ++i) {
      const std::uint64_t x = a.u64(), y = b.u64();
      sum += (std::ldexp(static_cast<double>(x), -64) - 0.5) *
             (std::ldexp(static_cast<double>(y), -64) - 0.5) * 12;
      equal_bits += static_cast<unsigned>(__builtin_popcountll(~(x ^ y)));
    }
    EXPECT_LT(std::abs(sum / std::sqrt(n)), z_at_1e3);
    EXPECT_LT(std::abs((static_cast<double>(equal_bits) - 32.0 * n) / std::sqrt(16.0 * n)),
              z_at_1e3);
  }
}

TEST(Random, BelowIsUniform) {
  Stream stream = some_run().stream("below");
  std::vector<std::uint64_t> counts(12);
  for (int i = 0; i < 120'000; ++i) counts[stream.below(12)]++;
  EXPECT_LT(chi_squared(counts), chi_squared_bound(11));
}

// Where bias would show: without rejection the lower two thirds here would get 3/4 of the draws.
TEST(Random, BelowIsUnbiasedForHugeRanges) {
  Stream stream = some_run().stream("huge");
  const std::uint64_t third = std::uint64_t{1} << 62;
  std::vector<std::uint64_t> counts(3), mod3(3);
  for (int i = 0; i < 90'000; ++i) {
    const std::uint64_t x = stream.below(3 * third);
    counts[x / third]++;
    mod3[x % 3]++;
  }
  EXPECT_LT(chi_squared(counts), chi_squared_bound(2));
  EXPECT_LT(chi_squared(mod3), chi_squared_bound(2));
}

TEST(Random, BetweenReachesBothEndsAndAllOfInt64) {
  Stream stream = some_run().stream("between");
  std::set<std::int64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(stream.between(-2, 2));
  EXPECT_EQ(seen, (std::set<std::int64_t>{-2, -1, 0, 1, 2}));
  EXPECT_EQ(stream.between(9, 9), 9);
  const auto lo = std::numeric_limits<std::int64_t>::min();
  const auto hi = std::numeric_limits<std::int64_t>::max();
  int negative = 0;
  for (int i = 0; i < 10'000; ++i) negative += stream.between(lo, hi) < 0;
  EXPECT_LT(std::abs(negative - 5000) / 50.0, z_at_1e3);
}

TEST(Random, ChancesHaveTheirProbability) {
  Stream stream = some_run().stream("chance");
  const int n = 200'000;
  int by_ppm = 0, by_q32 = 0;
  for (int i = 0; i < n; ++i) {
    EXPECT_FALSE(stream.chance_ppm(0));
    EXPECT_TRUE(stream.chance_ppm(1'000'000));
    EXPECT_FALSE(stream.chance_q32(0));
    EXPECT_TRUE(stream.chance_q32(std::uint64_t{1} << 32));
    by_ppm += stream.chance_ppm(300'000);
    by_q32 += stream.chance_q32(std::uint64_t{3} << 30);  // 3/4
  }
  EXPECT_LT(std::abs(by_ppm - 0.30 * n) / std::sqrt(0.21 * n), z_at_1e3);
  EXPECT_LT(std::abs(by_q32 - 0.75 * n) / std::sqrt(0.1875 * n), z_at_1e3);
}

TEST(Random, NonsenseIsRefused) {
  Stream stream = some_run().stream("x");
  EXPECT_THROW(stream.below(0), InternalError);
  EXPECT_THROW(stream.between(1, 0), InternalError);
  EXPECT_THROW(stream.chance_ppm(1'000'001), InternalError);
  EXPECT_THROW(stream.chance_q32((std::uint64_t{1} << 32) + 1), InternalError);
}

}  // namespace
}  // namespace poolrace::sim
