// SPDX-License-Identifier: MIT
#include "experiments/cli/common_options.hpp"

#include <algorithm>

#include "experiments/cli/tree_options.hpp"

namespace poolrace::experiments {
namespace {

constexpr std::int64_t runs_max = 1'000'000'000;
constexpr std::int64_t jobs_max = 1024;

const std::vector<std::string> format_names{"text", "json", "csv"};  // in the order of Format

}  // namespace

void add_common_options(CommandLine& line, const CommonOptions& defaults,
                        const std::vector<std::string>& without) {
  const auto wanted = [&](const char* name) {
    return std::find(without.begin(), without.end(), name) == without.end();
  };
  const auto value = [&](const char* name, const char* placeholder, const char* help,
                         const std::string& fallback = "") {
    if (wanted(name)) line.value(name, placeholder, help, fallback);
  };
  const auto repeated = [&](const char* name, const char* placeholder, const char* help) {
    if (wanted(name)) line.repeated(name, placeholder, help);
  };
  if (wanted("scenario"))
    line.positional("scenario", "a scenario's name (poolrace list scenarios) or an .ini file; " +
                                    defaults.scenario + " if absent");
  value("profile", "NAME|FILE", "the machine (poolrace list profiles)");
  value(
      "variant", "V[,V...]",
      "variants of the pool (poolrace list variants), or all; linux:TREE[@REF] is one of your own");
  value("runs", "N", "simulated teardowns", std::to_string(defaults.runs));
  value("seed", "S", "campaign seed, 0 to 2^64-1", std::to_string(defaults.seed));
  value("jobs", "J", "worker processes", defaults.jobs ? std::to_string(defaults.jobs) : "CPUs");
  value("world", "WORLD", "timed or reference", defaults.world);
  repeated("set", "NAME=VALUE", "set one parameter (poolrace list parameters)");
  value("config", "FILE", "parameters from an .ini file; the command line wins over it");
  value("format", "FORMAT", "text, json or csv", format_names[static_cast<int>(defaults.format)]);
  repeated("stall", "SITE=US", "delay whoever reaches a site by so many microseconds");
  repeated("fault", "NAME", "inject a fault (poolrace list faults)");
  if (wanted("fail-on-violation"))
    line.flag("fail-on-violation", "exit with status 10 if a violation was found");
  if (wanted("variant")) add_tree_options(line);
}

CommonOptions common_options(const ParsedLine& line, CommonOptions options) {
  const std::string option = line.where() + ": --";
  options.scenario = line.get("scenario").value_or(options.scenario);
  options.profile = line.get("profile").value_or(options.profile);
  options.config = line.get("config").value_or(options.config);
  if (const auto list = line.get("variant"))
    options.variants = with_trees(split_list(*list, option + "variant"), line, option + "variant");
  options.runs = line.integer("runs", options.runs, 1, runs_max);
  if (const auto seed = line.get("seed")) options.seed = parse_seed(*seed, option + "seed");
  options.jobs = static_cast<int>(line.integer("jobs", options.jobs, 1, jobs_max));
  if (options.jobs == 0) options.jobs = usable_cpus();
  options.world = line.choice("world", options.world, {"timed", "reference"});
  const std::string& format_name = format_names[static_cast<int>(options.format)];
  const std::string format = line.choice("format", format_name, format_names);
  options.format = static_cast<Format>(std::find(format_names.begin(), format_names.end(), format) -
                                       format_names.begin());
  for (const Setting& setting : line.settings()) options.settings.push_back(setting);
  for (const std::string& text : line.all("stall"))
    options.stalls.push_back(parse_stall(text, option + "stall"));
  for (const std::string& name : line.all("fault")) options.faults.push_back(name);
  if (line.has("fail-on-violation")) options.fail_on_violation = true;
  return options;
}

}  // namespace poolrace::experiments
