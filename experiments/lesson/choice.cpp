// SPDX-License-Identifier: MIT
#include "experiments/lesson/choice.hpp"

#include "experiments/cli/tree_options.hpp"
#include "experiments/explore/trees.hpp"
#include "experiments/lesson/lessons.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/scenario/scenario.hpp"
#include "experiments/scenario/version.hpp"
#include "models/explore/retell.hpp"
#include "models/explore/schedule_string.hpp"
#include "models/linux/variant.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::experiments {

namespace {

constexpr const char* merged_fix = "xarray-fixed";

bool is_program(const std::string& name) {
  for (const models::Program& p : models::program_table())
    if (p.name == name) return true;
  return false;
}

// A variant beside the merged fix; the fix itself beside what it mends.
std::vector<std::string> beside(const std::string& variant) {
  return {variant, variant == merged_fix ? "scan" : merged_fix};
}

Lesson of_program(const std::string& name, const ParsedLine& parsed) {
  const models::Program& program = models::find_program(name);
  Lesson lesson;
  lesson.explored.program = &program;
  lesson.name = program.name;
  lesson.title = program.help;
  lesson.variants = split_list(parsed.get("variant").value_or("scan,xarray-fixed"),
                               parsed.where() + ": --variant");
  for (const std::string& v : lesson.variants)
    if (!models::linux_tree::names_tree(v))
      sim::require_known(parsed.where() + ": --variant", "variant", v, known_variant_names());
  lesson.variants = with_trees(lesson.variants, parsed, parsed.where() + ": --variant");
  for (const Setting& s : parsed.settings())
    models::apply_setting(lesson.explored, s.name, s.value, parsed.where() + ": --set");
  lesson.text =
      "Every order of the steps of this program is in this page. You decide who goes next.";
  return lesson;
}

Lesson of_schedule(const std::string& text, const ParsedLine& parsed) {
  know_tree_of_schedule(text, parsed);
  const models::ScheduledTask what = models::parse_schedule_string(text, version());
  const std::string astray = models::retell(what.task, what.schedule, false).astray;
  if (!astray.empty()) throw ConfigError("replay string: " + astray);
  Lesson lesson;
  lesson.explored = what.task;
  lesson.name = what.task.program->name;
  lesson.title = what.task.program->help;
  lesson.variants = beside(what.task.variant);
  lesson.schedule = what.schedule;
  lesson.text =
      "The page holds every order of the steps of this program. In Play you stand where the "
      "schedule that you gave ends; go back (`←`) and on (`→`) along it, or leave it at any step.";
  return lesson;
}

Lesson of_run(const std::string& text) {
  const ReplayedRun run = parse_replay(text);
  const Resolved resolved = resolve(run);
  Lesson lesson;
  lesson.explored.program = &models::find_program("destroy-vs-put-preemptible");
  lesson.variants = beside(resolved.variants.front());
  lesson.name = "run";
  lesson.title = "A run of " + resolved.scenario + " under " + lesson.variants.front();
  lesson.explored.config = models::explore_config(resolved.values());
  lesson.watch = text.substr(text.find(';') + 1);
  lesson.watch_harm = true;
  lesson.measure = resolved.scenario;
  lesson.measured_as = run.options;
  std::erase_if(lesson.measured_as.settings,
                [](const Setting& s) { return s.name == "load_mpps"; });
  lesson.text =
      "`Watch` (`W`) shows the run that you gave, up to what broke. `Play` (`P`) has a small "
      "program on the same kind of machine: destroy against one "
      "put, in every order of their steps.";
  return lesson;
}

}  // namespace

bool asks_for_course(const ParsedLine& parsed) {
  return !parsed.get("lesson") && !parsed.get("program") && !parsed.has("variant") &&
         !parsed.has("trace") && parsed.settings().empty();
}

Lesson choose_lesson(const ParsedLine& parsed) {
  const auto word = parsed.get("lesson");
  const auto program = parsed.get("program");
  if (word.has_value() == program.has_value())
    throw ConfigError(
        "poolrace lesson: give the name of a lesson (poolrace list lessons), a program "
        "(poolrace list programs) or a run's replay string");
  if (program) return of_program(*program, parsed);
  if (is_program(*word)) return of_program(*word, parsed);
  if (parsed.has("variant") || !parsed.settings().empty())
    throw ConfigError(
        "poolrace lesson: a lesson or a run says its variants and configuration itself; for others "
        "give a program (poolrace list programs)");
  if (word->find(';') == std::string::npos) return find_lesson(*word);
  return models::is_schedule(*word) ? of_schedule(*word, parsed) : of_run(*word);
}

}  // namespace poolrace::experiments
