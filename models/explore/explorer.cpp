// SPDX-License-Identifier: MIT
#include "models/explore/explorer.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>
#include <string_view>
#include <utility>

#include "models/explore/faults.hpp"
#include "models/explore/machine.hpp"
#include "models/explore/shrink.hpp"
#include "models/variants.hpp"
#include "sim/errors.hpp"
#include "sim/explore/strategies.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::models {

namespace {

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
    best->schedule.clear();
    for (std::size_t i = 0; i < length && i < steps.size(); ++i)
      best->schedule.push_back(steps[i].context);
  }
  best->executions = executions;
}

}  // namespace

namespace {

void note(Verdict& verdict, const Execution& execution, const std::vector<sim::Step>& steps) {
  std::array<bool, kind_count> seen{};
  for (const Violation& violation : execution.violations) {
    keep(verdict, violation, steps);
    const auto kind = static_cast<std::size_t>(violation.kind);
    if (!std::exchange(seen[kind], true)) ++verdict.found[kind]->executions;
  }
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
  check_together(task.config);
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

// ---- schedule strings ------------------------------------------------------------------

std::string schedule_string(const ExploreTask& task, const Schedule& schedule,
                            const std::string& version) {
  std::string out = "poolrace/" + version + ";program=" + task.program->name +
                    ";variant=" + task.variant + ";" + text_of(task.config, ";") +
                    (task.fault.empty() ? "" : ";fault=" + task.fault) + ";schedule=";
  for (std::size_t i = 0; i < schedule.size();) {
    std::size_t end = i;
    while (end < schedule.size() && schedule[end] == schedule[i]) ++end;
    if (i > 0) out += ',';
    out += std::to_string(schedule[i]);
    if (end - i > 1) out += "x" + std::to_string(end - i);
    i = end;
  }
  return out;
}

namespace {

std::uint32_t number(std::string_view text, std::string_view field) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    throw ConfigError("schedule: '" + std::string(field) +
                      "' is not a list of context numbers such as 1x12,2");
  return value;
}

Schedule parse_schedule(std::string_view text) {
  constexpr std::uint32_t steps_max = 1'000'000;
  Schedule schedule;
  while (!text.empty()) {
    const std::string_view field = text.substr(0, text.find(','));
    text.remove_prefix(field.size() < text.size() ? field.size() + 1 : field.size());
    const std::size_t x = field.find('x');
    const std::uint32_t context = number(field.substr(0, x), field);
    const std::uint32_t times =
        x == std::string_view::npos ? 1 : number(field.substr(x + 1), field);
    if (context > 63 || times > steps_max || schedule.size() + times > steps_max)
      throw ConfigError("schedule: '" + std::string(field) +
                        "' is out of range (contexts 0 to 63, at most 1000000 steps)");
    schedule.insert(schedule.end(), times, context);
  }
  return schedule;
}

void check_variant(const std::string& name) {
  std::vector<std::string> names;
  for (const pool::VariantInfo& info : variant_infos()) names.emplace_back(info.name);
  sim::require_known("schedule", "variant", name, names);
}

}  // namespace

ScheduledTask parse_schedule_string(const std::string& what, const std::string& version) {
  constexpr std::string_view prefix = "poolrace/";
  std::string_view text(what.data(), what.find_last_not_of(" \t\r\n") + 1);  // npos + 1 is 0
  if (!text.starts_with(prefix)) throw ConfigError("a schedule string begins with 'poolrace/'");
  text.remove_prefix(prefix.size());
  ScheduledTask out;
  out.version = text.substr(0, text.find(';'));
  if (!version.empty() && out.version != version)
    throw ConfigError("replay string: it is of version '" + out.version + "', this is '" + version +
                      "'; another version takes other steps");
  std::set<std::string_view> seen;
  while (text.find(';') != std::string_view::npos) {
    text.remove_prefix(text.find(';') + 1);
    const std::string_view field = text.substr(0, text.find(';'));
    const std::size_t equals = field.find('=');
    if (equals == std::string_view::npos)
      throw ConfigError("schedule: '" + std::string(field) + "' is not of the form name=value");
    const std::string_view name = field.substr(0, equals), value = field.substr(equals + 1);
    if (!seen.insert(name).second)
      throw ConfigError("schedule: '" + std::string(name) + "=' is given twice");
    if (name == "program")
      out.task.program = &find_program(value);
    else if (name == "variant")
      out.task.variant = value;
    else if (name == "fault")
      out.task.fault = find_explore_fault(value).name;
    else if (name == "schedule")
      out.schedule = parse_schedule(value);
    else
      set_config(out.task.config, name, value);
  }
  if (out.task.program == nullptr) throw ConfigError("schedule: 'program=' is missing");
  check_variant(out.task.variant);
  check_together(out.task.config);
  return out;
}

namespace {

class Teller final : public sim::Scheduler {
 public:
  Teller(const Schedule& schedule, bool go_on, std::vector<Fact>& facts)
      : replay_(schedule), length_(schedule.size()), go_on_(go_on), facts_(facts) {}
  void watch(ExploreMachine& machine) { machine_ = &machine; }

  std::uint32_t next(const std::vector<sim::Step>& taken, sim::ContextSet enabled) override {
    if (taken.size() == length_) look();
    return taken.size() >= length_ && !go_on_ ? nobody : replay_.next(taken, enabled);
  }
  void ended(const std::vector<sim::Step>&) override {
    if (facts_.empty()) look();
  }

 private:
  void look() { facts_ = machine_->facts(); }
  sim::Replay replay_;
  std::size_t length_;
  bool go_on_;
  std::vector<Fact>& facts_;
  ExploreMachine* machine_ = nullptr;
};

std::string strayed(const Schedule& schedule, const std::vector<sim::Step>& steps) {
  for (std::size_t i = 0; i < schedule.size(); ++i) {
    if (i == steps.size())
      return "the schedule has " + std::to_string(schedule.size()) +
             " steps, but all was over after " + std::to_string(i);
    if (steps[i].context != schedule[i])
      return "step " + std::to_string(i + 1) + " of the schedule asks for context " +
             std::to_string(schedule[i]) + ", which cannot go on there";
  }
  return "";
}

}  // namespace

Retelling retell(const ExploreTask& task, const Schedule& schedule, bool go_on) {
  Retelling out;
  Teller teller(schedule, go_on, out.facts);
  ExploreMachine machine(task, teller);
  teller.watch(machine);
  out.execution = machine.run();
  out.steps = machine.world().steps();
  out.astray = strayed(schedule, out.steps);
  return out;
}

}  // namespace poolrace::models
