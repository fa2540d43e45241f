// SPDX-License-Identifier: MIT
#include "experiments/sweep/problem.hpp"

#include <memory>
#include <optional>
#include <sstream>

#include "experiments/scenario/replay_string.hpp"
#include "experiments/scenario/version.hpp"
#include "sim/settings/escaped.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {
namespace {

constexpr const char* parameters_follow = "parameters:";

std::string problem_text(const Problem& p, const std::string& variant) {
  std::string text;
  for (const auto& [name, value] : definition_of(p.options, p.block_runs))
    text += name + "=" + sim::escaped(value) + "\n";
  text += "profile=" + sim::escaped(p.options.profile) + "\nvariant=" + variant + "\n";
  // The clock that the profile states its times at is no parameter.
  if (const std::int64_t stated = p.parameters.stated_clock_mhz;
      stated != 0 && stated != p.parameters.clock_mhz)
    text += "stated_clock_mhz=" + std::to_string(stated) + "\n";
  // What the file of a parameter says belongs to the problem; where it lies does too.
  for (const FileContents& file : models::contents_of(p.parameters))
    text += "contents_" + file.role + "=" + sim::hex16(file.hash) + "\n";
  return text + parameters_follow + "\n" + models::parameter_table().resolved(p.parameters);
}

// One line above the parameters.
void take(Problem& p, std::int64_t& stated_clock_mhz, const Setting& line) {
  const std::string where = "a block's problem";
  if (line.name == "version" && line.value != full_version())
    throw ConfigError(where + " is of version " + line.value + ", this is " + full_version());
  if (line.name == "scenario") p.options.scenario = line.value;
  if (line.name == "profile") p.options.profile = line.value;
  if (line.name == "variant") p.options.variants = {line.value};
  if (line.name == "world") p.options.world = line.value;
  if (line.name == "seed") p.options.seed = parse_seed(line.value, where);
  if (line.name == "block_runs")
    p.block_runs = static_cast<std::int64_t>(parse_seed(line.value, where));
  if (line.name == "stated_clock_mhz")
    stated_clock_mhz = static_cast<std::int64_t>(parse_seed(line.value, where));
  if (line.name == "stall") p.options.stalls.push_back(parse_stall(line.value, where));
  if (line.name == "fault") p.options.faults.push_back(line.value);
}

}  // namespace

std::string full_version() {
  return std::string(version()) + " " + commit();
}

Definition definition_of(const CommonOptions& options, std::int64_t block_runs) {
  Definition out{{"version", full_version()},
                 {"scenario", options.scenario},
                 {"world", options.world},
                 {"seed", std::to_string(options.seed)},
                 {"block_runs", std::to_string(block_runs)}};
  for (const Stall& s : options.stalls) out.emplace_back("stall", text_of(s));
  for (const std::string& fault : options.faults) out.emplace_back("fault", fault);
  return out;
}

Problem make_problem(const CommonOptions& options, const Resolved& resolved,
                     const std::string& variant, std::int64_t block_runs) {
  Problem p{options, block_runs, resolved.values(), "", ""};
  p.options.profile = resolved.profile;
  p.options.variants = {variant};
  p.text = problem_text(p, variant);
  p.hash = sim::hex16(sim::fnv1a_64(p.text));
  return p;
}

Problem parse_problem(const std::string& text) {
  const std::string where = "a block's problem";
  const auto& table = models::parameter_table();
  auto settings = table.defaults();
  Problem p;
  std::istringstream lines(text);
  bool parameters = false;
  std::int64_t stated_clock_mhz = 0;  // none: that of the parameters
  for (std::string line; std::getline(lines, line);) {
    if (line == parameters_follow)
      parameters = true;
    else if (const Setting s = split_setting(line, where); parameters)
      table.set(settings, s.name, s.value, where, where);
    else
      take(p, stated_clock_mhz, {s.name, sim::unescaped(s.value, where)});
  }
  p.parameters = settings.values;
  p.parameters.stated_clock_mhz = stated_clock_mhz > 0 ? stated_clock_mhz : p.parameters.clock_mhz;
  models::read_files(p.parameters);
  const bool complete = parameters && p.options.variants.size() == 1 && p.block_runs > 0;
  if (!complete || problem_text(p, p.options.variants.front()) != text)
    throw ConfigError(where + " is damaged, or a file that it names is not the same here");
  p.text = text;
  p.hash = sim::hex16(sim::fnv1a_64(text));
  return p;
}

models::RunOptions run_options(const Problem& problem, std::int64_t run) {
  return run_options(problem.options, problem.options.variants.front(), run);
}

namespace {

// What must be set on top of scenario and profile to get these parameters again.
struct Replayable {
  Resolved plain;
  CommonOptions options;
  std::string of(std::int64_t run) const {
    return replay_string(plain, options, options.variants.front(), run);
  }
};

Replayable replayable(const Problem& problem) {
  CommonOptions options = problem.options;
  options.settings.clear();
  options.config.clear();
  Resolved plain = resolve(options, {});
  const auto& table = models::parameter_table();
  for (const auto& [name, value] : table.resolved_pairs(problem.parameters))
    if (table.print(plain.values(), name) != value) options.settings.push_back({name, value});
  for (const FileContents& file : models::contents_of(problem.parameters))
    plain.files.push_back(file);
  return {plain, options};
}

}  // namespace

std::string replay_string(const Problem& problem, std::int64_t run) {
  return replayable(problem).of(run);
}

ReplayOfRun replay_of(const std::string& problem_text) {
  auto known = std::make_shared<std::optional<Replayable>>();
  auto asked = std::make_shared<bool>(false);  // few points come to harm: the rest is not read
  return [problem_text, known, asked](std::int64_t run) -> std::string {
    try {
      if (!*asked) {
        *asked = true;
        *known = replayable(parse_problem(problem_text));
      }
    } catch (const ConfigError&) {
    }
    return *known ? (*known)->of(run) : "";
  };
}

}  // namespace poolrace::experiments
