// SPDX-License-Identifier: MIT
#include "models/explore/shrink.hpp"

#include <algorithm>

#include "models/explore/retell.hpp"

namespace poolrace::models {

namespace {

struct Run {
  std::uint32_t context;
  Schedule picks;
};

std::vector<Run> runs_of(const Schedule& schedule) {
  std::vector<Run> runs;
  for (const sim::Pick& pick : schedule) {
    if (runs.empty() || runs.back().context != pick.context) runs.push_back({pick.context, {}});
    runs.back().picks.push_back(pick);
  }
  return runs;
}

Schedule schedule_of(const std::vector<Run>& runs) {
  Schedule schedule;
  for (const Run& run : runs) schedule.insert(schedule.end(), run.picks.begin(), run.picks.end());
  return schedule;
}

class Shrinking {
 public:
  Shrinking(const ExploreTask& task, const Violation& violation, const Schedule& schedule,
            std::uint64_t attempts)
      : task_(task), best_{violation, schedule}, attempts_(attempts) {}

  Shrunk shrink() {
    while (fewer_switches() || fewer_steps()) {
    }
    return best_;
  }

 private:
  // What cannot be taken as it stands is replaced by going on with the same context; what counts
  // is what was taken.
  bool try_it(const Schedule& candidate) {
    if (attempts_ == 0) return false;
    --attempts_;
    const Retelling told = retell(task_, candidate);
    for (const Violation& v : told.execution.violations) {
      if (v.kind != best_.violation.kind || v.harm != best_.violation.harm ||
          v.ended_by != best_.violation.ended_by)
        continue;
      Schedule taken;
      for (const sim::Step& step : told.steps) taken.emplace_back(step);
      taken.resize(std::min(taken.size(), static_cast<std::size_t>(v.at)));
      return keep(v, std::move(taken));
    }
    return false;
  }
  bool keep(const Violation& violation, Schedule taken) {
    const std::size_t switches = switches_of(taken), had = switches_of(best_.schedule);
    const std::size_t steps = taken.size(), had_steps = best_.schedule.size();
    if (switches > had || steps > had_steps || (switches == had && steps == had_steps))
      return false;
    best_ = {violation, std::move(taken)};
    return true;
  }

  // Two runs change places, or one joins the next of its context; what follows is left open, too.
  bool fewer_switches() {
    const std::vector<Run> runs = runs_of(best_.schedule);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const std::vector<Run> prefix(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(i));
      if (try_it(schedule_of(prefix))) return true;
      std::vector<Run> without = runs;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      if (try_it(schedule_of(without))) return true;
      for (std::size_t j = i + 1; j < runs.size(); ++j) {
        std::vector<Run> later = runs;
        std::rotate(later.begin() + static_cast<std::ptrdiff_t>(i),
                    later.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                    later.begin() + static_cast<std::ptrdiff_t>(j) + 1);
        if (try_it(schedule_of(later))) return true;
      }
    }
    return false;
  }
  // A run that is half as long, or shorter by a step.
  bool fewer_steps() {
    const std::vector<Run> runs = runs_of(best_.schedule);
    for (std::size_t i = 0; i < runs.size(); ++i)
      for (const std::size_t steps : {runs[i].picks.size() / 2, runs[i].picks.size() - 1}) {
        std::vector<Run> shorter = runs;
        shorter[i].picks.erase(shorter[i].picks.begin() + static_cast<std::ptrdiff_t>(steps),
                               shorter[i].picks.end());
        if (try_it(schedule_of(shorter))) return true;
      }
    return false;
  }

  const ExploreTask& task_;
  Shrunk best_;
  std::uint64_t attempts_;
};

}  // namespace

std::size_t switches_of(const Schedule& schedule) {
  std::size_t switches = 0;
  for (std::size_t i = 1; i < schedule.size(); ++i)
    switches += schedule[i].context != schedule[i - 1].context ? 1 : 0;
  return switches;
}

Shrunk shrink(const ExploreTask& task, const Violation& violation, const Schedule& schedule,
              std::uint64_t attempts) {
  return Shrinking(task, violation, schedule, attempts).shrink();
}

}  // namespace poolrace::models
