// SPDX-License-Identifier: MIT
// What a run's dangerous time would have cost on average, beside what it happened to cost.
//
// With Poisson traffic, in the stationary state, the pages with holders come back as a Poisson process: after RX has
// stopped, the number that returns between two dates a and b is Poisson with mean
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

// A scan comes by each page at a date of its own, and what it then finds in flight comes back late:
// the mean over its length, however early it may end for having found all.
double late_puts_of_scan(const ExposureInput& in, const DestroyTimes& destroy, Ps began) {
  constexpr int parts = 32;
  double sum = 0;
  for (int i = 0; i < parts; ++i)
    sum += late_puts(in, destroy, began + in.scan / (2 * parts) * (2 * i + 1), in.horizon);
  return sum / parts;
}

// A destroy that unmaps looks first what is in flight.  If nothing is, it frees the pool, and no put
// of it can be late; if something is, that makes late puts likelier than they are on average.  So
// what is printed is the chance of a late put given what destroy saw, told as a mean number.
double given_what_was_seen(const ExposureInput& in, const DestroyTimes& destroy, double puts) {
  if (destroy.freed || puts <= 0) return 0;
  const Ps looked = destroy.looked != ps_never ? destroy.looked : in.looked;
  if (looked == ps_never) return puts;
  constexpr Ps for_good = 3600 * ps_per_s;
  const double out = late_puts(in, destroy, looked, looked + for_good);
  const double chance = std::expm1(-puts) / std::expm1(-std::max(puts, out));
  return chance < 1 ? -std::log1p(-chance) : puts;
}

}  // namespace

std::array<double, kind_count> exposure(const ExposureInput& in) {
  std::array<double, kind_count> out;
  out.fill(no_estimate);
  if (!in.poisson) return out;
  const bool syncs_stay = !in.clears_dma_sync && in.needs_sync;
  const Ps unbound = in.times->unbound;
  const bool goes = unbound != ps_never && !in.times->waited && !in.waits_in_destroy;
  if (syncs_stay && in.destroy_unmaps) out[at(Kind::sync_after_unmap)] = 0;
  // Where destroy unmaps, the first late put is a sync after unmap, whenever it comes.
  const bool syncs_late = syncs_stay && goes && !in.destroy_unmaps;
  if (syncs_late) out[at(Kind::sync_after_unbind)] = 0;
  // Whose late put crashes at its sync is not counted as a late unmap as well.
  const bool unmaps_late = !in.destroy_unmaps && goes && !(syncs_stay && in.sync_crashes);
  if (unmaps_late) out[at(Kind::unmap_after_unbind)] = 0;
  for (const DestroyTimes& destroy : in.times->destroys) {
    const Ps unmapped = destroy.destroyed != ps_never ? destroy.destroyed : in.scanned;
    if (unmapped == ps_never) continue;
    const Ps began = destroy.waited != ps_never ? destroy.waited : in.waited;
    if (syncs_stay && in.destroy_unmaps) {
      const double late = in.scan > 0 && began != ps_never
                              ? late_puts_of_scan(in, destroy, began)
                              : late_puts(in, destroy, unmapped, in.horizon);
      out[at(Kind::sync_after_unmap)] +=
          given_what_was_seen(in, destroy, race(in, destroy, unmapped) + late);
    }
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
