// SPDX-License-Identifier: MIT
#include "experiments/explore/verdicts.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "experiments/explore/graph_json.hpp"
#include "experiments/explore/trees.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/scenario/version.hpp"
#include "models/explore/schedule_string.hpp"
#include "sim/explore/strategies.hpp"

namespace poolrace::experiments {

using Json = nlohmann::ordered_json;

std::string bound_of(const models::Verdict& verdict) {
  const models::ExploreOptions& options = verdict.options;
  std::string bound = options.preemptions < 0
                          ? std::string("any preemption")
                          : std::to_string(options.preemptions) + " preemptions";
  if (options.strategy == models::Strategy::random)
    bound = "random walks, seed " + std::to_string(options.seed);
  if (options.strategy == models::Strategy::pct) {
    char probability[32];
    std::snprintf(probability, sizeof probability, "%.3g",
                  sim::pct_bound(verdict.contexts, verdict.steps_longest, options.depth));
    bound = "pct, depth " + std::to_string(options.depth) + ", seed " +
            std::to_string(options.seed) + ", each finds a bug of that depth with probability " +
            probability + " or more";
  }
  return bound + ", " + explore_bound() + ", at most " + std::to_string(options.executions_max) +
         " executions";
}

std::string config_text(const models::ExploreTask& task) {
  std::string out;
  const auto add = [&out](const std::string& text) { out += (out.empty() ? "" : " ") + text; };
  for (const std::string& name : models::said_names(task.config)) {
    if (name == "memory") continue;  // it is said with the orders
    const std::string value = models::explore_parameters().print(task.config, name);
    if (value != "false") add(value == "true" ? name : name + "=" + value);
  }
  if (!task.fault.empty()) add("fault=" + task.fault);
  return out;
}

namespace {

Json races_json(const models::Verdict& verdict) {
  Json list = Json::array();
  for (const models::FoundRace& race : verdict.races)
    list.push_back({{"first", race.first},
                    {"second", race.second},
                    {"schedule", models::schedule_string(verdict.task, race.schedule, version())},
                    {"steps", race.schedule.size()}});
  return {{"rules", sim::race_rules_names[static_cast<std::size_t>(*verdict.task.races)]},
          {"found", list}};
}

// By file and line, as a kernel's own sanitizer has them: two accesses, whoever comes first.
std::string races_text(const models::Verdict& verdict) {
  if (!verdict.task.races) return "";
  const std::string rules = sim::race_rules_names[static_cast<std::size_t>(*verdict.task.races)];
  if (verdict.races.empty()) return "  no data race (" + rules + ")\n";
  std::string out = "  data races (" + rules + "), " + std::to_string(verdict.races.size()) + ":\n";
  for (const models::FoundRace& race : verdict.races)
    out += "    " + race.first + "\n      and " + race.second + "\n";
  return out;
}

}  // namespace

Json verdict_json(const models::Verdict& verdict) {
  Json kinds = Json::object();
  for (const auto& found : verdict.found) {
    if (!found) continue;
    const models::Violation& v = found->violation;
    kinds[models::kind_info(v.kind).name] = {
        {"schedule", models::schedule_string(verdict.task, found->schedule, version())},
        {"steps", found->schedule.size()},
        {"executions", found->executions},
        {"class", models::harm_name(v.harm)},
        {"site", v.site},
        {"ended_by", v.ended_by}};
    if (const std::string called = called_at(verdict.task, found->schedule); !called.empty())
      kinds[models::kind_info(v.kind).name]["called_at"] = called;
  }
  Json out = {
      {"program", verdict.task.program->name},
      {"variant", verdict.task.variant},
      {"config", config_json(verdict.task)},
      {"contract", verdict.task.program->contract_kept ? "kept" : "broken"},
      {"complete", verdict.complete},
      {"strategy", models::strategy_names[static_cast<std::size_t>(verdict.options.strategy)]},
      {"bound", bound_of(verdict)},
      {"limits", explore_limits_json()},
      {"executions", verdict.executions},
      {"executions_cut", verdict.cut},
      {"steps", verdict.steps},
      {"executions_per_second",
       static_cast<double>(verdict.executions) / std::max(verdict.seconds, 1e-9)},
      {"kinds", kinds}};
  if (verdict.task.races) out["races"] = races_json(verdict);
  return out;
}

// "scan, destroy-vs-put-preemptible: crash in 4 of 7 configurations, corruption in 7".
std::string verdicts_in_short(const std::vector<models::Verdict>& verdicts) {
  struct Count {
    std::string name;
    std::size_t of = 0, incomplete = 0;
    std::array<std::size_t, std::size(models::harm_names)> by_harm{};
  };
  std::vector<Count> counts;
  for (const models::Verdict& verdict : verdicts) {
    const std::string name = verdict.task.variant + ", " + verdict.task.program->name + ", under " +
                             sim::words_of(verdict.task.config.memory);
    if (counts.empty() || counts.back().name != name) counts.push_back({.name = name});
    Count& count = counts.back();
    ++count.of;
    count.incomplete += !verdict.complete;
    std::array<bool, std::size(models::harm_names)> seen{};
    for (const auto& found : verdict.found)
      if (found) seen[static_cast<std::size_t>(found->violation.harm)] = true;
    for (std::size_t harm = 0; harm < seen.size(); ++harm) count.by_harm[harm] += seen[harm];
  }
  std::string out;
  for (const Count& count : counts) {
    std::string harms;
    for (std::size_t harm = 1; harm < count.by_harm.size(); ++harm)
      if (count.by_harm[harm] > 0)
        harms += (harms.empty() ? "" : ", ") + std::string(models::harm_names[harm]) + " in " +
                 std::to_string(count.by_harm[harm]);
    out += count.name + ": " + (harms.empty() ? "harm in none" : harms) + " of " +
           std::to_string(count.of) + " configurations (" +
           (count.incomplete == 0 ? "all orders" : "NOT all orders") + ")\n";
  }
  return out;
}

std::string verdict_text(const models::Verdict& verdict) {
  std::string out = verdict.task.program->name + ", " + verdict.task.variant + ", " +
                    config_text(verdict.task) + ": " +
                    (verdict.complete ? "all orders" : "NOT all orders") + " under " +
                    sim::words_of(verdict.task.config.memory) + ", " +
                    std::to_string(verdict.executions) + " executions\n";
  for (const auto& found : verdict.found) {
    if (!found) continue;
    const models::Violation& v = found->violation;
    const std::string called = called_at(verdict.task, found->schedule);
    out += "  " + std::string(models::kind_info(v.kind).name) + " (" +
           (v.harm == models::Harm::none ? "misuse, no harm here" : models::harm_name(v.harm)) +
           ") in " + std::to_string(found->executions) + " of them, at \"" + v.site + "\"" +
           (v.ended_by.empty() ? "" : ", ended by " + v.ended_by) + "\n    " +
           (called.empty() ? "" : "called at \"" + called + "\"\n    ") +
           shell_text({"poolrace", "replay",
                       models::schedule_string(verdict.task, found->schedule, version())}) +
           "\n";
  }
  out += races_text(verdict);
  if (!verdict.violated()) out += verdict.complete ? "  no violation\n" : "  no violation so far\n";
  return out;
}

}  // namespace poolrace::experiments
