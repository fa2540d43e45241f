// SPDX-License-Identifier: MIT
#include "experiments/judge/judge.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

#include "experiments/explore/compute.hpp"
#include "models/checker/kinds.hpp"

namespace poolrace::experiments {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t first_executions = 500, executions_max = 10'000'000;

class Judging {
 public:
  Judging(Judged& judged, double budget_s, int jobs)
      : judged_(judged),
        jobs_(jobs),
        began_(Clock::now()),
        end_(began_ +
             std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(budget_s))) {
  }

  void run() {
    try_all_a_little();
    for (std::uint64_t most = first_executions * 4; most <= executions_max; most *= 4)
      if (!go_on(most)) break;
    judged_.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  }

 private:
  [[nodiscard]] double left_s() const {
    return std::chrono::duration<double>(end_ - Clock::now()).count();
  }

  // Nothing is known yet of what a program costs: a few at a time.
  void try_all_a_little() {
    const std::size_t few = static_cast<std::size_t>(jobs_) * 8;
    for (std::size_t i = 0; i < judged_.plan.tasks.size() && left_s() > 0 && !ended(); i += few) {
      std::vector<std::size_t> chosen;
      for (std::size_t k = i; k < std::min(i + few, judged_.plan.tasks.size()); ++k)
        chosen.push_back(k);
      explore(chosen, first_executions);
    }
  }

  // From the beginning again, for the search keeps no state; what would not fit is left as it is.
  // False: nothing fits any more.
  bool go_on(std::uint64_t most) {
    std::vector<std::size_t> chosen;
    double needed_s = 0;
    for (std::size_t i = 0; i < judged_.verdicts.size(); ++i) {
      const auto& verdict = judged_.verdicts[i];
      if (!verdict || verdict->complete) continue;
      const double each = verdict->seconds / static_cast<double>(verdict->executions + 1);
      const double cost = each * static_cast<double>(most) / jobs_;
      if (needed_s + cost > left_s()) continue;
      needed_s += cost;
      chosen.push_back(i);
    }
    if (chosen.empty() || ended()) return false;
    explore(chosen, most);
    return !ended();
  }

  void explore(const std::vector<std::size_t>& chosen, std::uint64_t most) {
    std::vector<models::ExploreTask> tasks;
    for (const std::size_t i : chosen) tasks.push_back(judged_.plan.tasks[i]);
    const Verdicts done = compute_verdicts(tasks, {.executions_max = most}, jobs_);
    for (std::size_t i = 0; i < done.verdicts.size(); ++i)
      judged_.verdicts[chosen[i]] = done.verdicts[i];
    if (done.failure) std::rethrow_exception(done.failure);
    judged_.interrupted = done.interrupted;
  }
  [[nodiscard]] bool ended() const { return judged_.interrupted != 0; }

  Judged& judged_;
  int jobs_;
  Clock::time_point began_, end_;
};

// The worst harm; of equals what is told most plainly: the strongest memory, few parts, the usual
// machine, few steps.
auto rank(const models::Verdict& verdict, const models::Found& found) {
  const models::ExploreConfig& config = verdict.task.config;
  const std::string usual = models::text_of(models::ExploreConfig{}), it = models::text_of(config);
  return std::tuple(models::harm_rank(found.violation.harm), config.memory,
                    verdict.task.program->parts.size(), it != usual, found.schedule.size());
}

// Kind by kind, and how bad.
void compare(const models::Verdict& mine, const models::Verdict& theirs,
             std::vector<std::string>& differing) {
  for (std::size_t k = 0; k < models::kind_count; ++k) {
    const auto harm = [k](const models::Verdict& v) {
      return v.found[k] ? std::string(models::harm_name(v.found[k]->violation.harm)) : "no";
    };
    if (harm(mine) != harm(theirs))
      differing.push_back(mine.task.program->name + " (" + models::text_of(mine.task.config) +
                          "): " + models::kind_table[k].name + ": " + harm(theirs) + ", not " +
                          harm(mine));
  }
}

}  // namespace

std::size_t Judged::tried() const {
  return static_cast<std::size_t>(
      std::count_if(verdicts.begin(), verdicts.end(), [](const auto& v) { return v.has_value(); }));
}

std::size_t Judged::completed() const {
  return static_cast<std::size_t>(std::count_if(verdicts.begin(), verdicts.end(),
                                                [](const auto& v) { return v && v->complete; }));
}

bool Judged::complete_under(sim::MemoryModel memory) const {
  bool any = false, all = true;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    if (plan.tasks[i].config.memory != memory) continue;
    any = true;
    all &= verdicts[i] && verdicts[i]->complete;
  }
  return any && all;
}

Judged judge(const std::string& variant, const std::vector<OtherBuild>& others,
             const std::vector<sim::MemoryModel>& memories, double budget_s, int jobs) {
  Judged judged{.variant = variant,
                .others = others,
                .memories = memories,
                .plan = judge_plan(variant, others, memories)};
  judged.verdicts.resize(judged.plan.tasks.size());
  Judging(judged, budget_s, jobs).run();
  return judged;
}

Opinion opinion_of(const Judged& judged, const OtherBuild& other) {
  Opinion out;
  const auto& tasks = judged.plan.tasks;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const auto& theirs = judged.verdicts[i];
    if (tasks[i].variant != other.variant || !theirs || !theirs->complete) continue;
    for (std::size_t k = 0; k < tasks.size(); ++k) {
      const auto& mine = judged.verdicts[k];
      if (tasks[k].variant != judged.variant || tasks[k].program != tasks[i].program ||
          tasks[k].config != tasks[i].config || !mine || !mine->complete)
        continue;
      ++out.tried;
      compare(*mine, *theirs, out.differing);
    }
  }
  return out;
}

std::vector<Judgement> judgements(const Judged& judged) {
  std::vector<Judgement> out;
  for (std::size_t k = 0; k < models::kind_count; ++k) {
    Judgement it{.kind = static_cast<models::Kind>(k)};
    for (const auto& verdict : judged.verdicts) {
      if (!verdict || !verdict->found[k]) continue;
      const models::Found& found = *verdict->found[k];
      ++it.machines;
      const std::string& program = verdict->task.program->name;
      if (std::find(it.programs.begin(), it.programs.end(), program) == it.programs.end())
        it.programs.push_back(program);
      if (it.shortest != nullptr && rank(*it.in, *it.shortest) <= rank(*verdict, found)) continue;
      it.shortest = &found;
      it.in = &*verdict;
    }
    if (it.shortest == nullptr) continue;
    it.harm = it.shortest->violation.harm;
    out.push_back(std::move(it));
  }
  std::stable_sort(out.begin(), out.end(), [](const Judgement& a, const Judgement& b) {
    return models::harm_rank(a.harm) < models::harm_rank(b.harm);
  });
  return out;
}

int judged_status(const Judged& judged, bool bisect) {
  constexpr int nothing = 0, found_harm = 10;
  const std::vector<Judgement> found = judgements(judged);
  if (!found.empty() && found.front().harm != models::Harm::none) return found_harm;
  return bisect && !judged.complete() ? cannot_be_told : nothing;
}

}  // namespace poolrace::experiments
