// SPDX-License-Identifier: MIT
// A pool judged within a time: all of the plan's programs a little, then those that were not through
// again with more executions, as long as the time lasts.  A verdict says how far it got.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/judge/plan.hpp"
#include "models/explore/verdict.hpp"

namespace poolrace::experiments {

struct Judged {
  std::string variant;
  std::vector<OtherBuild> others{};
  std::vector<sim::MemoryModel> memories{sim::MemoryModel::sc};
  JudgePlan plan;
  std::vector<std::optional<models::Verdict>> verdicts{};  // of the plan's tasks; none: not tried
  double seconds = 0;
  int interrupted = 0;  // the signal, or 0
  [[nodiscard]] std::size_t tried() const;
  [[nodiscard]] std::size_t completed() const;  // in all orders
  [[nodiscard]] bool complete() const { return completed() == plan.tasks.size(); }
  // Under that memory all that was planned, in all orders.
  [[nodiscard]] bool complete_under(sim::MemoryModel memory) const;
};

// Other builds are of the same mind or not in sequentially consistent memory alone.
Judged judge(const std::string& variant, const std::vector<OtherBuild>& others,
             const std::vector<sim::MemoryModel>& memories, double budget_s, int jobs);

// The verdicts of another build, beside those of the same programs on the same machines.
struct Opinion {
  std::size_t tried = 0;                 // in all orders, in both builds
  std::vector<std::string> differing{};  // "PROGRAM (MACHINE): KIND only there"
};
Opinion opinion_of(const Judged& judged, const OtherBuild& other);

// What was found of one kind, over all programs and machines.
struct Judgement {
  models::Kind kind;
  models::Harm harm = models::Harm::none;   // the worst
  const models::Found* shortest = nullptr;  // where few parts on the usual machine show it
  const models::Verdict* in = nullptr;      // where that was found
  std::vector<std::string> programs{};      // without repetition
  std::size_t machines = 0;                 // (program, machine) pairs in which it was
};
// The worst first, misuse without harm last.
std::vector<Judgement> judgements(const Judged& judged);

inline constexpr int cannot_be_told = 125;  // for `git bisect run`
// What the command exits with: 10 where harm was found, else 0; for `git bisect run` 125, which means
// that it cannot be told, where nothing was found but not all orders were tried.
int judged_status(const Judged& judged, bool bisect);

}  // namespace poolrace::experiments
