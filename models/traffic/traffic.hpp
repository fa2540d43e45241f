// SPDX-License-Identifier: MIT
// Frames arriving at a port (hardware.md §7): constant rate, Poisson, trains, MMPP-2, superposed
// Pareto on/off sources, flow-size mixes (HPCC's WebSearch, FB Hadoop, AliStorage), IMIX, or a
// recorded trace.  A frame arrives when its last bit does.  Behind every source stands the wire: a
// frame waits for its predecessor, as in a switch's queue, so bursts are stretched to line rate
// and the mean rate is kept.  Left out: retransmission, pacing, interleaving of concurrent flows
// (a flow's frames are back to back, in the order the flows began), loss at the switch.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/choices.hpp"
#include "models/traffic/hold_time.hpp"
#include "models/traffic/recorded_trace.hpp"
#include "sim/chance/random.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

class Past;
struct Receiver;

struct TrafficParams {
  TrafficKind kind = TrafficKind::cbr;
  std::uint64_t load_pps = 1'000'000;  // mean frames a second, all kinds but trace; 0: none at all
  std::uint64_t link_bps = 10'000'000'000;
  std::uint32_t frame_bytes = 64;  // with FCS; cbr, poisson, trains, mmpp, pareto_onoff

  std::uint32_t train_frames_min = 16;
  std::uint32_t train_frames_max = 64;

  Ps on_mean = 500 * ps_per_us;      // mmpp: mean stay in the on state; pareto_onoff: mean on time
  std::uint32_t duty_ppm = 250'000;  // share of time in the on state
  std::uint32_t off_rate_ppm = 0;    // mmpp: rate in the off state over that in the on state
  std::uint32_t onoff_sources = 16;
  std::int64_t onoff_alpha_milli = 1400;

  std::uint32_t mtu_bytes = 1500;  // flows: IP packet, of which 40 B headers

  std::shared_ptr<const RecordedTrace> trace;
  bool trace_repeats = true;  // after one mean gap; else next() then gives {ps_never, 0}
};

struct Arrival {
  Ps gap;  // since the previous arrival (or the start); at least the frame's time on the wire
  std::uint32_t bytes;
};

// Whether the number in flight is Poisson, and pages come back as a Poisson process (M/G/infinity).
bool poisson_in_flight(const TrafficParams& params);

// Frame, preamble and inter-frame gap (20 B) on the wire, rounded up to a whole ps.
Ps wire_time_ps(std::uint32_t frame_bytes, std::uint64_t link_bps);
// Frames of one size that fit in a second (floor).
std::uint64_t line_rate_pps(std::uint32_t frame_bytes, std::uint64_t link_bps);

class Traffic {
 public:
  // One law of ideal arrival dates and sizes, heedless of the wire.
  class Source {
   public:
    virtual ~Source() = default;
    virtual Arrival next() = 0;
    // To be met `window` before the run, by somebody who comes at any time.
    virtual void begin(Ps window, sim::Stream& stream) { (void)window, (void)stream; }
    // And the frames that came before that, as far as their pages are still held.
    virtual void far_past(Past& past) const = 0;
    virtual double mean_pps() const = 0;
    virtual double mean_frame_bytes() const = 0;
    virtual std::uint32_t largest_frame_bytes() const = 0;
  };

  // ConfigError names the parameter; a mean load above line rate is one.
  Traffic(const TrafficParams& params, sim::Stream stream);

  // Date 0, as an observer who comes at any time meets it: the pages in flight, told by what remains
  // of their holds.  Before the first next(); the frames that follow are of the same process.
  std::vector<HoldTime::Met> begin(const HoldTime& hold, const Receiver& receiver,
                                   sim::Stream stream);
  void begin(sim::Stream stream);  // without pages

  Arrival next();
  double mean_pps() const { return source_->mean_pps(); }
  double mean_frame_bytes() const { return source_->mean_frame_bytes(); }
  std::uint32_t largest_frame_bytes() const { return source_->largest_frame_bytes(); }

 private:
  std::unique_ptr<Source> source_;
  std::uint64_t link_bps_;
  std::uint32_t last_bytes_ = 0;  // and their time on the wire: saves most divisions
  Ps last_wire_time_ = 0;
  Arrival first_{-1, 0};  // the first of the run, if it was drawn already
  Ps late_ = 0;           // how far the last frame ran behind its ideal date
};

// One flow's size in bytes from a published CDF (kind websearch, fb_hadoop or alistorage):
// linear between the published points.
std::uint32_t draw_flow_bytes(TrafficKind kind, sim::Stream& stream);

}  // namespace poolrace::models
