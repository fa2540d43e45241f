// SPDX-License-Identifier: MIT
// A toy machine with a closed form: one put, at a uniform date, comes to harm if the last delay that
// falls into it makes it later than a date.  The estimate and its interval are held against it down to
// 1e-8, with seeds that were fixed beforehand.
#include "experiments/rare/insertion.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/chance/distributions.hpp"

namespace poolrace::experiments {
namespace {

constexpr Ps span = 1'000'000'000, gap = 2'000'000, mean_delay = 200'000'000;

DelayLaw exponential_delays(double per_ps) {
  return DelayLaw(per_ps, [](std::uint64_t rank) {
    const double above = (static_cast<double>(~rank) + 0.5) * 0x1p-64;
    return static_cast<Ps>(-std::log(above) * static_cast<double>(mean_delay));
  });
}

// The put is met by a delay, and the last one of it is long enough, for all dates of the put.
double exact(double per_ps) {
  const double m = mean_delay, room = span - gap;
  return (1 - std::exp(-per_ps * gap)) * m / room * (1 - std::exp(-room / m));
}

double rate_for(double probability) {
  const double m = mean_delay, room = span - gap;
  return -std::log1p(-probability / (m / room * (1 - std::exp(-room / m)))) / gap;
}

// Two dates: the one that harms, and an earlier one that is none.
Openings toy(Ps put) {
  Openings out;
  out.openings = {{0, put, put + gap, span, 0}, {0, put, put + gap, put + gap + span / 50, 1}};
  out.to = span;
  return out;
}

Ps put_of(std::uint64_t seed, std::uint64_t sample) {
  sim::Stream stream = sim::Streams(seed, sample).stream("put");
  return static_cast<Ps>(stream.below(span - gap));
}

Weighed estimate(std::uint64_t seed, std::int64_t samples, double per_ps,
                 const Proposal& proposal = {{0.5, 0.5}, 0.1}) {
  static const DelayLaw one = exponential_delays(1);  // its table takes a while
  const DelayLaw law(per_ps, one);
  const auto mean_gap = static_cast<Ps>(std::min(1 / per_ps, 1e18));
  Weighed out;
  for (std::int64_t i = 0; i < samples; ++i) {
    const Ps put = put_of(seed, static_cast<std::uint64_t>(i));
    sim::Stream stream = sim::Streams(seed, static_cast<std::uint64_t>(i)).stream("rare");
    const Openings run = toy(put);
    const Inserted in = RunProposal(run, law, proposal).draw(stream);
    const bool inside = in.at >= put && in.at < put + gap;
    const bool last = in.at + sim::exponential(stream, mean_gap) >= put + gap;
    const bool late = put + gap + law.length_of(in.rank) > span;
    out.add(inside && last && late ? in.weight : 0);
  }
  return out;
}

TEST(Insertion, RanksAreFoundByBisection) {
  const DelayLaw law = exponential_delays(1);
  for (const Ps length : {Ps{0}, Ps{1}, Ps{1'000'000}, mean_delay, 20 * mean_delay}) {
    const std::uint64_t rank = law.first_longer(length);
    EXPECT_GT(law.length_of(rank), length);
    if (rank > 0) {
      EXPECT_LE(law.length_of(rank - 1), length);
    }
    EXPECT_GE(law.about_share_longer(length), law.share_longer(length));
    EXPECT_NEAR(law.share_longer(length),
                std::exp(-static_cast<double>(length) / static_cast<double>(mean_delay)), 1e-6);
  }
  EXPECT_EQ(law.share_longer(10'000 * mean_delay), 0);
  EXPECT_EQ(law.share_longer(-1), 1);
  const DelayLaw constant(1, [](std::uint64_t) { return Ps{7}; });
  EXPECT_EQ(constant.share_longer(6), 1);
  EXPECT_EQ(constant.share_longer(7), 0);
}

// As many as would do, or a few more; so harm is at most that.
TEST(Insertion, ExposureIsHowManyDelaysWouldDo) {
  const double per_ps = rate_for(1e-4);
  const DelayLaw law(per_ps, exponential_delays(1));
  const Ps put = span / 3;
  const auto late = [](Ps by) {
    return std::exp(-static_cast<double>(by) / static_cast<double>(mean_delay));
  };
  const double both = per_ps * gap * (late(span - put - gap) + late(span / 50));
  EXPECT_GE(exposure(toy(put).openings, law), both * (1 - 1e-6));
  EXPECT_LT(exposure(toy(put).openings, law), 1.4 * both);
  double mean = 0;
  for (std::uint64_t i = 0; i < 4000; ++i)
    mean += exposure({toy(put_of(1, i)).openings.front()}, law) / 4000;
  EXPECT_GT(mean, 0.95 * exact(per_ps));
  EXPECT_LT(mean, 1.4 * exact(per_ps));
}

// Delays so frequent that several meet in one put: each is the last of its run once.
TEST(Insertion, CountsARunOnceHoweverManyDelaysMeet) {
  const double per_ps = 1.5 / static_cast<double>(gap);
  const Weighed w = estimate(5, 200'000, per_ps);
  EXPECT_NEAR(w.mean(), exact(per_ps), 3.3 * w.standard_error());
  EXPECT_LT(w.standard_error(), 0.02 * w.mean());
}

TEST(Insertion, DoesNotDependOnWhatIsProposed) {
  const double per_ps = rate_for(1e-5);
  for (const Proposal& proposal : {Proposal{{0.9, 1e-9}, 0.1}, Proposal{{0.1, 0.8}, 0.01},
                                   Proposal{{0.3, 0.3}, 0.4}, Proposal{{1, 1}, 1}}) {
    const Weighed w = estimate(6, 100'000, per_ps, proposal);
    EXPECT_NEAR(w.mean(), 1e-5, 3.3 * w.standard_error()) << proposal.yields[0];
  }
}

// Delays of one length, and a second date that none of them reaches: nothing is drawn for that one,
// which would be missing in the weight of what is.
TEST(Insertion, WhatNoDelayReachesIsNotProposed) {
  constexpr Ps length = 100'000'000;
  const double per_ps = 1e-6 / gap, room = span - gap;
  const DelayLaw law(per_ps, [](std::uint64_t) { return length; });
  const Proposal proposal{{0.5, 0.5}, 0.1};
  Weighed w;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const Ps put = put_of(9, i);
    Openings run = toy(put);
    run.openings[1].beyond = put + gap + length + length / 10;
    sim::Stream stream = sim::Streams(9, i).stream("rare");
    const Inserted in = RunProposal(run, law, proposal).draw(stream);
    const bool late = in.at >= put && in.at < put + gap && put + gap + length > span;
    w.add(late ? in.weight : 0);
  }
  EXPECT_NEAR(w.mean(), 1e-6 * length / room, 3.3 * w.standard_error());
  EXPECT_LT(w.standard_error(), 0.03 * w.mean());
}

// 95 % intervals of 2000 seeds each.
TEST(InsertionSlow, IntervalsCoverTheClosedForm) {
  for (const double p : {1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8}) {
    const double per_ps = rate_for(p);
    ASSERT_NEAR(exact(per_ps), p, 1e-9 * p);
    int covered = 0;
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
      const auto interval = estimate(seed, 400, per_ps).interval();
      ASSERT_TRUE(interval);
      covered += interval->low <= p && p <= interval->high;
    }
    RecordProperty("covered at " + std::to_string(p), covered);
    std::printf("p = %g: %.2f %% of 2000 intervals cover\n", p, covered / 20.0);
    EXPECT_GE(covered, 1870) << p;
  }
}

TEST(Insertion, FewHitsHaveNoInterval) {
  Weighed w;
  for (int i = 0; i < 29; ++i) w.add(1);
  for (int i = 0; i < 71; ++i) w.add(0);
  EXPECT_NEAR(w.mean(), 0.29, 1e-12);
  EXPECT_FALSE(w.interval());
  w.add(1);
  EXPECT_TRUE(w.interval());
  w.add(1e9);  // one that outweighs all others
  EXPECT_FALSE(w.interval());
}

// One hit is an existence, however heavy or light; four of one weight are "about", in many samples.
TEST(Weighed, FewHitsAreNoNumber) {
  for (const double weight : {1e-9, 1e-3}) {
    Weighed w;
    for (int i = 0; i < 1000; ++i) w.add(0);
    EXPECT_FALSE(is_told(w.mean(), w.standard_error()));
    for (int hits = 1; hits <= 6; ++hits) {
      w.add(weight);
      EXPECT_EQ(is_told(w.mean(), w.standard_error()), hits >= 4) << hits;
    }
    w.add(30 * weight);  // of seven one is nearly all
    EXPECT_FALSE(is_told(w.mean(), w.standard_error()));
  }
}

}  // namespace
}  // namespace poolrace::experiments
