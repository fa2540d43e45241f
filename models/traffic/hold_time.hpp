// SPDX-License-Identifier: MIT
// How long a page stays with its holder after the driver handed it up (hardware.md §6, a modelling
// choice: sweep it).  Default: 0.90 LogNormal(40 us, 1.0) + 0.09 LogNormal(1 ms, 1.2) + 0.0099
// Pareto(10 ms, alpha 1.2, truncated at 10 s) + 0.0001 stuck.  The source's "stuck 60 s ... no end"
// has no mean, so no stationary law: here stuck is log-uniform from stuck_min to stuck_cap.  Mind
// that it rules the stationary state: with these defaults 97 % of the pages in flight are stuck.
// A page in flight when a run begins is met with probability proportional to its hold: its
// remaining time comes from draw_residual(), in closed form, never from a warm-up.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/traffic/hold_params.hpp"
#include "sim/chance/random.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

// What became of the page: in order, behind a hole or a slow reader, waiting for a retransmission,
// with an application that forgot it, in IP reassembly; `single` for the one-law kinds.
enum class HoldClass : std::uint8_t { in_order, slow, tail, stuck, fragment, single };
const char* hold_class_name(HoldClass cls);

struct Hold {
  Ps time;
  HoldClass cls;
};

class HoldTime {
 public:
  explicit HoldTime(const HoldTimeParams& params);  // ConfigError names the parameter

  Hold draw(sim::Stream& stream) const;
  // What remains of the hold of a page met in the stationary state: density P(H > r) / E[H].
  Hold draw_residual(sim::Stream& stream) const;

  Ps mean() const { return mean_; }
  // The share of each class (by HoldClass) among new holds, and among pages met in flight.
  std::array<double, 6> shares() const;
  std::array<double, 6> stationary_shares() const;

  // For statistics only, outside the event loop: P(H > u), and its integral over a .. b in ps
  // (b may be ps_never).  rate * survival_integral(a, b) is the mean number of pages handed up
  // between b and a ago that are still held (M/G/infinity).  Good to about 1e-13 of the mean.
  double survival(Ps u) const;
  double survival_integral(Ps a, Ps b) const;

 private:
  // One class of the mixture.  pareto with alpha 0 is the log-uniform law.
  struct Law {
    enum class Shape { constant, exponential, lognormal, pareto } shape;
    HoldClass cls;
    Ps scale;  // the constant, the mean, the median, the minimum
    Ps cap;
    std::int64_t milli;  // sigma or alpha
    std::uint32_t ppm;
    Ps mean = 0;
    std::uint64_t threshold = 0;           // of a word that picks a class among new holds
    std::uint64_t residual_threshold = 0;  // and among pages met in flight

    void set_mean();
    Ps draw(sim::Stream& stream) const;
    Ps draw_residual(sim::Stream& stream) const;
    double survival(double u) const;
    double survival_below(double x) const;  // its integral over 0 .. x
  };
  void add_mixture(const HoldTimeParams& params);
  void add_single(const HoldTimeParams& params);
  void add(Law law);
  void weigh();
  Hold pick(sim::Stream& stream, bool residual) const;

  std::vector<Law> laws_;
  Ps mean_ = 0;
};

}  // namespace poolrace::models
