// SPDX-License-Identifier: MIT
#include "experiments/rare/misses.hpp"

#include <algorithm>
#include <cmath>

namespace poolrace::experiments {

using models::Event;
using models::Seen;

namespace {

// Nearer than these nothing is won: an undisturbed order leaves about so much, unless CPUs wait for each
// other's lines.
constexpr Ps date_floor = 100 * ps_per_ns, interruption_floor = 20 * ps_per_ns,
             order_floor = ps_per_ns;
constexpr Ps farthest = ps_per_s;

double log10_ns(Ps miss, Ps floor) {
  return std::log10(static_cast<double>(std::min(miss, farthest) + floor) / ps_per_ns);
}

}  // namespace

void MissWatcher::see(const Seen& s) {
  if (s.what == Event::cpu) owners_[s.who].push_back({s.at, s.mode == models::CpuMode::hardirq});
  UseWatcher::see(s);
}

Ps MissWatcher::interruption(const Use& use) const {
  Ps out = farthest;
  if (const auto cpu = owners_.find(use.cpu); cpu != owners_.end()) {
    const auto& owners = cpu->second;
    const auto next = std::upper_bound(owners.begin(), owners.end(), use.at,
                                       [](Ps at, const Owner& o) { return at < o.at; });
    const auto taken = std::find_if(next, owners.end(), [](const Owner& o) { return o.hardirq; });
    if (taken != owners.end()) out = std::min(out, taken->at - use.at);
    if (next != owners.begin()) out = std::min(out, use.at - std::prev(next)->at);
  }
  if (const auto cpu = thefts_.find(use.cpu); cpu != thefts_.end())
    for (const models::Delay& d : cpu->second)
      out = std::min(out,
                     d.at > use.at ? d.at - use.at : std::max<Ps>(0, use.at - (d.at + d.length)));
  return out;
}

double MissWatcher::miss(const Use& use, Ps late) const {
  return std::min(
      2 * log10_ns(late - use.at, order_floor),
      log10_ns(late - use.at, date_floor) + log10_ns(interruption(use), interruption_floor));
}

double MissWatcher::nearest(const std::vector<models::Delayer>& delayers,
                            const sim::Streams& streams, Ps end) {
  for (const models::Delayer& d : delayers)
    if (d.stops)
      for (const auto& [cpu, owners] : owners_) {
        const auto more = models::delays_until(d, streams, cpu, end);
        thefts_[cpu].insert(thefts_[cpu].end(), more.begin(), more.end());
      }
  double out = 2 * log10_ns(farthest, 0);
  const auto look = [&](const Use& use, Ps late) {
    if (late != ps_never) out = std::min(out, miss(use, late));
  };
  for (const Use& use : uses_) {
    look(use, first_after(unmapped_[use.frame], use.at, use.context));
    look(use, first_after(unbound_, use.at, use.context));
    if (corruption_) look(use, first_after(landed_[use.frame], use.at, use.context));
  }
  for (std::size_t i = 0; i < puts_.size(); ++i)
    if (const Put& put = puts_[i]; put.to != ps_never) {
      const Use last{put.cpu, put.frame, put.context, put.to, false, i};
      look(last, first_after(freed_, last.at, last.context));
    }
  return out;
}

}  // namespace poolrace::experiments
