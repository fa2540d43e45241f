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
#include <string_view>
#include <vector>

#include "models/traffic/hold_law.hpp"
#include "models/traffic/hold_params.hpp"
#include "sim/chance/random.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

const char* hold_class_name(HoldClass cls);

struct Hold {
  Ps time;
  HoldClass cls;
};

// Which law a hold was drawn from.
namespace hold_laws {
inline constexpr const char* fresh = "fresh";        // a new one
inline constexpr const char* residual = "residual";  // what remains of one that is met
inline constexpr const char* aged = "aged";          // the same, of a known age
inline constexpr const char* until = "until";        // no law: the date at which it ends
}  // namespace hold_laws

class HoldTime {
 public:
  explicit HoldTime(const HoldTimeParams& params);  // ConfigError names the parameter

  Hold draw(sim::Stream& stream) const;
  // What remains of the hold of a page met in the stationary state: density P(H > r) / E[H].
  Hold draw_residual(sim::Stream& stream) const;

  using Met = HoldLaw::Met;
  Met draw_met(sim::Stream& stream) const;  // the same, with how long it was held before

  // Of new holds: how many of 2^64 are longer than `age`, and one of those.  In integers.
  std::uint64_t survivors(Ps age) const;
  Ps draw_longer(sim::Stream& stream, Ps age) const;
  // An age that at most one hold in `one_in` exceeds.
  Ps age_of(std::uint64_t one_in) const;
  // The longest hold that comes to an end by itself: stuck pages do not, and of the laws without
  // an end it is what one hold in a million exceeds.
  Ps longest_finite() const;

  Ps mean() const { return mean_; }
  // The share of each class (by HoldClass) among new holds, and among pages met in flight.
  std::array<double, 6> shares() const;
  std::array<double, 6> stationary_shares() const;

  // For statistics only, outside the event loop: P(H > u), and its integral over a .. b in ps
  // (b may be ps_never).  rate * survival_integral(a, b) is the mean number of pages handed up
  // between b and a ago that are still held (M/G/infinity).  Good to about 1e-13 of the mean.
  double survival(Ps u) const;
  double survival_integral(Ps a, Ps b) const;
  // How likely a hold by that law is, a ps, at `time`; constant holds are left out.
  double density(std::string_view law, Ps age, Ps time) const;
  // Whether that is all of it: no class has holds of one length.
  bool has_density() const;

 private:
  void add_mixture(const HoldTimeParams& params);
  void add_single(const HoldTimeParams& params);
  void add_histogram(const HoldHistogram& histogram);
  void add(HoldLaw law);
  void weigh();
  double share(const HoldLaw& law) const;
  const HoldLaw& pick(sim::Stream& stream, bool residual) const;

  std::vector<HoldLaw> laws_;
  std::uint64_t total_ = 0;  // of their weights
  Ps mean_ = 0;
};

}  // namespace poolrace::models
