// SPDX-License-Identifier: MIT
// What a run's dangerous time would have cost on average, beside what it happened to cost.
//
// In the stationary state the pages with holders come back as a Poisson process: after RX has
// stopped, the number that returns between two dates a and b is Poisson with mean
// rate * integral of P(hold > u) from a to b (M/G/infinity), whatever the law of the holds.  A run
// measures the dates (when destroy unmapped, when the driver went) and the windows of its puts; the
// chance of a hit is 1 - exp(-mean).  It uses libm and doubles: it never enters the trace.
#include "models/exposure.hpp"

#include <algorithm>

namespace poolrace::models {

namespace {
constexpr std::size_t at(Kind kind) { return static_cast<std::size_t>(kind); }
}  // namespace

std::array<double, kind_count> exposure(const ExposureInput& in) {
  std::array<double, kind_count> out{};
  if (in.rx_stopped == ps_never || in.unmapped == ps_never) return out;
  const double rate = in.puts_per_second / static_cast<double>(ps_per_s);
  const auto late_puts = [&](Ps from, Ps to) {
    return rate * in.hold.survival_integral(std::max<Ps>(from - in.rx_stopped, 0),
                                            std::max<Ps>(to - in.rx_stopped, 0));
  };
  const auto race = [&](Ps windows) {  // a put is under way when its mapping goes
    if (in.windows.syncs == 0) return 0.0;
    const double mean_window =
        static_cast<double>(windows) / static_cast<double>(in.windows.syncs);
    return rate * in.hold.survival(std::max<Ps>(in.unmapped - in.rx_stopped, 0)) * mean_window;
  };
  const bool syncs_stay = in.dma_sync_left_set && in.needs_sync;
  if (in.destroy_unmaps && in.needs_sync)
    out[at(Kind::sync_after_unmap)] =
        syncs_stay ? race(in.windows.all) + late_puts(in.unmapped, in.horizon)
                   : race(in.windows.open);
  if (in.unbound == ps_never || in.destroy_unmaps) return out;
  if (syncs_stay)
    out[at(Kind::sync_after_unbind)] = late_puts(in.unbound, in.horizon);
  // A page that came back before the driver went is parked in the ring, still mapped, until the
  // worker's next look: it counts from the last look before.
  constexpr Ps period = 1000 * ps_per_ms;
  const Ps last_look = in.destroyed + (in.unbound - in.destroyed) / period * period;
  out[at(Kind::unmap_after_unbind)] = late_puts(last_look, in.horizon);
  return out;
}

}  // namespace poolrace::models
