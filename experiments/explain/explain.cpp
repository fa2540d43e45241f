// SPDX-License-Identifier: MIT
#include "experiments/explain/explain.hpp"

#include <algorithm>
#include <tuple>

#include "experiments/explain/log_lines.hpp"

namespace poolrace::experiments {

namespace {

// A count that is the same over so many warnings, or pages out for so long, are taken not to come
// back: fragments wait 30 s at most, and what a socket holds beyond ten minutes nobody reads.
constexpr std::int64_t warnings_enough = 3, age_enough_s = 600;

struct OfPools {
  const char* name;
  const char* answer;
  Sure sure;
  const char* because;
};
constexpr OfPools of_pools[] = {
    {"stalled-negative", "count-negative", Sure::certain, "the kernel prints a count below zero"},
    {"stalled-falls", "pages-out", Sure::likely, "the count falls from warning to warning"},
    {"stalled-stays", "never-back", Sure::likely, "the count does not fall"},
    {"stalled-old", "never-back", Sure::likely,
     "no ordinary holder keeps a page so long; with a second warning one would know whether the "
     "count falls"},
    {"stalled-once", "never-back", Sure::possible,
     "too few warnings to tell whether the count falls: wait for the next ones"},
};

const OfPools& row_of(const StalledPool& pool) {
  if (pool.last.inflight < 0) return of_pools[0];
  if (pool.falls()) return of_pools[1];
  if (pool.warnings >= warnings_enough) return of_pools[2];
  return of_pools[pool.last.age_s >= age_enough_s ? 3 : 4];
}

class Events {
 public:
  void add(const Report& report) {
    if (const auto said = stalled_line(report.text)) {
      pools_.add(*said, report.line);
      return;
    }
    const Signature* signature = signature_of(report);
    if (signature == nullptr) return;
    const auto known = std::find_if(all_.begin(), all_.end(), [&](const Event& event) {
      return event.name == signature->name;
    });
    if (known != all_.end()) {
      ++known->count;
      known->last_line = report.line;
      return;
    }
    // Without its first lines nobody knows that it was an oops.
    const bool headless = report.type == ReportType::trace && signature->sure == Sure::certain;
    all_.push_back({signature->name, &answer(signature->answer),
                    headless ? Sure::likely : signature->sure,
                    std::string(signature->because) +
                        (headless ? "; the lines before the trace are missing" : ""),
                    first_functions(report), 1, report.line, report.line});
  }

  void add_pools() {
    for (const StalledPool& pool : pools_.pools()) {
      const auto same = [&](const Event& event) { return event.name == event_of(pool); };
      auto known = std::find_if(all_.begin(), all_.end(), same);
      if (known == all_.end()) {
        const OfPools& row = row_of(pool);
        all_.push_back({row.name, &answer(row.answer), row.sure, row.because, {}, 0, pool.line, 0});
        known = all_.end() - 1;
      }
      known->count += pool.warnings;
      known->last_line = std::max(known->last_line, pool.last_line);
    }
  }

  std::vector<Event> sorted() {
    std::stable_sort(all_.begin(), all_.end(), [](const Event& a, const Event& b) {
      const auto rank = [](const Event& e) {
        return std::tuple(models::harm_rank(e.answer->harm), e.sure, e.line);
      };
      return rank(a) < rank(b);
    });
    return std::move(all_);
  }

  [[nodiscard]] const std::vector<StalledPool>& pools() const { return pools_.pools(); }

 private:
  std::vector<Event> all_;
  StalledPools pools_;
};

}  // namespace

const char* event_of(const StalledPool& pool) {
  return row_of(pool).name;
}

Explanation explain_log(std::istream& in, const std::string& name) {
  Explanation out;
  Events events;
  ReportReader reports([&](const Report& report) { events.add(report); });
  LogLines lines(in, name);
  for (std::string line; lines.next(line); out.lines = lines.number())
    reports.line(line, lines.number());
  reports.finish();
  events.add_pools();
  out.pools = events.pools();
  out.events = events.sorted();
  out.kernel = reports.kernel();
  out.page_pool_line = reports.page_pool_line();
  return out;
}

}  // namespace poolrace::experiments
