// SPDX-License-Identifier: MIT
// A source makes ideal dates, in which the frames of a train or flow coincide; Traffic::next() puts
// the wire behind it.  All start in their stationary state: random phase, state met with
// probability proportional to its time, length-biased remainder.
#include "models/traffic/traffic.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "models/traffic/past.hpp"
#include "sim/chance/distributions.hpp"
#include "sim/errors.hpp"
#include "sim/settings/decimal.hpp"

namespace poolrace::models {
namespace {

using u64 = std::uint64_t;
using u128 = unsigned __int128;
using std::uint32_t;

constexpr u64 million = 1'000'000;
constexpr u64 ps_per_second = ps_per_s;
constexpr uint32_t ip_tcp_headers = 40, ethernet_and_fcs = 18;
constexpr uint32_t frame_min = 64, frame_max = 9216;

void require(const char* name, std::int64_t value, std::int64_t lo, std::int64_t hi) {
  if (lo <= value && value <= hi) return;
  throw ConfigError(std::string("traffic: ") + name + " is " + std::to_string(value) +
                    "; allowed: " + std::to_string(lo) + " to " + std::to_string(hi));
}

// Whole-picosecond steps whose mean is exactly num / den.
class Metronome {
 public:
  Metronome(u64 num, u64 den) : num_(num), den_(den) {}
  Ps step() {
    rest_ += num_;
    const u64 whole = rest_ / den_;
    rest_ %= den_;
    return static_cast<Ps>(whole);
  }
  Ps period(u64 n) const {  // of n steps; long ones are all the same
    return static_cast<Ps>(std::min<u128>(static_cast<u128>(num_) * n / den_, sim::duration_max));
  }
  Ps random_phase(sim::Stream& stream) const {  // 1 .. one step
    return stream.between(1, std::max<Ps>(1, static_cast<Ps>(num_ / den_)));
  }

 private:
  u64 num_, den_, rest_ = 0;
};

// Exponential gaps; the mean is kept to 2^-10 ps, so that it does not round at 100 Gb/s.
struct ExponentialGap {
  u64 mean_q10;
  Ps draw(sim::Stream& stream) const {
    const u128 product = static_cast<u128>(sim::unit_exponential_q56(stream)) * mean_q10;
    return static_cast<Ps>((product + (u128{1} << 65)) >> 66);
  }
};
// num / den seconds, in ps.
u64 seconds_q10(u64 num, u64 den) {
  return static_cast<u64>((static_cast<u128>(ps_per_second) * 1024 * num + den / 2) / den);
}

class FixedSize : public Traffic::Source {
 public:
  explicit FixedSize(const TrafficParams& p) : bytes_(p.frame_bytes), load_pps_(p.load_pps) {}
  double mean_pps() const override { return static_cast<double>(load_pps_); }
  double mean_frame_bytes() const override { return bytes_; }
  uint32_t largest_frame_bytes() const override { return bytes_; }

 protected:
  const uint32_t bytes_;
  const u64 load_pps_;
};

class Cbr : public FixedSize {
 public:
  Cbr(const TrafficParams& p, sim::Stream& stream)
      : FixedSize(p), clock_(ps_per_second, p.load_pps), phase_(clock_.random_phase(stream)) {}
  void far_past(Past& past) const override {  // the first frame was one period after the last
    past.keep_of([this](u64 i) { return std::max<Ps>(clock_.period(i + 1) - phase_, 0); });
  }
  Arrival next() override {
    return {phase_ > 0 ? std::exchange(phase_, 0) : clock_.step(), bytes_};
  }

 private:
  Metronome clock_;
  Ps phase_;
};

class Imix : public Cbr {
 public:
  Imix(const TrafficParams& p, sim::Stream stream) : Cbr(p, stream), stream_(stream) {}
  Arrival next() override {
    const u64 ticket = stream_.below(12);
    return {Cbr::next().gap, ticket < 7 ? 64u : ticket < 11 ? 594u : 1518u};
  }
  double mean_frame_bytes() const override { return (7 * 64 + 4 * 594 + 1518) / 12.0; }
  uint32_t largest_frame_bytes() const override { return 1518; }

 private:
  sim::Stream stream_;
};

// Trains at Poisson dates; Poisson itself is trains of one.
class Trains : public FixedSize {
 public:
  Trains(const TrafficParams& p, uint32_t frames_min, uint32_t frames_max, sim::Stream stream)
      : FixedSize(p),
        min_(frames_min),
        max_(frames_max),
        gap_(wire_time_ps(p.frame_bytes, p.link_bps)),
        between_trains_{seconds_q10(u64{min_} + max_, 2 * p.load_pps)},
        stream_(stream) {}
  void far_past(Past& past) const override {
    for (const Past::Survivor& page : past.candidates(load_pps_)) {
      u64 frames = max_;  // of its train: longer ones are met more often
      while (min_ < max_) {
        frames = static_cast<u64>(past.stream().between(min_, max_));
        if (past.stream().below(max_) < frames) break;
      }
      past.keep_group(page, frames, gap_);
    }
  }
  Arrival next() override {
    if (left_ > 0) {
      --left_;
      return {0, bytes_};
    }
    left_ = (min_ < max_ ? stream_.between(min_, max_) : min_) - 1;
    return {between_trains_.draw(stream_), bytes_};
  }

 private:
  const uint32_t min_, max_;
  const Ps gap_;
  ExponentialGap between_trains_;
  sim::Stream stream_;
  std::int64_t left_ = 0;
};

class Mmpp : public FixedSize {
 public:
  Mmpp(const TrafficParams& p, sim::Stream stream)
      : FixedSize(p), duty_ppm_(p.duty_ppm), stream_(stream) {
    const u64 duty = p.duty_ppm, off_rate = p.off_rate_ppm;
    // Mean rate over rate in the on state, in 1e-12.
    const u64 share = duty * million + off_rate * (million - duty);
    state_[1] = {{static_cast<u64>(static_cast<u128>(share) * 1024 / p.load_pps)}, p.on_mean};
    state_[0].stay = static_cast<Ps>(static_cast<u128>(p.on_mean) * (million - duty) / duty);
    if (off_rate > 0) state_[0].gap.mean_q10 = state_[1].gap.mean_q10 * million / off_rate;
    on_ = stream_.chance_ppm(p.duty_ppm);
    left_ = sim::exponential(stream_, state_[on_].stay);
  }
  // Backwards from the state that the near past begins with: the chain is the same both ways.
  void far_past(Past& past) const override {
    const u64 off_rate = state_[0].gap.mean_q10 > 0
                             ? static_cast<u64>(static_cast<u128>(state_[1].gap.mean_q10) *
                                                million / state_[0].gap.mean_q10)
                             : 0;
    const u64 on_pps = ps_per_second * 1024 / state_[1].gap.mean_q10;
    bool on = on_;
    Ps at = 0;
    for (const Past::Survivor& page : past.candidates(on_pps)) {
      if (!past.stream().chance_q32(memory_q32(page.before - at)))
        on = past.stream().chance_ppm(duty_ppm_);
      at = page.before;
      const u64 share = on ? million : off_rate;
      if (past.stream().chance_ppm(static_cast<uint32_t>(share)))
        past.keep_at(page, static_cast<u64>(static_cast<u128>(on_pps) * share / million));
    }
  }
  // Both laws are memoryless: a gap that outlasts the state is cut there and drawn anew.
  Arrival next() override {
    for (Ps gap = 0;;) {
      const State& state = state_[on_];
      const Ps frame = state.gap.mean_q10 > 0 ? state.gap.draw(stream_) : ps_never;
      if (frame <= left_) {
        left_ -= frame;
        return {gap + frame, bytes_};
      }
      gap += left_;
      on_ = !on_;
      left_ = sim::exponential(stream_, state_[on_].stay);
    }
  }

 private:
  struct State {
    ExponentialGap gap{0};  // 0: no frames
    Ps stay = 0;
  };
  // The chance, e^(-span/tau), that the state was not drawn anew meanwhile; 1/tau = 1/on + 1/off.
  u64 memory_q32(Ps span) const {
    const Ps on = state_[1].stay, off = state_[0].stay;
    const auto tau =
        static_cast<Ps>(static_cast<u128>(on) * static_cast<u64>(off) / static_cast<u64>(on + off));
    if (span / 100 >= tau) return 0;
    return sim::exp2_q64(-sim::log2_of_exp(span, tau)) >> 32;
  }

  const uint32_t duty_ppm_;
  std::array<State, 2> state_;  // off, on
  bool on_;
  Ps left_;
  sim::Stream stream_;
};

// Each source emits at a constant rate while on, by the clock of its on time; on and off times are
// Pareto truncated at 10^4 times their minimum.
class ParetoOnOff : public FixedSize {
 public:
  ParetoOnOff(const TrafficParams& p, sim::Stream stream)
      : FixedSize(p), alpha_milli_(p.onoff_alpha_milli), duty_ppm_(p.duty_ppm), stream_(stream) {
    const u128 unit_mean = static_cast<u128>(sim::pareto_mean(unit, alpha_milli_, unit * reach));
    min_[1] = std::max<Ps>(1, static_cast<Ps>(static_cast<u128>(p.on_mean) * unit / unit_mean));
    min_[0] = std::max<Ps>(1, min_[1] * static_cast<Ps>(million - p.duty_ppm) / p.duty_ppm);
    const auto mean = [&](bool on) {
      return static_cast<u64>(sim::pareto_mean(min_[on], alpha_milli_, min_[on] * reach));
    };
    const u64 cycle = mean(true) + mean(false);
    on_pps_ = static_cast<u64>(static_cast<u128>(p.load_pps) * cycle / mean(true));
    const u128 step = static_cast<u128>(seconds_q10(p.onoff_sources, p.load_pps)) * mean(true);
    const Metronome clock(std::max<u64>(1, static_cast<u64>(step / cycle)), 1024);
    for (uint32_t i = 0; i < p.onoff_sources; ++i) {
      Emitter e{stream_.below(cycle) < mean(true), 0, 0, 0, clock};
      const Ps met = sim::pareto(stream_, min_[e.on], alpha_milli_ - 1000, min_[e.on] * reach);
      e.left = sim::uniform_part(stream_, met);
      past_.push_back({e.on, met - e.left});
      e.to_frame = e.clock.random_phase(stream_);
      emitters_.push_back(e);
      to_next_frame(emitters_.back());
    }
  }
  // Backwards from the state that the near past begins with.  Times of `memory` states ago have
  // nothing to do with it any more.
  void far_past(Past& past) const override {
    constexpr int memory = 1 << 14;
    std::vector<Stretch> stretches = past_;
    std::vector<int> seen(stretches.size(), 0);
    for (const Past::Survivor& page : past.candidates(on_pps_)) {
      u64 on = 0;
      for (std::size_t i = 0; i < stretches.size(); ++i) {
        Stretch& met = stretches[i];
        while (met.began < page.before) {
          if (++seen[i] > memory) {
            met = {past.stream().chance_ppm(duty_ppm_), page.before};
            break;
          }
          met.on = !met.on;
          met.began += sim::pareto(past.stream(), min_[met.on], alpha_milli_, min_[met.on] * reach);
        }
        on += met.on;
      }
      if (past.stream().below(stretches.size()) < on)
        past.keep_at(page, on_pps_ * on / stretches.size());
    }
  }
  Arrival next() override {
    auto first = std::min_element(emitters_.begin(), emitters_.end(),
                                  [](const auto& a, const auto& b) { return a.date < b.date; });
    const Ps gap = first->date - std::exchange(now_, first->date);
    first->to_frame = first->clock.step();
    to_next_frame(*first);
    return {gap, bytes_};
  }

 private:
  static constexpr Ps unit = ps_per_ms, reach = 10'000;
  struct Emitter {
    bool on;
    Ps left;      // of the state
    Ps to_frame;  // of on time
    Ps date;      // of the next frame
    Metronome clock;
  };
  struct Stretch {
    bool on;
    Ps began;  // so long before the emitter was met
  };
  void to_next_frame(Emitter& e) {
    while (!e.on || e.to_frame > e.left) {
      e.date += e.left;
      if (e.on) e.to_frame -= e.left;
      e.on = !e.on;
      e.left = sim::pareto(stream_, min_[e.on], alpha_milli_, min_[e.on] * reach);
    }
    e.date += e.to_frame;
    e.left -= e.to_frame;
  }

  std::int64_t alpha_milli_;
  std::array<Ps, 2> min_;  // off, on
  std::vector<Emitter> emitters_;
  std::vector<Stretch> past_;
  u64 on_pps_ = 0;  // if all were on
  uint32_t duty_ppm_;
  Ps now_ = 0;
  sim::Stream stream_;
};

// Flow sizes, from alibaba-edu/High-Precision-Congestion-Control: bytes, CDF in 1e-4.
struct CdfPoint {
  uint32_t bytes, cdf;
};
constexpr uint32_t cdf_whole = 10'000;
constexpr CdfPoint websearch[] = {{0, 0},
                                  {10'000, 1500},
                                  {20'000, 2000},
                                  {30'000, 3000},
                                  {50'000, 4000},
                                  {80'000, 5300},
                                  {200'000, 6000},
                                  {1'000'000, 7000},
                                  {2'000'000, 8000},
                                  {5'000'000, 9000},
                                  {10'000'000, 9700},
                                  {30'000'000, 10'000}};
constexpr CdfPoint fb_hadoop[] = {
    {0, 0},          {100, 100},      {200, 200},        {300, 500},        {350, 1500},
    {400, 2000},     {500, 3000},     {600, 4000},       {700, 5000},       {1000, 6000},
    {2000, 6700},    {7000, 7000},    {30'000, 7200},    {50'000, 8200},    {80'000, 8700},
    {120'000, 9000}, {300'000, 9500}, {1'000'000, 9750}, {2'000'000, 9900}, {10'000'000, 10'000}};
constexpr CdfPoint alistorage[] = {{0, 0},          {4000, 2293},    {8000, 6921},
                                   {16'000, 8061},  {32'000, 9047},  {64'000, 9353},
                                   {128'000, 9677}, {256'000, 9753}, {2'000'000, 10'000}};

struct Cdf {
  const CdfPoint* begin;
  const CdfPoint* end;
};
Cdf cdf_of(TrafficKind kind) {
  switch (kind) {
    case TrafficKind::websearch:
      return {std::begin(websearch), std::end(websearch)};
    case TrafficKind::fb_hadoop:
      return {std::begin(fb_hadoop), std::end(fb_hadoop)};
    case TrafficKind::alistorage:
      return {std::begin(alistorage), std::end(alistorage)};
    default:
      throw InternalError("this kind of traffic has no flow sizes");
  }
}

class Flows : public Traffic::Source {
 public:
  Flows(const TrafficParams& p, sim::Stream stream)
      : kind_(p.kind),
        segment_(p.mtu_bytes - ip_tcp_headers),
        gap_(wire_time_ps(p.mtu_bytes + ethernet_and_fcs, p.link_bps)),
        load_pps_(p.load_pps),
        stream_(stream) {
    u128 frames = 0, bytes = 0;  // means in Q32, times cdf_whole
    const Cdf cdf = cdf_of(kind_);
    for (const CdfPoint* to = cdf.begin + 1; to != cdf.end; ++to) {
      const CdfPoint& from = to[-1];
      const u128 weight = u128{to->cdf - from.cdf} << 32;
      frames +=
          weight * (frames_up_to(to->bytes) - frames_up_to(from.bytes)) / (to->bytes - from.bytes);
      bytes += weight * (u64{from.bytes} + to->bytes + 1) / 2;
    }
    between_flows_.mean_q10 = static_cast<u64>(
        (static_cast<u128>(ps_per_second) * 1024 * (frames / cdf_whole) >> 32) / load_pps_);
    mean_frame_bytes_ = static_cast<double>(bytes) / static_cast<double>(frames) + ip_tcp_headers +
                        ethernet_and_fcs;  // leaves out the padding of the rare last bytes
  }
  void far_past(Past& past) const override {
    const u64 most = (cdf_of(kind_).end[-1].bytes + segment_ - 1) / segment_;
    for (const Past::Survivor& page : past.candidates(load_pps_)) {
      u64 frames;  // of its flow: longer ones are met more often
      do frames = (draw_flow_bytes(kind_, past.stream()) + segment_ - 1) / segment_;
      while (past.stream().below(most) >= frames);
      past.keep_group(page, frames, gap_);
    }
  }
  Arrival next() override {
    Ps gap = 0;
    if (left_ == 0) {
      gap = between_flows_.draw(stream_);
      left_ = draw_flow_bytes(kind_, stream_);
    }
    const uint32_t payload = std::min(left_, segment_);
    left_ -= payload;
    return {gap, std::max(frame_min, payload + ip_tcp_headers + ethernet_and_fcs)};
  }
  double mean_pps() const override { return static_cast<double>(load_pps_); }
  double mean_frame_bytes() const override { return mean_frame_bytes_; }
  uint32_t largest_frame_bytes() const override {
    return segment_ + ip_tcp_headers + ethernet_and_fcs;
  }

 private:
  // The frames of flows of 1, 2, .. n bytes together.
  u64 frames_up_to(u64 n) const {
    const u64 full = n / segment_, rest = n % segment_;
    return segment_ * (full * (full + 1) / 2) + rest * (full + 1);
  }

  TrafficKind kind_;
  uint32_t segment_;
  Ps gap_;
  u64 load_pps_;
  ExponentialGap between_flows_{0};
  double mean_frame_bytes_;
  sim::Stream stream_;
  uint32_t left_ = 0;
};

class Replay : public Traffic::Source {
 public:
  explicit Replay(const TrafficParams& p) : trace_(p.trace), repeats_(p.trace_repeats) {
    if (!trace_) throw ConfigError("traffic: kind trace needs a trace file");
    const Ps span = trace_->records.back().time;
    const auto gaps = static_cast<Ps>(trace_->records.size()) - 1;
    if (repeats_ && span == 0) {
      throw ConfigError("trace file " + trace_->path +
                        ": to repeat it, it needs two frames of different times");
    }
    period_ = gaps > 0 ? span + span / gaps : 0;
    if (span > 0) {
      mean_pps_ = static_cast<double>(gaps) * ps_per_s / static_cast<double>(span);
    }
  }
  // A trace that repeats is met at any of its dates; one that does not is met at its first frame,
  // and what was before it is taken to be like it.
  void begin(Ps window, sim::Stream& stream) override {
    if (period_ == 0) return;
    const Ps phase =
        repeats_ ? sim::uniform_part(stream, period_) : (period_ - window % period_) % period_;
    laps_ = (window + phase) / period_;
    const auto at = std::lower_bound(trace_->records.begin(), trace_->records.end(), phase,
                                     [](const auto& record, Ps t) { return record.time < t; });
    index_ = static_cast<std::size_t>(at - trace_->records.begin());
    at_ = phase;
  }
  void far_past(Past& past) const override {
    if (period_ == 0) return;
    const u64 n = trace_->records.size();
    past.keep_of([this, n](u64 i) {
      const u64 back = i + n - index_;  // counted from the end of this lap
      const Ps in_lap = at_ - trace_->records[n - 1 - back % n].time;
      const u128 laps = static_cast<u128>(back / n) * static_cast<u64>(period_);
      return static_cast<Ps>(std::min<u128>(laps, sim::duration_max)) + in_lap;
    });
  }
  Arrival next() override {
    const auto& records = trace_->records;
    if (index_ == records.size()) {
      if (!repeats_ && laps_ == 0) return {ps_never, 0};
      --laps_;
      index_ = 0;
      at_ -= period_;
    }
    const RecordedTrace::Record& record = records[index_++];
    return {record.time - std::exchange(at_, record.time), record.bytes};
  }
  double mean_pps() const override { return mean_pps_; }
  double mean_frame_bytes() const override {
    double sum = 0;
    for (const auto& record : trace_->records) sum += record.bytes;
    return sum / static_cast<double>(trace_->records.size());
  }
  uint32_t largest_frame_bytes() const override {
    uint32_t most = 0;
    for (const auto& record : trace_->records) most = std::max(most, record.bytes);
    return most;
  }

 private:
  std::shared_ptr<const RecordedTrace> trace_;
  bool repeats_;
  Ps period_ = 0;  // the closing gap included
  double mean_pps_ = 0;
  std::size_t index_ = 0;
  Ps at_ = 0;              // in this lap
  std::int64_t laps_ = 0;  // that one which does not repeat has before it: its past
};

class Silence : public FixedSize {
 public:
  explicit Silence(const TrafficParams& p) : FixedSize(p) {}
  void far_past(Past&) const override {}
  Arrival next() override { return {ps_never, 0}; }
};

void check_params(const TrafficParams& p) {
  require("wire_gbps (in bit/s)", static_cast<std::int64_t>(p.link_bps), 1'000'000,
          1'000'000'000'000);
  if (p.kind == TrafficKind::trace) return;
  require("load_pps", static_cast<std::int64_t>(p.load_pps), 0, 2'000'000'000);
  require("frame_bytes", p.frame_bytes, frame_min, frame_max);
  require("train_frames_max", p.train_frames_max, 1, 10'000);
  require("train_frames_min", p.train_frames_min, 1, p.train_frames_max);
  require("on_mean_us (in ps)", p.on_mean, ps_per_us, 10 * ps_per_s);
  const bool needs_off_time = p.kind == TrafficKind::pareto_onoff;
  require("duty_ppm", p.duty_ppm, 10'000, needs_off_time ? 990'000 : 1'000'000);
  require("off_rate_ppm", p.off_rate_ppm, 0, 1'000'000);
  require("onoff_sources", p.onoff_sources, 1, 1000);
  require("onoff_alpha_milli", p.onoff_alpha_milli, 1050, 3000);
  require("mtu_bytes", p.mtu_bytes, 576, 9000);
}

std::unique_ptr<Traffic::Source> make_source(const TrafficParams& p, sim::Stream stream) {
  if (p.load_pps == 0 && p.kind != TrafficKind::trace) return std::make_unique<Silence>(p);
  switch (p.kind) {
    case TrafficKind::cbr:
      return std::make_unique<Cbr>(p, stream);
    case TrafficKind::imix:
      return std::make_unique<Imix>(p, stream);
    case TrafficKind::poisson:
      return std::make_unique<Trains>(p, 1, 1, stream);
    case TrafficKind::trains:
      return std::make_unique<Trains>(p, p.train_frames_min, p.train_frames_max, stream);
    case TrafficKind::mmpp:
      return std::make_unique<Mmpp>(p, stream);
    case TrafficKind::pareto_onoff:
      return std::make_unique<ParetoOnOff>(p, stream);
    case TrafficKind::websearch:
    case TrafficKind::fb_hadoop:
    case TrafficKind::alistorage:
      return std::make_unique<Flows>(p, stream);
    case TrafficKind::trace:
      return std::make_unique<Replay>(p);
  }
  throw InternalError("no such kind of traffic");
}

}  // namespace

Ps wire_time_ps(uint32_t frame_bytes, u64 link_bps) {
  const u64 bits = (u64{frame_bytes} + 20) * 8;
  check(bits < (u64{1} << 20), "wire_time_ps needs a frame");
  return static_cast<Ps>((bits * ps_per_second + link_bps - 1) / link_bps);
}

u64 line_rate_pps(uint32_t frame_bytes, u64 link_bps) {
  return link_bps / ((u64{frame_bytes} + 20) * 8);
}

uint32_t draw_flow_bytes(TrafficKind kind, sim::Stream& stream) {
  const Cdf cdf = cdf_of(kind);
  const u64 rank = stream.below(cdf_whole);
  const CdfPoint* to = std::upper_bound(cdf.begin, cdf.end, rank,
                                        [](u64 r, const CdfPoint& point) { return r < point.cdf; });
  return static_cast<uint32_t>(stream.between(std::int64_t{to[-1].bytes} + 1, to->bytes));
}

Traffic::Traffic(const TrafficParams& params, sim::Stream stream) : link_bps_(params.link_bps) {
  check_params(params);
  source_ = make_source(params, stream);
  const double bits_per_frame = (mean_frame_bytes() + 20) * 8;
  const double most_pps = static_cast<double>(link_bps_) / bits_per_frame;
  if (mean_pps() > most_pps) {
    const auto mpps = [](double pps) {
      return sim::print_decimal(static_cast<std::int64_t>(pps), million);
    };
    throw ConfigError(
        "traffic: load_mpps=" + mpps(mean_pps()) + " with frames of " +
        std::to_string(static_cast<u64>(mean_frame_bytes())) +
        " bytes (mean) is more than wire_gbps=" +
        sim::print_decimal(static_cast<std::int64_t>(link_bps_), 1'000'000'000) +
        " carries; allowed: up to " + mpps(most_pps) +
        (params.trace ? " (are the trace's times in seconds? then name their column time_s)" : ""));
  }
}

bool poisson_in_flight(const TrafficParams& params) {
  return params.kind == TrafficKind::poisson;
}

void Traffic::begin(sim::Stream stream) {
  source_->begin(0, stream);
}

std::vector<HoldTime::Met> Traffic::begin(const HoldTime& hold, const Receiver& receiver,
                                          sim::Stream stream) {
  // So long that few holds last longer, and that a wire met in the middle of a burst is busy.
  constexpr u64 few = 1024;
  constexpr double frames = 8192, longest_s = 10;
  const double seconds = mean_pps() > 0 ? std::min(frames / mean_pps(), longest_s) : 0;
  const Ps window = std::max(hold.age_of(few), static_cast<Ps>(seconds * ps_per_s));
  std::vector<HoldTime::Met> met;
  source_->begin(window, stream);
  Past past(hold, receiver, stream, window, met);
  source_->far_past(past);
  Intake intake(receiver);
  for (Ps date = -window;;) {
    const Arrival frame = next();
    if (frame.gap == ps_never) break;
    date += frame.gap;
    if (date > 0) {
      first_ = {date, frame.bytes};
      break;
    }
    const Ps handed_up = intake.take(date);
    if (handed_up == ps_never) continue;
    // One that still waits in its ring is with its holder before much else happens.
    const Ps held = hold.draw(stream).time;
    if (held > -handed_up) met.push_back({-handed_up, held + handed_up});
  }
  return met;
}

Arrival Traffic::next() {
  if (first_.gap >= 0) return std::exchange(first_, {-1, 0});
  const Arrival ideal = source_->next();
  if (ideal.gap == ps_never) return ideal;
  const bool first = last_bytes_ == 0;
  if (ideal.bytes != last_bytes_) {
    last_bytes_ = ideal.bytes;
    last_wire_time_ = wire_time_ps(ideal.bytes, link_bps_);
  }
  // The first frame finds the wire idle at date 0, so all ideal dates begin one wire time later.
  const Ps on_time = first ? ideal.gap + last_wire_time_ : ideal.gap - late_;
  const Ps gap = std::max(on_time, last_wire_time_);
  late_ = gap - on_time;
  return {gap, ideal.bytes};
}

}  // namespace poolrace::models
