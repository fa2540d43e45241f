// SPDX-License-Identifier: MIT
#include "experiments/rare/drain_watcher.hpp"

#include <algorithm>
#include <string_view>

#include "models/traffic/hold_time.hpp"

namespace poolrace::experiments {

using models::Event;
using models::PageStage;

namespace {
constexpr Ps burst_gap = 50 * ps_per_us;  // between the ends of two drains
constexpr Ps shortly = 2 * burst_gap;
}  // namespace

void DrainWatcher::see(const models::Seen& s) {
  PutWatcher::see(s);
  if (s.what == Event::cpu) idle_[s.who][s.at] = s.mode == models::CpuMode::idle;
  if (drain_only_ && !drained_.empty() && s.at > drained_.back() + shortly) enough_ = true;
  of_put_.resize(puts_.size());
  const auto put = put_of(s.context);
  if (s.what == Event::page) {
    const auto stage = static_cast<PageStage>(s.value);
    stage_[s.who] = stage;
    if (stage == PageStage::stack) {
      const std::string_view how = s.text;
      taken_[s.who] = ++order_;
      holds_[order_].ends_in_task = how == "task" || how == "bh off";
    }
    if (stage == PageStage::put && put) of_put_[*put] = taken_[s.who];
  }
  if (s.what == Event::held) {
    Hold& hold = holds_[order_];
    const auto value = static_cast<Ps>(s.value);
    if (std::string_view(s.text) == models::hold_laws::until)
      hold.until = value;
    else
      hold.from = s.at, hold.law = s.text, hold.age = value;
  }
  if (s.what == Event::synced && put) synced_[*put] = s.at;
  // A page is in the ring before its put says so, at its end.
  if (s.what == Event::unmapped && !put && stage_[s.who] >= PageStage::put)
    drained_.push_back(s.at);
}

std::map<std::uint64_t, Ps> DrainWatcher::uses() const {
  std::map<std::uint64_t, Ps> out;
  for (std::size_t i = 0; i < puts_.size(); ++i) {
    if (of_put_[i] == 0) continue;
    const auto synced = synced_.find(i);
    const Ps use = synced != synced_.end() ? synced->second : puts_[i].to;
    if (use != ps_never) out[of_put_[i]] = use;
  }
  return out;
}

Ps DrainWatcher::drain_end() const {
  for (std::size_t i = 0; i < drained_.size(); ++i)
    if (i + 1 == drained_.size() || drained_[i + 1] - drained_[i] > burst_gap) return drained_[i];
  return ps_never;
}

bool DrainWatcher::at_first_drain(Ps date) const {
  const Ps end = drain_end();
  return end != ps_never && date <= end + shortly;
}

bool DrainWatcher::prompt(std::uint64_t order) const {
  const auto put = std::find(of_put_.begin(), of_put_.end(), order);
  const auto hold = holds_.find(order);
  if (put == of_put_.end() || hold == holds_.end()) return false;
  const Put& ended = puts_[static_cast<std::size_t>(put - of_put_.begin())];
  const auto cpu = idle_.find(ended.cpu);
  if (cpu == idle_.end() || ended.from < hold->second.until) return false;
  const auto after = cpu->second.lower_bound(hold->second.until);
  return after != cpu->second.begin() && std::prev(after)->second;
}

std::uint64_t DrainWatcher::order_of(const models::Violation& harm) const {
  for (std::size_t i = 0; i < puts_.size(); ++i)
    if (puts_[i].from == harm.put_began && puts_[i].cpu == harm.cpu) return of_put_[i];
  return 0;
}

WatchedRun watched_run(const Sampler& sampler, std::int64_t run,
                       const std::vector<sim::GivenWord>& words, bool drain_only) {
  WatchedRun out{DrainWatcher(drain_only), {}, sampler.run(run)};
  out.options.words.insert(out.options.words.end(), words.begin(), words.end());
  out.options.watcher = &out.watcher;
  out.result = models::run_machine(sampler.values(), out.options);
  out.options.watcher = nullptr;
  return out;
}

const models::Violation* unexplained_harm(const Sampler& sampler, const WatchedRun& run) {
  const models::Violation* harm = sampler.wanted().in(run.result);
  if (harm == nullptr) return nullptr;
  const sim::Streams streams(run.options.seed, run.options.run, run.options.words);
  return sampler.explained(*harm, streams) ? nullptr : harm;
}

}  // namespace poolrace::experiments
