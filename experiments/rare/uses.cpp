// SPDX-License-Identifier: MIT
#include "experiments/rare/uses.hpp"

#include <algorithm>
#include <utility>

namespace poolrace::experiments {

using models::Event;
using models::Kind;
using models::Seen;

const char* const use_names[use_kinds] = {
    "sync before its page was unmapped",      "sync before the device was gone",
    "unmap before the device was gone",       "end before a pool was freed",
    "sync before its page was written again", "return of its page before destroy's walk"};

std::optional<std::size_t> use_of(Kind kind, std::string_view site) {
  const bool sync = site.starts_with("dma: sync"), unmap = site.starts_with("dma: unmap");
  const bool gone = kind == Kind::sync_after_unbind || kind == Kind::unmap_after_unbind ||
                    kind == Kind::device_use_after_free;
  if (kind == Kind::sync_after_unmap && sync) return sync_of_unmapped;
  if (gone && sync) return sync_of_gone;
  if (gone && unmap) return unmap_of_gone;
  if (kind == Kind::pool_use_after_free) return end_of_freed;
  if (kind == Kind::payload_corruption && site == "dma: clean to PoC done")
    return sync_of_rewritten;
  return std::nullopt;
}

bool date_may_matter(std::size_t date, std::optional<std::size_t> use) {
  if (!use) return true;
  const bool of_page = date < 3, unbound = date == 3;
  if (*use == sync_of_unmapped) return of_page;
  if (*use == sync_of_rewritten) return date == 1;
  return *use == end_of_freed ? !of_page && !unbound : unbound;
}

namespace {

bool falls_into(const UseWatcher::Delays& delays, models::CpuId cpu, Ps from, Ps to) {
  const auto here = delays.find(cpu);
  return here != delays.end() &&
         std::any_of(here->second.begin(), here->second.end(),
                     [&](const models::Delay& d) { return d.at < to && d.at + d.length > from; });
}

}  // namespace

void Nearest::add(const Nearest& other) {
  for (std::size_t i = 0; i < use_kinds; ++i) before[i] = std::min(before[i], other.before[i]);
  longest_put = std::max(longest_put, other.longest_put);
  longest_undelayed = std::max(longest_undelayed, other.longest_undelayed);
  late_puts += other.late_puts;
  late_returns += other.late_returns;
  most_in_flight = std::max(most_in_flight, other.most_in_flight);
}

constexpr std::size_t at_edge = 30;
constexpr std::ptrdiff_t most_interruptions = 200;  // of a run

void Edge::add(Ps of_a_run) {
  if (of_a_run == ps_never) return;
  least_.insert(std::upper_bound(least_.begin(), least_.end(), of_a_run), of_a_run);
  if (least_.size() > at_edge) least_.pop_back();
}

bool Edge::sharp() const {
  return least_.size() == at_edge && least_.back() <= 2 * least_.front();
}

void UseWatcher::see(const Seen& s) {
  if (s.what == Event::synced || s.what == Event::unmapped) {
    const auto cpu = cpu_of_.find(s.context);
    if (const auto put = put_of(s.context); put && cpu != cpu_of_.end())
      uses_.push_back({cpu->second, s.who, s.context, s.at, s.what == Event::unmapped, *put});
  }
  if (s.what == Event::cpu) interruption(s);
  if (s.what == Event::in_flight)
    most_in_flight_ = std::max(most_in_flight_, in_flight_ += static_cast<std::int64_t>(s.value));
  if (s.what == Event::dma_landed) landed_[s.who].push_back({s.at, s.context});
  if (s.what == Event::page) stage_[s.who] = static_cast<models::PageStage>(s.value);
  if (s.what == Event::unmapped && !put_of(s.context) && stage_[s.who] == models::PageStage::stack)
    walk_began_ = std::min(walk_began_, s.at);
  PutWatcher::see(s);
}

// Until it goes on, wherever: what an interrupt wakes may come first.  Of an idle CPU there is nothing to interrupt,
// and its interrupts last until it has woken up.
void UseWatcher::interruption(const Seen& s) {
  using models::CpuMode;
  const Owner before = std::exchange(owner_[s.who], {s.mode, s.context});
  if (s.mode == CpuMode::idle) return;
  if (const auto since = interrupted_.find(s.context); since != interrupted_.end()) {
    interruptions_.emplace_back(s.at, s.at - since->second);
    interrupted_.erase(since);
  }
  if (s.mode == CpuMode::hardirq && before.mode != CpuMode::idle && before.context != s.context)
    interrupted_.try_emplace(before.context, s.at);
}

std::vector<Ps> UseWatcher::interruptions() const {
  auto here = interruptions_.begin();
  while (here != interruptions_.end() && here->first < looked_at_from()) ++here;
  const auto step = (interruptions_.end() - here) / most_interruptions + 1;
  std::vector<Ps> out;
  for (; here < interruptions_.end(); here += std::min(step, interruptions_.end() - here))
    out.push_back(here->second);
  return out;
}

template <class Look>
void UseWatcher::each_use(Ps end, Look look) {
  for (const Use& use : uses_) {
    const auto after = [&use](const Dates& dates) {
      return first_after(dates, use.at, use.context);
    };
    const Put& put = puts_[use.put];
    look(use.unmap ? unmap_of_gone : sync_of_gone, use.cpu, put.from, use.at, after(unbound_));
    if (use.unmap) continue;
    look(sync_of_unmapped, use.cpu, put.from, use.at, after(unmapped_[use.frame]));
    // Where it is cleaned is not seen: by the put's end.
    const Ps landed = after(landed_[use.frame]), to = std::min({put.to, end, landed});
    look(sync_of_rewritten, use.cpu, put.from, to, landed);
  }
  for (const Put& put : puts_) {
    const Ps to = std::min(put.to, end);
    look(end_of_freed, put.cpu, put.from, to, first_after(freed_, to, put.context));
    if (put.returned && to <= walk_began_)
      look(return_of_walked, put.cpu, put.from, to, walk_began_);
  }
}

Nearest UseWatcher::nearest(Ps end, const Delays& delays) {
  Nearest out;
  out.most_in_flight = most_in_flight_;
  each_use(end, [&out](std::size_t kind, models::CpuId, Ps, Ps at, Ps date) {
    if (date != ps_never) out.before[kind] = std::min(out.before[kind], date - at);
  });
  for (const Put& put : puts_) {
    const bool late = put.to != ps_never && put.to > walk_began_;
    out.late_puts += late;
    out.late_returns += late && put.returned;
    if (put.to <= looked_at_from()) continue;
    const Ps to = std::min(put.to, end);
    out.longest_put = std::max(out.longest_put, to - put.from);
    if (!falls_into(delays, put.cpu, put.from, to))
      out.longest_undelayed = std::max(out.longest_undelayed, to - put.from);
  }
  return out;
}

std::vector<Opening> UseWatcher::openings_of(const std::vector<Stretch>& stretches, Ps end) {
  struct Late {
    models::CpuId cpu;
    Ps at, by;
  };
  std::map<std::pair<std::size_t, Ps>, Late> least;  // by use and its put's beginning
  each_use(end, [&](std::size_t use, models::CpuId cpu, Ps from, Ps at, Ps date) {
    if (date == ps_never) return;
    Late& late = least.try_emplace({use, from}, Late{cpu, at, ps_never}).first->second;
    if (date - at < late.by) late = {cpu, at, date - at};
  });
  constexpr std::size_t date_of[use_kinds] = {0, 3, 3, 4, 1, 0};
  std::vector<Opening> out;
  for (const Stretch& s : stretches) {
    const auto late = least.find({s.use, s.put_began});
    if (late == least.end() || late->second.at <= s.from) continue;
    const auto [cpu, at, by] = late->second;
    out.push_back({cpu, s.from, at, at + by, stratum_of(date_of[s.use], known_part, by)});
  }
  return out;
}

std::vector<UseWatcher::Stretch> UseWatcher::returns() const {
  std::vector<Stretch> out;
  for (const Put& put : puts_)
    if (put.returned) out.push_back({return_of_walked, put.from, put.from});
  return out;
}

}  // namespace poolrace::experiments
