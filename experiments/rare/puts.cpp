// SPDX-License-Identifier: MIT
#include "experiments/rare/puts.hpp"

#include <algorithm>

namespace poolrace::experiments {

using models::Event;
using models::PageStage;
using models::Seen;

const char* const late_date_names[late_dates] = {
    "its page was unmapped", "its page was posted again", "its page was posted again and unmapped",
    "the device was unbound", "a pool was freed"};

namespace {

// Up to 0.25, 1, 4, 16, 64 us, and more.
std::size_t class_of(Ps late_by) {
  std::size_t out = 0;
  for (Ps edge = ps_per_us / 4; out + 1 < late_classes && late_by > edge; edge *= 4) ++out;
  return out;
}

}  // namespace

std::size_t stratum_of(std::size_t date, std::size_t part, Ps before) {
  return date * date_strata + part * late_classes + class_of(before);
}

void PutWatcher::see(const Seen& s) {
  const bool undone = s.what == Event::unmapped && !put_of(s.context);
  if (undone || s.what == Event::wait_began || s.what == Event::gone)
    teardown_began_ = std::min(teardown_began_, s.at);
  switch (s.what) {
    case Event::cpu:
      if (s.mode != models::CpuMode::idle) cpu_of_[s.context] = s.who;
      break;
    case Event::page:
      page(s);
      break;
    case Event::unmapped:
      unmapped_[s.who].push_back({s.at, s.context});
      break;
    case Event::gone:
      (std::string(s.text) == "device" ? unbound_ : freed_).push_back({s.at, s.context});
      break;
    default:
      break;
  }
}

void PutWatcher::page(const Seen& s) {
  const auto stage = static_cast<PageStage>(s.value);
  if (stage == PageStage::posted) posted_[s.who].push_back({s.at, s.context});
  if (stage == PageStage::put) {
    const auto cpu = cpu_of_.find(s.context);
    if (cpu == cpu_of_.end()) return;
    under_way_[s.context].push_back(puts_.size());
    puts_.push_back({cpu->second, s.who, s.context, s.at, ps_never, false});
  }
  // Where a put returns there is no text: "freed" is told inside of one.
  if ((stage == PageStage::recycled || stage == PageStage::returned) && s.text == nullptr) {
    auto& open = under_way_[s.context];
    if (open.empty()) return;
    puts_[open.back()].to = s.at;
    puts_[open.back()].returned = stage == PageStage::returned;
    open.pop_back();
  }
}

std::optional<std::size_t> PutWatcher::put_of(std::uint32_t context) const {
  const auto puts = under_way_.find(context);
  if (puts == under_way_.end() || puts->second.empty()) return std::nullopt;
  return puts->second.back();
}

Ps PutWatcher::first_after(const Dates& dates, Ps from, std::uint32_t context) {
  auto date = std::upper_bound(dates.begin(), dates.end(), from,
                               [](Ps at, const Date& d) { return at < d.at; });
  while (date != dates.end() && date->context == context) ++date;
  return date == dates.end() ? ps_never : date->at;
}

std::vector<Opening> PutWatcher::openings(Ps end) {
  std::vector<Opening> out;
  for (Put& put : puts_) {
    put.to = std::min(put.to, end);
    const auto after = [&put](const Dates& dates) {
      return first_after(dates, put.from, put.context);
    };
    const Ps unmapped = after(unmapped_[put.frame]), posted = after(posted_[put.frame]);
    const bool again = posted < unmapped;
    const Ps dates[late_dates] = {again ? ps_never : unmapped, posted, again ? unmapped : ps_never,
                                  after(unbound_), after(freed_)};
    for (std::size_t i = 0; i < late_dates; ++i) {
      const Ps late = dates[i];
      if (late == ps_never) continue;
      for (std::size_t part = 0; part < put_parts; ++part) {
        const auto edge = [&](std::size_t n) {
          return put.from + (put.to - put.from) * static_cast<Ps>(n) / static_cast<Ps>(put_parts);
        };
        const Opening o{put.cpu, edge(part), edge(part + 1), late - (put.to - edge(part + 1)),
                        stratum_of(i, part, late - put.to)};
        if (o.to > o.from) out.push_back(o);
      }
    }
  }
  return out;
}

}  // namespace poolrace::experiments
