// SPDX-License-Identifier: MIT
// What a run's dangerous time would have cost on average, beside what it happened to cost.
//
// With Poisson traffic, in the stationary state, the pages with holders come back as a Poisson
// process: after RX has stopped, the number that returns between two dates a and b is Poisson with mean
// rate * integral of P(hold > u) from a to b (M/G/infinity), whatever the law of the holds.  A run
// measures the dates (when destroy unmapped, when the driver went) and the windows of its puts; the
// chance of a hit is 1 - exp(-mean).  It uses libm and doubles: it never enters the trace.
#include "models/exposure.hpp"

#include <algorithm>
#include <cmath>

namespace poolrace::models {

namespace {

constexpr std::size_t at(Kind kind) {
  return static_cast<std::size_t>(kind);
}

// Puts expected between two dates, of pages that were handed up before this destroy stopped RX.
double late_puts(const ExposureInput& in, const DestroyTimes& destroy, Ps from, Ps to) {
  const Ps a = std::max<Ps>(from - destroy.rx_stopped, 0);
  const Ps b = std::max<Ps>(to - destroy.rx_stopped, a);
  double held = in.hold.survival_integral(a, b);
  if (destroy.rx_up != ps_never)  // nothing was handed up before RX was on
    held -= in.hold.survival_integral(a + destroy.rx_up, b + destroy.rx_up);
  return in.puts_per_second / static_cast<double>(ps_per_s) * held;
}

// Puts expected to be under way, before their sync, when their mapping goes.
double race(const ExposureInput& in, const DestroyTimes& destroy, Ps unmapped) {
  if (in.windows.syncs == 0) return 0;
  const double window = static_cast<double>(in.windows.all) / static_cast<double>(in.windows.syncs);
  return in.puts_per_second / static_cast<double>(ps_per_s) * window *
         in.hold.survival(std::max<Ps>(unmapped - destroy.rx_stopped, 0));
}

// A scan of all memory comes by each page at a date of its own, and ends with the last of those that
// destroy saw in flight when it looked; what it has unmapped and is put later is a sync after unmap,
// until the device is removed: then it is one after unbind.  With N pages, Poisson of mean a but not
// none, anywhere in memory, the last lies at the part m of it with density N m^(N-1).  Summed over N:
//   P(none late) = integral over m of  a exp(-a (1 - m (1 - q))) (1 - q0)
// where q0 is the chance that the last one is late, and q the mean chance of those before it.
class ScanExposure {
 public:
  ScanExposure(const ExposureInput& in, const DestroyTimes& destroy, Ps looked, Ps began)
      : in_(in), destroy_(destroy), began_(began), far_(looked + 3600 * ps_per_s) {
    out_ = tail(looked);
    for (int i = 0; i <= parts; ++i) tail_[i] = tail(at_part(static_cast<double>(i) / parts));
    for (int i = 0; i < parts; ++i) sum_[i + 1] = sum_[i] + (tail_[i] + tail_[i + 1]) / (2 * parts);
  }

  // Given that something was in flight.
  [[nodiscard]] double chance() const {
    if (out_ <= 0) return 0;
    const double least = std::exp(-out_);  // u = exp(-a (1 - m)), uniform
    double none = 0;
    for (int i = 0; i < parts; ++i) {
      const double u = least + (1 - least) * (i + 0.5) / parts;
      const double m = std::max(1 + std::log(u) / out_, 1e-6);
      const double removed = tail(end_of(m));
      const double before = (interpolated(sum_, m) / m - removed) / out_;
      const double last = (interpolated(tail_, m) - removed) / out_;
      none += std::exp(-out_ * m * std::max(before, 0.0)) * (1 - std::max(last, 0.0)) / parts;
    }
    return 1 - none;  // of (1 - least), over (1 - least)
  }

 private:
  static constexpr int parts = 32;
  using Grid = std::array<double, parts + 1>;  // by part of the memory

  [[nodiscard]] double tail(Ps from) const { return late_puts(in_, destroy_, from, far_); }
  [[nodiscard]] Ps at_part(double m) const {
    return began_ + static_cast<Ps>(static_cast<double>(in_.scan) * m);
  }
  [[nodiscard]] Ps end_of(double m) const {
    if (!in_.removed) return in_.horizon;
    const bool known = in_.times->unbound != ps_never && destroy_.destroyed != ps_never;
    return at_part(m) + (known ? in_.times->unbound - destroy_.destroyed : in_.removal_delay);
  }
  static double interpolated(const Grid& grid, double m) {
    const int i = std::min(static_cast<int>(m * parts), parts - 1);
    return grid[i] + (grid[i + 1] - grid[i]) * (m * parts - i);
  }

  const ExposureInput& in_;
  const DestroyTimes& destroy_;
  Ps began_, far_;
  double out_;
  Grid tail_{}, sum_{};
};

// As a mean number, beside the puts that were under way when their page was unmapped.
double syncs_of_scan(const ExposureInput& in, const DestroyTimes& destroy, Ps unmapped) {
  const Ps looked = destroy.looked != ps_never ? destroy.looked : in.looked;
  const Ps began = destroy.waited != ps_never ? destroy.waited : in.waited;
  if (destroy.freed || looked == ps_never || began == ps_never) return 0;
  const double chance = ScanExposure(in, destroy, looked, began).chance();
  return race(in, destroy, unmapped) - std::log1p(-std::min(chance, 1 - 1e-15));
}

}  // namespace

std::array<double, kind_count> exposure(const ExposureInput& in) {
  std::array<double, kind_count> out;
  out.fill(no_estimate);
  if (!in.poisson) return out;
  const bool syncs_stay = !in.clears_dma_sync && in.needs_sync;
  const Ps unbound = in.times->unbound;
  const bool goes = unbound != ps_never && !in.times->waited && !in.waits_in_destroy;
  // Where destroy unmaps, the first late put is a sync after unmap.  A walk unmaps in its own order
  // among the pages that destroy itself still has, at dates that are not known: no estimate.
  const bool syncs_unmapped = syncs_stay && in.destroy_unmaps && in.scan > 0;
  if (syncs_unmapped) out[at(Kind::sync_after_unmap)] = 0;
  const bool syncs_late = syncs_stay && goes && !in.destroy_unmaps;
  if (syncs_late) out[at(Kind::sync_after_unbind)] = 0;
  // Whose late put crashes at its sync is not counted as a late unmap as well.
  const bool unmaps_late =
      !in.destroy_unmaps && !in.skips_unmap && goes && !(syncs_stay && in.sync_crashes);
  if (unmaps_late) out[at(Kind::unmap_after_unbind)] = 0;
  for (const DestroyTimes& destroy : in.times->destroys) {
    const Ps unmapped = destroy.destroyed != ps_never ? destroy.destroyed : in.scanned;
    if (unmapped == ps_never) continue;
    if (syncs_unmapped) out[at(Kind::sync_after_unmap)] += syncs_of_scan(in, destroy, unmapped);
    if (!goes) continue;
    if (syncs_late) out[at(Kind::sync_after_unbind)] += late_puts(in, destroy, unbound, in.horizon);
    // A page that came back before the driver went is parked in the ring, still mapped, until the
    // worker's next look: it counts from the last look before.
    constexpr Ps period = 1000 * ps_per_ms;
    const Ps last_look = unmapped + (unbound - unmapped) / period * period;
    if (unmaps_late)
      out[at(Kind::unmap_after_unbind)] += late_puts(in, destroy, last_look, in.horizon);
  }
  return out;
}

}  // namespace poolrace::models
