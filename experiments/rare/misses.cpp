// SPDX-License-Identifier: MIT
#include "experiments/rare/misses.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace poolrace::experiments {

using models::Event;
using models::Seen;

namespace {

// Nearer than these nothing is won: what takes a CPU brings as much with it (softirqs), and a put is that narrow.
constexpr Ps date_floor = 1500 * ps_per_ns, interruption_floor = 20 * ps_per_ns;
// Further than these nothing is lost: an interruption so far away is none.
constexpr Ps farthest_date = ps_per_s, farthest_interruption = 10 * ps_per_us;

double log10_ns(Ps miss, Ps farthest, Ps floor) {
  return std::log10(static_cast<double>(std::min(miss, farthest) + floor) / ps_per_ns);
}

}  // namespace

void MissWatcher::see(const Seen& s) {
  if (s.what == Event::cpu) {
    auto& taken = taken_[s.who];
    if (!taken.empty() && taken.back().second == ps_never) taken.back().second = s.at;
    if (s.mode == models::CpuMode::hardirq) taken.emplace_back(s.at, ps_never);
  }
  UseWatcher::see(s);
}

// By what takes the CPU in its put, or next; or by nothing.
double MissWatcher::miss(const Use& use, Ps late) const {
  const auto by = [&](Ps away, Ps lasts) {
    return log10_ns(std::max<Ps>(0, late - use.at - lasts), farthest_date, date_floor) +
           log10_ns(away, farthest_interruption, interruption_floor);
  };
  double out = by(farthest_interruption, 0);
  const auto taken = taken_.find(use.cpu);
  if (taken == taken_.end()) return out;
  const auto& all = taken->second;
  auto one = std::lower_bound(all.begin(), all.end(), std::pair{puts_[use.put].from, Ps{0}});
  for (; one != all.end() && one->first < use.at + farthest_interruption; ++one) {
    const auto [from, to] = *one;
    const Ps away = from > use.at ? from - use.at : std::max<Ps>(0, use.at - to);
    out = std::min(out, by(away, to - from));
  }
  return out;
}

double MissWatcher::nearest(const std::vector<models::Delayer>& delayers,
                            const sim::Streams& streams, Ps end) {
  for (auto& [cpu, taken] : taken_) {
    if (!taken.empty() && taken.back().second == ps_never) taken.back().second = end;
    for (const models::Delayer& d : delayers)
      if (d.stops)
        for (const auto& [at, length] : models::delays_until(d, streams, cpu, end))
          taken.emplace_back(at, std::min(at + length, end));
    std::sort(taken.begin(), taken.end());
  }
  double out = std::numeric_limits<double>::max();  // JSON knows no infinity
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
