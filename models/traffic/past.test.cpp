// SPDX-License-Identifier: MIT
// The pages in flight that begin() tells, against a long warm-up which knows no law: frames from far
// back, each with a hold of its own, and who is still out at date 0.  Mean, variance and P(0), each
// within four standard errors; there are enough runs that 20 % would be more than that.
#include "models/traffic/past.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "models/traffic/hold_time.hpp"
#include "models/traffic/traffic.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

struct Case {
  std::string name;
  TrafficParams traffic;
  HoldTimeParams hold;
  Ps warmup;
  Receiver receiver = {};
};

HoldTimeParams constant(Ps time) {
  HoldTimeParams p;
  p.kind = HoldKind::constant;
  p.hold_median = time;
  return p;
}

// Nearly all are held 1 us, and one in 1111 long: below what is played frame by frame.
HoldTimeParams rarely(Ps time) {
  HoldTimeParams p;
  p.hold_median = 1_us;
  p.hold_sigma_milli = 0;
  p.slow_ppm = p.tail_ppm = p.stuck_ppm = 0;
  p.fragment_ppm = 900;
  p.fragment_time = time;
  return p;
}

TrafficParams of_kind(TrafficKind kind, std::uint64_t load_pps) {
  TrafficParams p;
  p.kind = kind;
  p.load_pps = load_pps;
  p.off_rate_ppm = 100'000;
  p.onoff_sources = 4;
  return p;
}

TrafficParams slowly(TrafficParams p, Ps on_mean) {
  p.on_mean = on_mean;
  return p;
}

// 40 frames in a row, a long gap, and a few.
TrafficParams trace() {
  auto records = std::make_shared<RecordedTrace>();
  for (int i = 0; i < 40; ++i) records->records.push_back({i * 20_us, 64});
  for (int i = 0; i < 5; ++i) records->records.push_back({3_ms + i * i * 100_us, 64});
  TrafficParams p;
  p.kind = TrafficKind::trace;
  p.trace = records;
  return p;
}

struct Sample {
  double mean = 0, variance = 0, empty = 0;
  double mean_error = 0, variance_error = 0, empty_error = 0;
};

Sample sample_of(const std::vector<double>& counts) {
  Sample s;
  const double n = static_cast<double>(counts.size());
  for (const double x : counts) s.mean += x / n, s.empty += (x == 0) / n;
  double fourth = 0;
  for (const double x : counts) {
    s.variance += std::pow(x - s.mean, 2) / (n - 1);
    fourth += std::pow(x - s.mean, 4) / n;
  }
  s.mean_error = std::sqrt(s.variance / n);
  s.variance_error = std::sqrt((fourth - s.variance * s.variance) / n);
  s.empty_error = std::sqrt(s.empty * (1 - s.empty) / n);
  return s;
}

double z(double a, double b, double error_a, double error_b) {
  return a == b ? 0 : (a - b) / std::hypot(error_a, error_b);
}

constexpr std::uint64_t runs = 3000;

std::vector<double> begun(const Case& c) {
  const HoldTime hold(c.hold);
  std::vector<double> counts;
  for (std::uint64_t run = 0; run < runs; ++run) {
    const sim::Streams streams(11, run);
    Traffic traffic(c.traffic, streams.stream("traffic"));
    counts.push_back(
        static_cast<double>(traffic.begin(hold, c.receiver, streams.stream("pages")).size()));
  }
  return counts;
}

std::vector<double> warmed_up(const Case& c) {
  const HoldTime hold(c.hold);
  std::vector<double> counts;
  for (std::uint64_t run = 0; run < runs; ++run) {
    const sim::Streams streams(12, run);
    sim::Stream stream = streams.stream("holds");
    Traffic traffic(c.traffic, streams.stream("traffic"));
    traffic.begin(streams.stream("phase"));
    Intake intake(c.receiver);
    double held = 0;
    for (Ps date = -c.warmup;;) {
      date += traffic.next().gap;
      if (date > 0) break;
      const Ps handed_up = intake.take(date);
      held += handed_up != ps_never && hold.draw(stream).time > -handed_up;
    }
    counts.push_back(held);
  }
  return counts;
}

std::vector<Case> cases() {
  using K = TrafficKind;
  std::vector<Case> out = {
      {"cbr", of_kind(K::cbr, 20), constant(100_ms), 1_s},
      {"cbr, often none", of_kind(K::cbr, 10), constant(70_ms), 1_s},
      {"imix", of_kind(K::imix, 10), constant(70_ms), 1_s},
      {"poisson", of_kind(K::poisson, 15), constant(100_ms), 1_s},
      {"trains", of_kind(K::trains, 400), constant(100_ms), 300_ms},
      {"mmpp", slowly(of_kind(K::mmpp, 400), 10_ms), constant(10_ms), 200_ms},
      {"pareto_onoff", slowly(of_kind(K::pareto_onoff, 400), 10_ms), constant(10_ms), 200_ms},
      {"websearch", of_kind(K::websearch, 20'000), constant(100_ms), 300_ms},
      {"fb_hadoop", of_kind(K::fb_hadoop, 50'000), constant(20_ms), 300_ms},
      {"alistorage", of_kind(K::alistorage, 50'000), constant(10_ms), 100_ms},
      {"trace", trace(), constant(700_us), 20_ms},
  };
  const std::vector<Case> far = {
      {"cbr, far", of_kind(K::cbr, 100'000), rarely(200_ms), 200_ms},
      {"trains, far", of_kind(K::trains, 100'000), rarely(200_ms), 200_ms},
      {"mmpp, far", slowly(of_kind(K::mmpp, 100'000), 20_ms), rarely(200_ms), 200_ms},
      {"pareto_onoff, far", slowly(of_kind(K::pareto_onoff, 100'000), 20_ms), rarely(200_ms),
       200_ms},
      {"websearch, far", of_kind(K::websearch, 20'000), rarely(1_s), 1_s},
      {"alistorage, far", of_kind(K::alistorage, 100'000), rarely(200_ms), 200_ms},
      {"trace, far", trace(), rarely(2_s), 2_s},
      {"websearch, far, slow", of_kind(K::websearch, 40'000), rarely(1_s), 1_s, {2, 64, 8_us}},
      {"mmpp, far, slow",
       slowly(of_kind(K::mmpp, 100'000), 20_ms),
       rarely(200_ms),
       200_ms,
       {2, 64, 8_us}},
      {"pareto_onoff, far, slow",
       slowly(of_kind(K::pareto_onoff, 100'000), 20_ms),
       rarely(200_ms),
       200_ms,
       {1, 64, 8_us}},
  };
  out.insert(out.end(), far.begin(), far.end());
  return out;
}

TEST(PastSlow, IsWhatALongWarmUpShows) {
  for (const Case& c : cases()) {
    const Sample a = sample_of(begun(c)), b = sample_of(warmed_up(c));
    const double zs[] = {z(a.mean, b.mean, a.mean_error, b.mean_error),
                         z(a.variance, b.variance, a.variance_error, b.variance_error),
                         z(a.empty, b.empty, a.empty_error, b.empty_error)};
    for (const double each : zs) EXPECT_LE(std::abs(each), 4) << c.name;
    EXPECT_LT(4 * std::hypot(a.mean_error, b.mean_error), 0.2 * b.mean) << c.name;
  }
}

// Holds of 100 ms and 20 frames a second: how often there is any page at all.
double share_with_pages(TrafficKind kind, std::uint64_t tries) {
  const HoldTime hold(constant(100_ms));
  double some = 0;
  for (std::uint64_t run = 0; run < tries; ++run) {
    const sim::Streams streams(13, run);
    Traffic traffic(of_kind(kind, 20), streams.stream("traffic"));
    some += !traffic.begin(hold, {}, streams.stream("pages")).empty();
  }
  return some / static_cast<double>(tries);
}

TEST(Past, ByTheory) {
  EXPECT_EQ(share_with_pages(TrafficKind::cbr, 200), 1);
  // A train of 40 on average comes every 2 s: 1 - exp(-0.1 s / 2 s).
  EXPECT_NEAR(share_with_pages(TrafficKind::trains, 5000), 0.0488, 4 * std::sqrt(0.0488 / 5000));
  // A flow of 1157 frames on average comes every 57.9 s, and lasts 1.4 ms on the wire.
  EXPECT_NEAR(share_with_pages(TrafficKind::websearch, 20'000), 0.00175,
              4 * std::sqrt(0.00175 / 20'000));
}

// What the run begins with and what comes then are of one process: a clock's frames stay apart.
TEST(Past, RunsOnIntoTheRun) {
  const HoldTime hold(constant(100_ms));
  for (std::uint64_t run = 0; run < 100; ++run) {
    const sim::Streams streams(14, run);
    Traffic traffic(of_kind(TrafficKind::cbr, 20), streams.stream("traffic"));
    const std::vector<HoldTime::Met> met = traffic.begin(hold, {}, streams.stream("pages"));
    ASSERT_EQ(met.size(), 2u);
    EXPECT_EQ(met[1].remaining - met[0].remaining, 50_ms);
    EXPECT_EQ(traffic.next().gap + 100_ms, met[1].remaining + 50_ms);
    EXPECT_EQ(traffic.next().gap, 50_ms);
  }
}

TEST(Past, ATraceIsMetAtAnyOfItsDates) {
  double early = 0;
  for (std::uint64_t run = 0; run < 1000; ++run) {
    const sim::Streams streams(15, run);
    Traffic traffic(trace(), streams.stream("traffic"));
    traffic.begin(streams.stream("phase"));
    early += traffic.next().gap < 25_us;  // in its 40 frames: 0.8 of 4.7 ms
  }
  EXPECT_NEAR(early / 1000, 0.17, 0.05);
  TrafficParams once = trace();
  once.trace_repeats = false;
  Traffic traffic(once, sim::Streams(15, 0).stream("traffic"));
  const auto remaining =
      traffic.begin(HoldTime(constant(2_ms)), {}, sim::Streams(15, 0).stream("pages"));
  EXPECT_EQ(remaining.size(), 5u) << "as if it had come before";
  int frames = 0;
  while (traffic.next().gap != ps_never) ++frames;
  EXPECT_EQ(frames, 45) << "but it comes once";
}

TEST(Past, AReceiverTakesWhatItCan) {
  const Receiver receiver{2, 64, 8_us};
  Intake intake(receiver);
  std::uint64_t taken = 0;
  for (int i = 0; i < 10'000; ++i) taken += intake.take(i * 1_us) != ps_never;
  EXPECT_NEAR(static_cast<double>(taken), static_cast<double>(receiver.taken_of(10'000, 1_us)), 20);
  EXPECT_EQ(receiver.taken_of(100, 1_us), 100u);
  EXPECT_EQ(receiver.taken_of(10'000, 4_us), 10'000u);
  EXPECT_EQ(receiver.share_q32(250'000), std::uint64_t{1} << 32);
  EXPECT_EQ(receiver.share_q32(500'000), std::uint64_t{1} << 31);
}

}  // namespace
}  // namespace poolrace::models
