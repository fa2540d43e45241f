// SPDX-License-Identifier: MIT
#include "experiments/rare/hold_up.hpp"

#include <algorithm>

namespace poolrace::experiments {
namespace {

using models::Event;

constexpr Ps nearest_back = 100 * ps_per_ns, farthest_back = 2 * ps_per_s;
constexpr Ps beyond = ps_per_us;  // a date, at least
constexpr int halvings = 8;
constexpr Ps burst_gap = 50 * ps_per_us;
constexpr std::size_t dates_tried = 6;

// The dates from which puts can be late: what is unmapped outside of puts, a burst of them one date; the
// device gone; a pool freed.
class DateWatcher final : public PutWatcher {
 public:
  void see(const models::Seen& s) override {
    PutWatcher::see(s);
    const bool unmapped = s.what == Event::unmapped && !put_of(s.context);
    if (!unmapped && s.what != Event::gone) return;
    if (unmapped && last_unmapped_ && s.at - dates_.back() < burst_gap)
      dates_.back() = s.at;
    else
      dates_.push_back(s.at);
    last_unmapped_ = unmapped;
  }
  [[nodiscard]] Ps teardown_began() const { return teardown_began_; }
  [[nodiscard]] const std::vector<Ps>& dates() const { return dates_; }

 private:
  std::vector<Ps> dates_;
  bool last_unmapped_ = false;
};

class Search {
 public:
  Search(const Sampler& sampler, std::int64_t run, const Orders::Window& window)
      : sampler_(sampler), options_(sampler.run(run)), window_(window) {}

  FoundHoldUp find() {
    DateWatcher watcher;
    options_.watcher = &watcher;
    const auto passings = with({window_.held_up_at, ps_never, 0}).put_passings;
    options_.watcher = nullptr;
    std::vector<Ps> dates = watcher.dates();
    if (dates.size() > dates_tried) dates.erase(dates.begin(), dates.end() - dates_tried);
    FoundHoldUp out;
    for (const models::PutPassing& p : passings)
      if (p.at >= watcher.teardown_began()) out.of_itself = std::max(out.of_itself, p.after);
    for (const Ps date : dates) before(date, passings);
    out.by = best_;
    return out;
  }

 private:
  models::RunResult with(const models::HoldUp& by) {
    options_.hold_up = by;
    return models::run_machine(sampler_.values(), options_);
  }

  bool harms(const models::HoldUp& by) {
    const auto result = with(by);
    return std::any_of(result.violations.begin(), result.violations.end(), [&](const auto& v) {
      return v.kind == window_.kind && v.site == window_.site && v.harm != models::Harm::none;
    });
  }

  // Of ever farther ones the first whose hold-up beyond the date does harm.
  void before(Ps date, const std::vector<models::PutPassing>& passings) {
    Ps tried = ps_never;
    for (Ps back = nearest_back; back <= farthest_back; back *= 2) {
      const auto after =
          std::upper_bound(passings.begin(), passings.end(), date - back,
                           [](Ps to, const models::PutPassing& p) { return to < p.at; });
      if (after == passings.begin()) return;
      const Ps at = std::prev(after)->at;
      const Ps length = 2 * (date - at) + beyond;
      if (length / 2 > best_.length) return;
      if (at == tried) continue;
      tried = at;
      if (harms({window_.held_up_at, at, length})) return shorten(at, length);
    }
  }

  void shorten(Ps at, Ps harmful) {
    Ps harmless = 0;
    for (int i = 0; i < halvings; ++i) {
      const Ps middle = (harmless + harmful) / 2;
      (harms({window_.held_up_at, at, middle}) ? harmful : harmless) = middle;
    }
    if (harmful < best_.length) best_ = {window_.held_up_at, at, harmful};
  }

  const Sampler& sampler_;
  models::RunOptions options_;
  const Orders::Window& window_;
  models::HoldUp best_{{}, 0, ps_never};
};

}  // namespace

FoundHoldUp shortest_hold_up(const Sampler& sampler, std::int64_t run,
                             const Orders::Window& window) {
  if (window.held_up_at.empty()) return {};
  return Search(sampler, run, window).find();
}

void HoldUps::add(Ps length, Ps by_itself) {
  ++runs;
  harmed += length != ps_never;
  shortest = std::min(shortest, length);
  of_itself = std::max(of_itself, by_itself);
}

}  // namespace poolrace::experiments
