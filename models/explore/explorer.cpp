// SPDX-License-Identifier: MIT
#include "models/explore/explorer.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "models/explore/execution.hpp"
#include "models/explore/shrink.hpp"
#include "sim/explore/strategies.hpp"

namespace poolrace::models {

namespace {

Schedule prefix_of(const std::vector<sim::Step>& steps, std::size_t length) {
  Schedule out;
  for (std::size_t i = 0; i < length && i < steps.size(); ++i) out.emplace_back(steps[i]);
  return out;
}

// The worse goes before the less bad, then the shorter schedule.
void keep(Verdict& verdict, const Violation& violation, const std::vector<sim::Step>& steps) {
  std::optional<Found>& best = verdict.found[static_cast<std::size_t>(violation.kind)];
  if (!best) best.emplace();
  const std::uint64_t executions = best->executions;
  const auto length = static_cast<std::size_t>(violation.at);
  const int rank = harm_rank(violation.harm), best_rank = harm_rank(best->violation.harm);
  if (best->schedule.empty() || rank < best_rank ||
      (rank == best_rank && length < best->schedule.size())) {
    best->violation = violation;
    best->schedule = prefix_of(steps, length);
  }
  best->executions = executions;
}

// Whoever came first: it is the same race.
void note_race(Verdict& verdict, const sim::DataRace& race, const std::vector<sim::Step>& steps) {
  const auto sites = std::minmax({std::string(race.first), std::string(race.second)});
  const auto at = std::lower_bound(
      verdict.races.begin(), verdict.races.end(), sites, [](const FoundRace& it, const auto& s) {
        return std::tie(it.first, it.second) < std::tie(s.first, s.second);
      });
  const bool known =
      at != verdict.races.end() && at->first == sites.first && at->second == sites.second;
  if (!known)
    verdict.races.insert(at, {sites.first, sites.second, prefix_of(steps, race.at)});
  else if (race.at < at->schedule.size())
    at->schedule = prefix_of(steps, race.at);
}

void note(Verdict& verdict, const Execution& execution, const std::vector<sim::Step>& steps) {
  std::array<bool, kind_count> seen{};
  for (const Violation& violation : execution.violations) {
    keep(verdict, violation, steps);
    const auto kind = static_cast<std::size_t>(violation.kind);
    if (!std::exchange(seen[kind], true)) ++verdict.found[kind]->executions;
  }
  for (const sim::DataRace& race : execution.races) note_race(verdict, race, steps);
  verdict.steps_longest = std::max<std::uint64_t>(verdict.steps_longest, steps.size());
  verdict.contexts = execution.contexts.size() - 1;  // without the set-up
}

void search(Verdict& verdict) {
  const ExploreOptions& options = verdict.options;
  sim::Search search({options.strategy == Strategy::reduced, options.preemptions});
  std::vector<sim::Step> steps;
  for (bool more = true; more && search.executions() < options.executions_max;) {
    const Execution execution = execute(verdict.task, search, &search, more, &steps);
    note(verdict, execution, steps);
    verdict.complete = !more;
  }
  verdict.executions = search.executions();
  verdict.cut = search.cut();
  verdict.steps = search.steps();
}

// Pct asks for the number of steps: the longest execution so far, which the first has to guess.
void draw(Verdict& verdict) {
  const ExploreOptions& options = verdict.options;
  std::vector<sim::Step> steps;
  for (std::uint64_t i = 0; i < options.executions_max; ++i) {
    sim::RandomWalk walk(options.seed, i);
    sim::Pct pct(std::max<std::uint64_t>(verdict.steps_longest, 1), options.depth, options.seed, i);
    bool more = false;
    const bool walks = options.strategy == Strategy::random;
    const Execution execution = execute(
        verdict.task, walks ? static_cast<sim::Scheduler&>(walk) : pct, nullptr, more, &steps);
    note(verdict, execution, steps);
    ++verdict.executions;
    verdict.steps += steps.size();
  }
}

}  // namespace

Verdict explore(const ExploreTask& task, const ExploreOptions& options) {
  check_together(task.config, *task.program);
  Verdict verdict;
  verdict.task = task;
  verdict.options = options;
  const auto began = std::chrono::steady_clock::now();
  if (options.strategy == Strategy::reduced || options.strategy == Strategy::plain)
    search(verdict);
  else
    draw(verdict);
  verdict.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  for (std::optional<Found>& found : verdict.found) {
    if (!found) continue;
    Shrunk shrunk = shrink(task, found->violation, found->schedule);
    found->violation = std::move(shrunk.violation);
    found->schedule = std::move(shrunk.schedule);
  }
  return verdict;
}

}  // namespace poolrace::models
