// SPDX-License-Identifier: MIT
#include "experiments/rare/uses.hpp"

#include <algorithm>
#include <utility>

namespace poolrace::experiments {

using models::Event;
using models::Kind;
using models::Seen;

const char* const use_names[use_kinds] = {
    "sync before its page was unmapped", "sync before the device was gone",
    "unmap before the device was gone", "end before a pool was freed"};

std::optional<std::size_t> use_of(Kind kind, std::string_view site) {
  const bool sync = site.starts_with("dma: sync"), unmap = site.starts_with("dma: unmap");
  const bool gone = kind == Kind::sync_after_unbind || kind == Kind::unmap_after_unbind ||
                    kind == Kind::device_use_after_free;
  if (kind == Kind::sync_after_unmap && sync) return 0;
  if (gone && sync) return 1;
  if (gone && unmap) return 2;
  if (kind == Kind::pool_use_after_free) return 3;
  return std::nullopt;
}

bool date_may_matter(std::size_t date, std::optional<std::size_t> use) {
  if (!use) return true;
  const bool of_page = date < 3, unbound = date == 3;
  if (*use == 0) return of_page;
  return *use == 3 ? !of_page && !unbound : unbound;
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
  longest_interruption = std::max(longest_interruption, other.longest_interruption);
  longest_stretch = std::max(longest_stretch, other.longest_stretch);
  late_puts += other.late_puts;
  late_returns += other.late_returns;
  nearest_return = std::min(nearest_return, other.nearest_return);
}

void UseWatcher::see(const Seen& s) {
  if (s.what == Event::synced || s.what == Event::unmapped) {
    const auto cpu = cpu_of_.find(s.context);
    if (const auto put = put_of(s.context); put && cpu != cpu_of_.end())
      uses_.push_back(
          {cpu->second, s.who, s.context, s.at, s.what == Event::unmapped, puts_[*put].from});
  }
  if (s.what == Event::cpu) interruption(s);
  if (s.what == Event::page) stage_[s.who] = static_cast<models::PageStage>(s.value);
  if (s.what == Event::unmapped && !put_of(s.context) && stage_[s.who] == models::PageStage::stack)
    walk_began_ = std::min(walk_began_, s.at);
  PutWatcher::see(s);
}

void UseWatcher::interruption(const Seen& s) {
  const bool now = s.mode == models::CpuMode::hardirq || s.mode == models::CpuMode::softirq;
  Ps& since = interrupted_.try_emplace(s.who, ps_never).first->second;
  if (now && since == ps_never) since = s.at;
  if (now || since == ps_never) return;
  if (teardown_began_ != ps_never)
    longest_interruption_ = std::max(longest_interruption_, s.at - since);
  since = ps_never;
}

template <class Look>
void UseWatcher::each_use(Ps end, Look look) {
  for (const Use& use : uses_) {
    const auto after = [&use](const Dates& dates) {
      return first_after(dates, use.at, use.context);
    };
    if (!use.unmap) look(0, use.cpu, use.put_began, use.at, after(unmapped_[use.frame]));
    look(use.unmap ? 2 : 1, use.cpu, use.put_began, use.at, after(unbound_));
  }
  for (const Put& put : puts_) {
    const Ps to = std::min(put.to, end);
    look(3, put.cpu, put.from, to, first_after(freed_, to, put.context));
  }
}

Nearest UseWatcher::nearest(Ps end, const Delays& delays) {
  Nearest out;
  out.longest_interruption = longest_interruption_;
  each_use(end, [&out](std::size_t kind, models::CpuId, Ps, Ps at, Ps date) {
    if (date != ps_never) out.before[kind] = std::min(out.before[kind], date - at);
  });
  for (const Put& put : puts_) {
    const bool late = put.to != ps_never && put.to > walk_began_;
    out.late_puts += late;
    out.late_returns += late && put.returned;
    if (put.returned && put.to <= walk_began_ && walk_began_ != ps_never)
      out.nearest_return = std::min(out.nearest_return, walk_began_ - put.to);
    if (teardown_began_ != ps_never && put.to <= teardown_began_) continue;
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
  constexpr std::size_t date_of[use_kinds] = {0, 3, 3, 4};
  std::vector<Opening> out;
  for (const Stretch& s : stretches) {
    const auto late = least.find({s.use, s.put_began});
    if (late == least.end() || late->second.at <= s.from) continue;
    const auto [cpu, at, by] = late->second;
    out.push_back({cpu, s.from, at, at + by, stratum_of(date_of[s.use], known_part, by)});
  }
  return out;
}

}  // namespace poolrace::experiments
