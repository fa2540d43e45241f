// SPDX-License-Identifier: MIT
#include "experiments/rare/hold_up.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace poolrace::experiments {
namespace {

using models::Event;

constexpr Ps nearest_back = 100 * ps_per_ns, farthest_back = 2 * ps_per_s;
constexpr Ps beyond = ps_per_us;  // a date, at least
constexpr Ps hundredth = 100;
// Of a date to which a put is brought; and by how much the teardown may move with it.
constexpr Ps as_fine = 20 * ps_per_ns, slack = 100 * ps_per_ns;
constexpr Ps burst_gap = 50 * ps_per_us;
constexpr std::size_t dates_tried = 6;
// By a destroy that waits for pages to come back.
constexpr Ps until_looked_again = 2 * ps_per_s;

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
    for (const Ps date : look()) before(date);
    if (length_ == ps_never) return found_;
    if (!window_.ready_at.empty()) bring();
    found_.by = with(brought_, length_);
    found_.length = length_;
    return found_;
  }

 private:
  // At the plain run: when puts came there; the dates of its teardown.
  std::vector<Ps> look() {
    DateWatcher watcher;
    options_.watcher = &watcher;
    std::map<Ps, Ps> ready;  // by the put's beginning
    for (const models::PutPassing& p : run(with(0, 0)).put_passings) {
      if (p.hold_up == 0) ready[p.put_began] = p.at;
      const auto from = ready.find(p.put_began);
      if (p.hold_up == 0 || (from == ready.end() && !window_.ready_at.empty())) continue;
      passings_.push_back(p);
      if (p.at < watcher.teardown_began()) continue;
      const Ps took = p.at - (from == ready.end() ? p.put_began : from->second);
      ++found_.came;
      found_.least_of_itself = std::min(found_.least_of_itself, took);
      found_.of_itself = std::max(found_.of_itself, took);
    }
    options_.watcher = nullptr;
    std::vector<Ps> dates = watcher.dates();
    if (dates.size() > dates_tried) dates.erase(dates.begin(), dates.end() - dates_tried);
    return dates;
  }

  [[nodiscard]] std::vector<models::HoldUp> with(Ps brought, Ps length) const {
    return {{window_.ready_at, put_, brought}, {window_.held_up_at, put_, length}};
  }

  models::RunResult run(const std::vector<models::HoldUp>& by) {
    options_.hold_ups = by;
    return models::run_machine(sampler_.values(), options_);
  }

  bool harms(Ps brought, Ps length) {
    return sampler_.wanted().in(run(with(brought, length))) != nullptr;
  }

  // Of ever farther ones the first whose hold-up beyond the date does harm: there, or once it was held up before
  // it until then (what destroy waits for there it has done by then), which is tried of the nearest.
  void before(Ps date) {
    const Ps best_put = put_, best_brought = brought_;
    Ps tried = ps_never;
    bool also_brought = false;
    for (Ps back = nearest_back; back <= farthest_back; back *= 2) {
      const auto after =
          std::upper_bound(passings_.begin(), passings_.end(), date - back,
                           [](Ps to, const models::PutPassing& p) { return to < p.at; });
      if (after == passings_.begin()) break;
      const Ps length = 2 * (date - std::prev(after)->at) + beyond;
      if (length / 2 > length_) break;
      put_ = std::prev(after)->put_began;
      if (put_ == tried) continue;
      tried = put_;
      ++found_.tried;
      Ps held = length;
      brought_ = 0;
      if (!harms(0, held)) {
        if (window_.ready_at.empty() || std::exchange(also_brought, true)) continue;
        brought_ = length;
        held = until_looked_again;
        if (!harms(brought_, held)) continue;
      }
      const Ps shortest = shortened(held);
      if (shortest >= length_) break;
      length_ = shortest;
      return;
    }
    put_ = best_put;
    brought_ = best_brought;
  }

  Ps shortened(Ps harmful) {
    Ps harmless = 0;
    while (harmful - harmless > std::max(ps_per_ns, harmful / hundredth)) {
      const Ps middle = (harmless + harmful) / 2;
      (harms(brought_, middle) ? harmful : harmless) = middle;
    }
    return harmful;
  }

  // So far that what is left of the hold-up still does harm: later, and destroy has looked before it.
  void bring() {
    const Ps end = brought_ + length_;
    Ps late = end;
    while (late - brought_ > as_fine) {
      const Ps middle = (brought_ + late) / 2;
      (harms(middle, end - middle + slack) ? brought_ : late) = middle;
    }
    length_ = shortened(end - brought_ + slack);
  }

  const Sampler& sampler_;
  models::RunOptions options_;
  const Orders::Window& window_;
  std::vector<models::PutPassing> passings_;
  FoundHoldUp found_;
  Ps put_ = ps_never, brought_ = 0, length_ = ps_never;  // the put's beginning, its two hold-ups
};

}  // namespace

FoundHoldUp shortest_hold_up(const Sampler& sampler, std::int64_t run,
                             const Orders::Window& window) {
  if (window.held_up_at.empty()) return {};
  return Search(sampler, run, window).find();
}

}  // namespace poolrace::experiments
