// SPDX-License-Identifier: MIT
// Why none was seen: what README.md says in words.
#include <algorithm>

#include "experiments/rare/known_windows.hpp"
#include "experiments/rare/rare.hpp"

namespace poolrace::experiments {
namespace {

constexpr double unseen = 3.7;  // runs of what is seen in none in one of 40 cases

}  // namespace

bool Rare::none_undelayed() const {
  std::int64_t others = plain_hits;
  for (const RareChannel& c : channels)
    others += c.outside + (c.is_delay() ? c.unexpected : c.hits);
  return others == 0 && ran_enough();
}

// Fewer pages than the ring holds, however far runs went.
bool Rare::is_ring_never_full() const {
  return nearest.most_in_flight < ring_slots && edge_of_room.sharp();
}

// What a put does that gives its page back itself it does only where the ring is full.
bool Rare::is_beyond(std::size_t use, Ps reach) const {
  const Ps least = nearest.before[use];
  if (least == ps_never)
    return (use != unmap_of_gone && use != return_of_walked) || is_ring_never_full();
  return least > reach && edges[use].sharp();
}

// The walk is late only for a page that a put gives back meanwhile: destroy's own drain is over then, and leaves
// room in the ring.  A put that did before the drain could be held up until then.
bool Rare::no_put_gives_back(Ps reach) const {
  return nearest.late_returns == 0 && nearest.late_puts >= late_puts_with_reason &&
         is_beyond(return_of_walked, reach);
}

bool Rare::all_out_of_reach(Ps reach, Ps delay) const {
  if (!none_undelayed() || !orders.exhausted() || orders.windows.empty()) return false;
  for (std::size_t i = 0; i < orders.windows.size(); ++i) {
    const Orders::Window& w = orders.windows[i];
    const auto use = use_of(w.kind, w.site);
    const bool out =
        w.of_put ? (is_held_up_for(w) && !hold_ups.empty() && hold_ups[i].out_of_reach(delay)) ||
                       (use && is_beyond(*use, reach))
                 : w.of_walk() && no_put_gives_back(reach);
    if (!out) return false;
  }
  return true;
}

Ps Rare::delayed_reach() const {
  return reach_factor * (nearest.longest_put + longest_delay);
}

bool Rare::out_of_reach() const {
  return hits() == 0 && all_out_of_reach(delayed_reach(), longest_delay);
}

// Puts wait for locks whose holder's CPU is stolen, and thousands may tell nothing of how long: those that gave their
// page back took 4 us at most or 3.7 ms, of 2000 each.  So it is the longest of all.
bool Rare::out_of_reach_undelayed() const {
  return all_out_of_reach(reach_factor * (nearest.longest_undelayed + tick_delay), 0);
}

double RareChannel::exposed() const {
  if (exposure.samples < samples_with_reason || runs < samples_with_reason) return 1;
  const double met = exposure.mean() + 3 * exposure.standard_error();
  if (harmed > 0) return met;
  return std::min(met, unseen * largest / static_cast<double>(weighed.samples));
}

double Rare::exposed() const {
  double out = 0;
  for (const RareChannel& c : channels)
    if (c.is_delay()) out += c.exposed();
  return out;
}

// Of puts not seen as near as a delay lasts: none was nearer than the nearest, and they come evenly; in them it
// matters for as long as in each run's nearest.
double Rare::at_most() const {
  const double matters = stretch.mean() + 3 * stretch.standard_error();
  Ps nearest_use = ps_never;
  for (const Orders::Window& w : orders.windows)
    if (const auto use = w.of_put ? use_of(w.kind, w.site) : return_of_walked)
      nearest_use = std::min(nearest_use, nearest.before[*use]);
  double a_run = 0;
  for (const RareChannel& c : channels)
    a_run +=
        2 * c.per_ps * matters * std::min(1.0, c.mean_length / static_cast<double>(nearest_use));
  return exposed() + unseen / static_cast<double>(samples) * a_run;
}

}  // namespace poolrace::experiments
