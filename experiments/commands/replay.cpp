// SPDX-License-Identifier: MIT
// replay: one run again, told step by step, ending with the kind and the fingerprint.
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/cli/tree_options.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/explore/trees.hpp"
#include "experiments/scenario/idle.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/scenario/version.hpp"
#include "experiments/text/numbers.hpp"
#include "experiments/text/value_text.hpp"
#include "experiments/workers/engine_clock.hpp"
#include "models/explore/retell.hpp"
#include "models/explore/schedule_string.hpp"
#include "models/machine.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {

namespace {

constexpr std::int64_t steps_max = 10'000'000;

std::string harm_text(const models::Violation& v) {
  return std::string(models::kind_info(v.kind).name) + ", harm: " + models::harm_name(v.harm) +
         (v.ended_by.empty() ? "" : ", ended by " + v.ended_by) + ", at \"" + v.site + "\"";
}

void tell_violation(const models::Violation& v) {
  std::cout << format("%14.6f us  %-14s *** ", static_cast<double>(v.at) / ps_per_us,
                      v.context.c_str())
            << harm_text(v)
            << (!v.has_put                 ? ""
                : v.put_began_before_unmap ? "; the put began before the unmap"
                                           : "; the put began after the unmap")
            << "\n";
}

// The date of what broke first: of harm, if there is any.
Ps broken_at(const models::RunResult& result) {
  Ps harm = ps_never, misuse = ps_never;
  for (const models::Violation& v : result.violations)
    (v.harm == models::Harm::none ? misuse : harm) =
        std::min(v.harm == models::Harm::none ? misuse : harm, v.at);
  return harm != ps_never ? harm : misuse;
}

// Steps and what broke, each at its date; what broke behind the last step that is told comes last.
void tell(const models::RunResult& result, Ps until) {
  const std::size_t n = result.records.size();
  if (n < result.steps)
    std::cout << (until == ps_never ? "the last " : "the last until something broke, ") << n
              << " of " << result.steps << " steps; " << result.steps - n
              << " are left out (--steps N, or --steps all)\n";
  std::vector<models::Violation> broken = result.violations;
  std::stable_sort(broken.begin(), broken.end(),
                   [](const auto& one, const auto& other) { return one.at < other.at; });
  auto next = broken.begin();
  for (const sim::Record& r : result.records) {
    for (; next != broken.end() && next->at < r.at; ++next) tell_violation(*next);
    const char* site = r.text != nullptr ? r.text : "?";
    std::cout << format(
        "%14.6f us  %-14s %s  = %s\n", static_cast<double>(r.at) / ps_per_us,
        r.context < result.contexts.size() ? result.contexts[r.context].c_str() : "?", site,
        value_text(site, r.value).c_str());
  }
  std::for_each(next, broken.end(), tell_violation);
  if (result.violations.empty()) std::cout << "no violation\n";
}

// Up to where the schedule ends, and what can be seen there.
void print_json(const models::Retelling& told) {
  using Json = nlohmann::ordered_json;
  constexpr const char* ends[] = {"finished", "deadlock", "", "harm"};
  Json steps = Json::array(), state = Json::array(), violations = Json::array();
  for (const sim::Step& step : told.steps)
    steps.push_back({{"context", step.context},
                     {"name", told.execution.contexts[step.context]},
                     {"site", step.site},
                     {"value", step.value},
                     {"way", step.way}});
  for (const models::Fact& fact : told.facts)
    state.push_back({{"group", fact.group}, {"name", fact.name}, {"value", fact.value}});
  for (const models::Violation& v : told.execution.violations)
    violations.push_back({{"kind", models::kind_info(v.kind).name},
                          {"class", models::harm_name(v.harm)},
                          {"ended_by", v.ended_by}});
  std::cout << Json{{"steps", steps},
                    {"state", state},
                    {"violations", violations},
                    {"end", ends[static_cast<std::size_t>(told.execution.end)]}}
                   .dump(1)
            << "\n";
}

// Of a step in another way than the first: where memory is weak, what it did not see.
std::string late_text(const sim::Step& step) {
  if (step.way == 0) return "";
  return step.way == 1 ? "  (the newest had not arrived here)"
                       : format("  (the newest %u had not arrived here)", step.way);
}

// A schedule of the explorer: every step is told, for there are few.
int replay_schedule(const std::string& text, const ParsedLine& parsed, bool json) {
  for (const char* option : {"steps", "world"})
    if (parsed.has(option))
      throw ConfigError("poolrace replay: --" + std::string(option) +
                        " is of runs; a schedule is told whole, in world explore");
  know_tree_of_schedule(text, parsed);
  const models::ScheduledTask what = models::parse_schedule_string(text, version());
  const models::Retelling told = models::retell(what.task, what.schedule, !json);
  if (!told.astray.empty()) throw ConfigError("replay string: " + told.astray);
  if (json) {
    print_json(told);
    return 0;
  }
  for (std::size_t i = 0; i < told.steps.size(); ++i) {
    const sim::Step& step = told.steps[i];
    std::cout << format("%4zu  %-14s %s  = %s%s\n", i + 1,
                        told.execution.contexts[step.context].c_str(), step.site,
                        value_text(step.site, step.value).c_str(), late_text(step).c_str());
    for (const models::Violation& v : told.execution.violations)
      if (v.at == static_cast<Ps>(i + 1))
        std::cout << format("      %-14s *** ", v.context.c_str()) << harm_text(v) << "\n";
  }
  if (told.execution.violations.empty()) std::cout << "no violation\n";
  return 0;
}

int replay(const ParsedLine& parsed) {
  const auto text = parsed.get("STRING");
  if (!text) throw ConfigError("poolrace replay: give the string that a failing run printed");
  const bool json = parsed.choice("format", "text", {"text", "json"}) == "json";
  if (models::is_schedule(*text)) return replay_schedule(*text, parsed, json);
  if (json)
    throw ConfigError(
        "poolrace replay: --format json is of schedules; `trace` tells a run in JSON");
  const ReplayedRun what = parse_replay(*text);
  const std::int64_t steps =
      parsed.get("steps") == "all" ? steps_max : parsed.integer("steps", 40, 1, steps_max);
  const Resolved resolved = resolve(what);
  models::RunOptions options = run_options(what.options, resolved.variants.front(), what.run);
  if (parsed.choice("world", "timed", {"timed", "reference"}) == "reference")
    options.world = sim::WorldKind::reference;
  options.keep_records = static_cast<std::size_t>(steps);
  models::RunResult result = models::run_machine(resolved.values(), options);
  // A run goes on after what does not end it: told is what led there, not what came long after.
  const Ps broken = broken_at(result);
  const bool again = result.records.size() < result.steps && !result.records.empty() &&
                     broken < result.records.back().at;
  if (again) {
    options.keep_to = broken;
    result = models::run_machine(resolved.values(), options);
  }
  tell(result, again ? broken : ps_never);
  tell_idle(what.options, result);
  std::cout << "fingerprint " << sim::hex16(result.fingerprint) << "\n";
  return 0;
}

}  // namespace

Command replay_command() {
  CommandLine line("replay", "one run again, step by step, ending with kind and fingerprint");
  line.positional("STRING",
                  "what `compare` or `run` printed for a run, or `explore` for a schedule");
  line.value(
      "steps", "N|all",
      "how many of a run's last steps to tell, up to what broke first; schedules are told whole",
      "40");
  line.value("world", "timed|reference", "the world to run in", "timed");
  add_tree_options(line);
  line.value("format", "text|json", "how to print a schedule; json adds the state it ends in",
             "text");
  const std::string run =
      std::string("'poolrace/") + version() + ";scenario=seed-race;variant=scan;run=0'";
  line.example(run, "the last steps of a run that crashes, with date, context, step and value");
  line.example(run + " --steps all", "every step of it");
  return {line, replay};
}

}  // namespace poolrace::experiments
