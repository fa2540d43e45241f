// SPDX-License-Identifier: MIT
// Traffic: the wire's arithmetic, every kind's mean rate (200 independent windows, so that the
// error is measured, not assumed; each test at 1e-3 with fixed seeds) and its burstiness against
// closed forms, the published flow sizes, and what the CSV reader says to each damaged file.
#include "models/traffic/traffic.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/traffic/hold_time.hpp"
#include "sim/chance/distributions.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

constexpr double z_at_1e3 = 3.29;
constexpr std::uint64_t gbps = 1'000'000'000;

sim::Stream fresh(std::uint64_t run = 1) {
  return sim::Streams(3, run).stream("traffic");
}

TrafficParams of_kind(TrafficKind kind, std::uint64_t load_pps) {
  TrafficParams p;
  p.kind = kind;
  p.load_pps = load_pps;
  return p;
}

const std::vector<TrafficKind> synthetic = {
    TrafficKind::cbr,       TrafficKind::poisson,      TrafficKind::trains,
    TrafficKind::mmpp,      TrafficKind::pareto_onoff, TrafficKind::websearch,
    TrafficKind::fb_hadoop, TrafficKind::alistorage,   TrafficKind::imix};

struct Moments {
  double mean, variance, error;  // of the count in one window; error of the mean
};
Moments count_windows(const TrafficParams& params, Ps window, int windows) {
  double sum = 0, squares = 0;
  for (int run = 0; run < windows; ++run) {
    Traffic traffic(params, fresh(static_cast<std::uint64_t>(run)));
    double count = 0;
    for (Ps date = traffic.next().gap; date < window; date += traffic.next().gap) ++count;
    sum += count;
    squares += count * count;
  }
  const double n = windows, variance = (squares - sum * sum / n) / (n - 1);
  return {sum / n, variance, std::sqrt(variance / n)};
}

TEST(Wire, LineRates) {
  EXPECT_EQ(wire_time_ps(64, 10 * gbps), 67'200);
  EXPECT_EQ(wire_time_ps(64, 25 * gbps), 26'880);
  EXPECT_EQ(wire_time_ps(1518, 100 * gbps), 123'040);
  EXPECT_EQ(wire_time_ps(65, 7 * gbps), 97'143);  // 97142.86, rounded up
  EXPECT_EQ(line_rate_pps(64, 10 * gbps), 14'880'952u);
  EXPECT_EQ(line_rate_pps(64, 25 * gbps), 37'202'380u);
  EXPECT_EQ(line_rate_pps(64, 100 * gbps), 148'809'523u);
  EXPECT_EQ(line_rate_pps(1518, 10 * gbps), 812'743u);  // 812,743.8
}

TEST(Wire, SixtyFourByteFramesAtLineRate) {
  Traffic traffic(of_kind(TrafficKind::cbr, 14'880'952), fresh());
  traffic.next();
  Ps date = 0;
  for (int i = 0; i < 14'880'952; ++i) {
    const Arrival a = traffic.next();
    ASSERT_GE(a.gap, 67'200);
    date += a.gap;
  }
  EXPECT_EQ(date, 1_s);
}

TEST(Traffic, NoGapIsShorterThanItsFrame) {
  for (const auto kind : synthetic) {
    TrafficParams params = of_kind(kind, kind == TrafficKind::imix ? 3'200'000 : 800'000);
    Traffic traffic(params, fresh());
    bool busy = false;
    for (int i = 0; i < 50'000; ++i) {
      const Arrival a = traffic.next();
      const Ps wire = wire_time_ps(a.bytes, params.link_bps);
      ASSERT_GE(a.gap, wire) << static_cast<int>(kind);
      busy |= a.gap == wire;
    }
    EXPECT_EQ(busy, kind != TrafficKind::cbr) << static_cast<int>(kind);
  }
}

// On a wire so fast that its queue does not blur the ends of the window.
TEST(Traffic, MeanRateOfEveryKind) {
  for (const auto kind : synthetic) {
    TrafficParams params = of_kind(kind, 200'000);
    params.link_bps = 1000 * gbps;
    params.off_rate_ppm = kind == TrafficKind::mmpp ? 100'000 : 0;
    const Moments m = count_windows(params, 100_ms, 200);
    EXPECT_LT(std::abs(m.mean - 20'000), z_at_1e3 * m.error + 0.5) << static_cast<int>(kind);
    EXPECT_LT(m.error, 1000) << static_cast<int>(kind);  // else the line above says little
    EXPECT_EQ(Traffic(params, fresh()).mean_pps(), 200'000);
  }
}

TEST(Traffic, TheWireStretchesBurstsButKeepsTheRate) {
  TrafficParams params = of_kind(TrafficKind::trains, 12'000'000);  // 81 % of line rate
  const Moments m = count_windows(params, 10_ms, 200);
  EXPECT_LT(std::abs(m.mean - 120'000), z_at_1e3 * m.error + 500);  // 500: at the window's end
}

TEST(Traffic, CbrIsExactFromARandomPhase) {
  const std::uint64_t load = 1'234'567;
  double phases = 0;
  for (std::uint64_t run = 0; run < 300; ++run) {
    TrafficParams params = of_kind(TrafficKind::cbr, load);
    params.frame_bytes = 256;
    Traffic traffic(params, fresh(run));
    const Ps wire = wire_time_ps(256, params.link_bps);
    const Ps period = static_cast<Ps>(ps_per_s / load), first = traffic.next().gap;
    ASSERT_LE(first, period + wire);
    phases += static_cast<double>(first - wire) / static_cast<double>(period);
    unsigned __int128 k = 0;
    for (Ps date = 0; k < 2000;) {
      const Arrival a = traffic.next();
      date += a.gap;
      ++k;
      ASSERT_EQ(date, static_cast<Ps>(k * ps_per_s / load));
      ASSERT_EQ(a.bytes, 256u);
    }
  }
  EXPECT_NEAR(phases / 300, 0.5, z_at_1e3 * 0.289 / std::sqrt(300));
}

TEST(Traffic, PoissonGapsAreExponential) {
  TrafficParams params = of_kind(TrafficKind::poisson, 1'000'000);
  params.link_bps = 1000 * gbps;
  Traffic traffic(params, fresh());
  const std::size_t n = 200'000;
  std::vector<double> gaps(n);
  for (double& gap : gaps) gap = static_cast<double>(traffic.next().gap);
  std::sort(gaps.begin(), gaps.end());
  double worst = 0;
  for (std::size_t i = 0; i < n; ++i) {  // above the wire's 672 ps, which distort 7e-4 of them
    if (gaps[i] < 5000) continue;
    worst = std::max(worst, std::abs(-std::expm1(-gaps[i] / 1e6) - static_cast<double>(i) / n));
  }
  EXPECT_LT(worst * std::sqrt(n), 1.950);
}

TEST(Traffic, TrainsAreSixteenToSixtyFourLong) {
  Traffic traffic(of_kind(TrafficKind::trains, 100), fresh());  // so few that none merge
  std::map<int, double> lengths;
  traffic.next();
  for (int length = 1, i = 0; i < 400'000; ++i) {
    if (traffic.next().gap == 67'200) {
      ++length;
    } else {
      lengths[std::exchange(length, 1)] += 1;
    }
  }
  double trains = 0, chi2 = 0;
  for (const auto& [length, count] : lengths) trains += count;
  ASSERT_EQ(lengths.begin()->first, 16);
  ASSERT_EQ(lengths.rbegin()->first, 64);
  for (const auto& [length, count] : lengths)
    chi2 += std::pow(count - trains / 49, 2) / trains * 49;
  EXPECT_LT(chi2, 84.04);  // 48 degrees of freedom at 1e-3
}

// Variance of a two-state count over a long window: rate T + 2 (r1 - r0)^2 d (1 - d) tau T with
// 1/tau = 1/on + 1/off; its own error here is about sqrt(2 / windows).
TEST(Traffic, MmppIsAsBurstyAsItsParametersSay) {
  for (const std::uint32_t off_rate : {0u, 300'000u}) {
    TrafficParams params = of_kind(TrafficKind::mmpp, 250'000);
    params.link_bps = 1000 * gbps;
    params.on_mean = 200_us;
    params.off_rate_ppm = off_rate;
    const int windows = 1500;
    const Moments m = count_windows(params, 20_ms, windows);
    const double d = 0.25, x = off_rate / 1e6, r1 = 250e3 / (d + x * (1 - d)), t = 20e-3;
    const double tau = 1 / (1 / 200e-6 + 1 / 600e-6);
    const double burst = 2 * std::pow(r1 * (1 - x), 2) * d * (1 - d) * tau;
    const double variance = 250e3 * t + burst * (t - tau);  // the exact law but for e^(-T/tau)
    EXPECT_NEAR(m.variance / variance, 1, z_at_1e3 * std::sqrt(2.0 / windows)) << off_rate;
  }
}

// One source: its bursts, whose frames are `step` apart, last on_mean and are on for `duty`.
TEST(Traffic, ParetoOnOffBursts) {
  TrafficParams params = of_kind(TrafficKind::pareto_onoff, 1'000'000);
  params.onoff_sources = 1;
  params.onoff_alpha_milli = 3000;  // so that the mean of a burst settles
  Traffic traffic(params, fresh());
  double bursts = 0, frames = 0, shortest_off = 1e18;
  traffic.next();              // perhaps in the middle of an off time
  const double step = 0.25e6;  // ps: a rate of load / duty while on
  for (; frames < 2'000'000; ++frames) {
    const double gap = static_cast<double>(traffic.next().gap);
    if (gap <= step + 1) continue;
    ++bursts;
    shortest_off = std::min(shortest_off, gap);
  }
  // alpha 3: mean 1.5 min, variance 0.75 min^2, so sd / mean of a burst is 0.577.
  EXPECT_NEAR(frames * step / bursts / 500e6, 1, z_at_1e3 * 0.577 / std::sqrt(bursts));
  EXPECT_GT(shortest_off, 0.99e9);  // 1500 us / 1.5
  EXPECT_LT(shortest_off, 1.05e9);
}

// Windows shorter than a state's stay, right at the start: nothing warms up.
TEST(Traffic, StatesAreMetInTheirStationaryShares) {
  for (const auto kind : {TrafficKind::mmpp, TrafficKind::pareto_onoff}) {
    TrafficParams params = of_kind(kind, 1'000'000);
    params.link_bps = 1000 * gbps;
    params.onoff_sources = 2;
    const Moments m = count_windows(params, 200_us, 4000);
    EXPECT_LT(std::abs(m.mean - 200), z_at_1e3 * m.error) << static_cast<int>(kind);
  }
}

// A source met in its off time stays off for the stationary remainder of a Pareto time, which
// HoldTime knows as its tail class.
TEST(Traffic, ParetoOnOffIsMetWithItsStationaryRemainder) {
  TrafficParams params = of_kind(TrafficKind::pareto_onoff, 1'000'000);
  params.link_bps = 1000 * gbps;
  params.onoff_sources = 1;
  HoldTimeParams off;  // off times are three times the on times, at this duty of 1/4
  off.slow_ppm = off.stuck_ppm = 0;
  off.tail_ppm = 1'000'000;
  off.tail_alpha_milli = params.onoff_alpha_milli;
  off.tail_min =
      static_cast<Ps>(1500e6 * 1e9 / static_cast<double>(sim::pareto_mean(1_ms, 1400, 10_s)));
  off.tail_cap = 10'000 * off.tail_min;
  const HoldTime law(off);
  EXPECT_NEAR(static_cast<double>(law.mean()), 1500e6, 1e4);
  std::vector<double> remainders;
  for (std::uint64_t run = 0; run < 5000; ++run) {
    const Ps first = Traffic(params, fresh(run)).next().gap;
    if (first > 1_us) remainders.push_back(law.survival_integral(0, first) / 1500e6);
  }
  std::sort(remainders.begin(), remainders.end());
  const double n = static_cast<double>(remainders.size());
  EXPECT_NEAR(n, 3750, z_at_1e3 * std::sqrt(5000 * 0.1875) + 3);  // 3: shorter than 1 us
  double worst = 0;
  for (std::size_t i = 0; i < remainders.size(); ++i) {
    worst = std::max(worst, std::abs(remainders[i] - static_cast<double>(i) / n));
  }
  EXPECT_LT(worst * std::sqrt(n), 1.950);
}

// Heavy tails show: counts of alpha 1.4 sources disperse far more over long windows than over
// short ones, unlike MMPP's.
TEST(Traffic, ParetoOnOffIsBurstyOnEveryScale) {
  const auto dispersion = [](TrafficKind kind, Ps window) {
    TrafficParams params = of_kind(kind, 100'000);
    params.link_bps = 1000 * gbps;
    const Moments m = count_windows(params, window, 300);
    return m.variance / m.mean;
  };
  const double pareto =
      dispersion(TrafficKind::pareto_onoff, 200_ms) / dispersion(TrafficKind::pareto_onoff, 10_ms);
  const double mmpp = dispersion(TrafficKind::mmpp, 200_ms) / dispersion(TrafficKind::mmpp, 10_ms);
  EXPECT_GT(pareto, 2.5);
  EXPECT_LT(mmpp, 1.5);
}

TEST(Traffic, ImixIsSevenToFourToOne) {
  Traffic traffic(of_kind(TrafficKind::imix, 3'000'000), fresh());
  std::map<std::uint32_t, double> sizes;
  const int n = 120'000;
  for (int i = 0; i < n; ++i) sizes[traffic.next().bytes] += 1;
  ASSERT_EQ(sizes.size(), 3u);
  const double chi2 = std::pow(sizes[64] - 70'000, 2) / 70'000 +
                      std::pow(sizes[594] - 40'000, 2) / 40'000 +
                      std::pow(sizes[1518] - 10'000, 2) / 10'000;
  EXPECT_LT(chi2, 13.82);  // 2 degrees of freedom at 1e-3
  EXPECT_NEAR(traffic.mean_frame_bytes(), 361.8, 0.05);
  EXPECT_NO_THROW(Traffic(of_kind(TrafficKind::imix, 3'270'000), fresh()));
  EXPECT_THROW(Traffic(of_kind(TrafficKind::imix, 3'280'000), fresh()), ConfigError);
}

// hardware.md: bytes, percent.
const std::map<TrafficKind, std::vector<std::pair<double, double>>> published = {
    {TrafficKind::websearch,
     {{10e3, 15},
      {20e3, 20},
      {30e3, 30},
      {50e3, 40},
      {80e3, 53},
      {200e3, 60},
      {1e6, 70},
      {2e6, 80},
      {5e6, 90},
      {10e6, 97},
      {30e6, 100}}},
    {TrafficKind::fb_hadoop,
     {{100, 1},
      {200, 2},
      {300, 5},
      {350, 15},
      {400, 20},
      {500, 30},
      {600, 40},
      {700, 50},
      {1e3, 60},
      {2e3, 67},
      {7e3, 70},
      {30e3, 72},
      {50e3, 82},
      {80e3, 87},
      {120e3, 90},
      {300e3, 95},
      {1e6, 97.5},
      {2e6, 99},
      {10e6, 100}}},
    {TrafficKind::alistorage,
     {{4e3, 22.93},
      {8e3, 69.21},
      {16e3, 80.61},
      {32e3, 90.47},
      {64e3, 93.53},
      {128e3, 96.77},
      {256e3, 97.53},
      {2e6, 100}}}};

TEST(Flows, SizesMatchThePublishedCdf) {
  for (const auto& [kind, points] : published) {
    sim::Stream stream = fresh();
    const int n = 100'000;
    std::vector<double> flows(n);
    for (double& bytes : flows) bytes = draw_flow_bytes(kind, stream);
    double from_bytes = 0, from_cdf = 0;
    for (const auto& [bytes, percent] : points) {
      const double middle = (from_bytes + bytes) / 2, cdf = (from_cdf + percent) / 2;  // linear
      for (const auto& [x, p] : {std::pair{bytes, percent / 100}, std::pair{middle, cdf / 100}}) {
        const double limit = x;
        const auto below = static_cast<double>(
            std::count_if(flows.begin(), flows.end(), [=](double b) { return b <= limit; }));
        EXPECT_LE(std::abs(below - n * p), 3.9 * std::sqrt(n * p * (1 - p)) + 1e-3) << x;
      }
      from_bytes = bytes;
      from_cdf = percent;
    }
  }
}

// Frame by frame from a copy of the stream; and the flows' rate and the mean frame from the
// published points, summed over every size in bytes.
TEST(Flows, AreCutInFramesOfTheMtuAtTheRateThatMakesTheLoad) {
  for (const auto& [kind, points] : published) {
    double frames = 0, bytes = 0, from_cdf = 0;
    int from = 0;
    for (const auto& [to, percent] : points) {
      double segment = 0;
      for (int b = from + 1; b <= to; ++b) segment += (b + 1459) / 1460;
      frames += segment * (percent - from_cdf) / 100 / (to - from);
      bytes += (from + to + 1) / 2 * (percent - from_cdf) / 100;
      from = static_cast<int>(to);
      from_cdf = percent;
    }
    const TrafficParams params = of_kind(kind, 100);  // so few that none merge
    Traffic traffic(params, fresh());
    EXPECT_NEAR(traffic.mean_frame_bytes(), bytes / frames + 58, 1e-6);
    sim::Stream sizes = fresh();
    double date = 0, start = 0;
    const int flows = 3000;
    Arrival a{0, 0};
    for (int flow = 0; flow < flows; ++flow) {
      sizes.u64();  // the gap
      std::uint32_t left = draw_flow_bytes(kind, sizes);
      for (bool first = true; left > 0; first = false) {
        const std::uint32_t payload = std::min(left, 1460u);
        a = traffic.next();
        date += static_cast<double>(a.gap) * 1e-12;
        if (first) start = date;
        ASSERT_EQ(a.bytes, std::max(64u, payload + 58));
        if (!first) {
          ASSERT_EQ(a.gap, wire_time_ps(a.bytes, params.link_bps));
        }
        left -= payload;
      }
    }
    EXPECT_NEAR(start / flows / (frames / 100), 1, z_at_1e3 / std::sqrt(flows));
  }
}

TEST(Traffic, GoldenArrivals) {
  std::vector<std::uint64_t> hashes;
  for (const auto kind : synthetic) {
    Traffic traffic(of_kind(kind, 500'000), fresh());
    std::uint64_t hash = 0;
    for (int i = 0; i < 20'000; ++i) {
      const Arrival a = traffic.next();
      hash =
          (hash ^ static_cast<std::uint64_t>(a.gap) ^ std::uint64_t{a.bytes} << 48) * 0x100000001b3;
    }
    hashes.push_back(hash);
  }
  EXPECT_EQ(hashes, (std::vector<std::uint64_t>{
                        17216602896197395615u, 1544333155789383036u, 5459842683481615398u,
                        18108293849046501232u, 5925680936629194536u, 10474965243464569878u,
                        6076254624535516499u, 3215426999327637331u, 14792111217190642911u}));
}

TEST(Traffic, ErrorsNameTheParameterAndItsRange) {
  const auto message = [](TrafficParams params) {
    try {
      Traffic traffic(params, fresh());
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(message(of_kind(TrafficKind::cbr, 14'880'952)), "no error");
  EXPECT_EQ(message(of_kind(TrafficKind::cbr, 14'880'953)),
            "traffic: load_mpps=14.880953 with frames of 64 bytes (mean) is more than "
            "wire_gbps=10 carries; allowed: up to 14.880952");
  TrafficParams params;
  params.frame_bytes = 60;
  EXPECT_EQ(message(params), "traffic: frame_bytes is 60; allowed: 64 to 9216");
  params = {};
  params.train_frames_min = 65;
  EXPECT_EQ(message(params), "traffic: train_frames_min is 65; allowed: 1 to 64");
  EXPECT_EQ(message(of_kind(TrafficKind::trace, 1)), "traffic: kind trace needs a trace file");
}

// A file of this test's own, gone with it.
class Csv {
 public:
  explicit Csv(const std::string& text)
      : path_(testing::TempDir() + "poolrace-traffic-" + std::to_string(getpid()) + ".csv") {
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~Csv() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string csv_error(const std::string& text) {
  const Csv file(text);
  try {
    read_trace_csv(file.path());
  } catch (const ConfigError& error) {
    std::string what = error.what();
    const std::size_t at = what.find(file.path());
    EXPECT_NE(at, std::string::npos) << what;  // every message names the file
    EXPECT_NE(what.find("allowed: "), std::string::npos) << what;
    return what.replace(at, file.path().size(), "F").substr(0, what.find("; allowed"));
  }
  return "no error";
}

TEST(TraceCsv, ReadsExactly) {
  const Csv file(
      "time_us,bytes\n1000000.1,64\r\n1000000.100001,1518\n1000000.100001,60\n1.5e6,14\n");
  const auto trace = read_trace_csv(file.path());
  ASSERT_EQ(trace->records.size(), 4u);
  EXPECT_EQ(trace->records[0].time, 0);
  EXPECT_EQ(trace->records[1].time, 1);
  EXPECT_EQ(trace->records[1].bytes, 1518u);
  EXPECT_EQ(trace->records[2].time, 1);
  EXPECT_EQ(trace->records[3].time, 499'999'900'000);
  EXPECT_NE(trace->hash, read_trace_csv(Csv("time_us,bytes\n1,64\n").path())->hash);
}

TEST(TraceCsv, SaysWhatIsWrongAndWhere) {
  const std::string h = "time_us,bytes\n";
  EXPECT_EQ(csv_error(h + "0,64\n5,64\n"), "no error");
  EXPECT_EQ(csv_error(""), "trace file F: is empty");
  EXPECT_EQ(csv_error(h), "trace file F: is empty");
  EXPECT_EQ(csv_error("0,64\n"), "trace file F line 1: is '0,64'");
  EXPECT_EQ(csv_error(h + "0,64\n5,6"),
            "trace file F line 3: does not end in a newline, so the file may have been cut short");
  EXPECT_EQ(csv_error(h + "0,64\nx,64\n"), "trace file F line 3: 'x,64' is not two numbers");
  EXPECT_EQ(csv_error(h + "nan,64\n"), "trace file F line 2: 'nan,64' is not two numbers");
  EXPECT_EQ(csv_error(h + "0,64,7\n"), "trace file F line 2: '0,64,7' is not two numbers");
  EXPECT_EQ(csv_error(h + "0,\n"), "trace file F line 2: '0,' is not two numbers");
  EXPECT_EQ(csv_error(h + "\n"), "trace file F line 2: '' has no comma");
  EXPECT_EQ(csv_error(h + "-1,64\n"), "trace file F line 2: '-1,64' has a negative time");
  EXPECT_EQ(csv_error(h + "1,-64\n"), "trace file F line 2: '1,-64' is no frame");
  EXPECT_EQ(csv_error(h + "1,13\n"), "trace file F line 2: '1,13' is no frame");
  EXPECT_EQ(csv_error(h + "1,9217\n"), "trace file F line 2: '1,9217' is no frame");
  EXPECT_EQ(csv_error(h + "1,64.5\n"), "trace file F line 2: '1,64.5' is no frame");
  EXPECT_EQ(csv_error(h + "0.0000001,64\n"),
            "trace file F line 2: '0.0000001,64' is finer than a picosecond");
  EXPECT_EQ(csv_error(h + "1700000000000000,64\n"),
            "trace file F line 2: '1700000000000000,64' is too late (subtract the first time)");
  EXPECT_EQ(csv_error(h + "5,64\n4.999999,64\n"),
            "trace file F line 3: time goes back, from 5 to 4.999999 us");
  try {
    read_trace_csv("no/such/file.csv");
    FAIL() << "read a file that does not exist";
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(),
                 "trace file no/such/file.csv: cannot be read (No such file or directory)");
  }
  EXPECT_THROW(read_trace_csv(testing::TempDir()), ConfigError);  // a folder
}

TrafficParams replay_of(const std::string& rows) {
  TrafficParams params;
  params.kind = TrafficKind::trace;
  params.trace = read_trace_csv(Csv("time_us,bytes\n" + rows).path());
  return params;
}

// Dates 0, 10, 10, 10.01 and 40 us: coinciding frames queue for the wire, a later one catches up.
TEST(TraceCsv, ReplaysAndRepeats) {
  Traffic traffic(replay_of("0,64\n10,64\n10,1518\n10.01,64\n40,64\n"), fresh());
  EXPECT_DOUBLE_EQ(traffic.mean_pps(), 100'000);
  EXPECT_DOUBLE_EQ(traffic.mean_frame_bytes(), (4 * 64 + 1518) / 5.0);
  for (const Ps again : {67'200_ps, 10'000'000_ps}) {  // the repetition waits one mean gap
    std::vector<Ps> gaps;
    for (int i = 0; i < 5; ++i) {
      const Arrival a = traffic.next();
      gaps.push_back(a.gap);
      EXPECT_EQ(a.bytes, i == 2 ? 1518u : 64u);
    }
    EXPECT_EQ(gaps, (std::vector<Ps>{again, 10'000'000, 1'230'400, 67'200, 28'702'400}));
  }
}

TEST(TraceCsv, EndsWhenToldTo) {
  TrafficParams params = replay_of("7,64\n8,64\n");
  params.trace_repeats = false;
  Traffic traffic(params, fresh());
  traffic.next();
  EXPECT_NE(traffic.next().gap, ps_never);
  for (int i = 0; i < 3; ++i) {
    const Arrival end = traffic.next();
    EXPECT_EQ(end.gap, ps_never);
    EXPECT_EQ(end.bytes, 0u);
  }
  params = replay_of("7,64\n");
  EXPECT_THROW(Traffic(params, fresh()), ConfigError);  // cannot repeat
  params.trace_repeats = false;
  EXPECT_NO_THROW(Traffic(params, fresh()));
  EXPECT_THROW(Traffic(replay_of("0,1518\n1,1518\n"), fresh()), ConfigError);  // 12.3 Gb/s
}

}  // namespace
}  // namespace poolrace::models
