// SPDX-License-Identifier: MIT
// explore: all orders of visible steps of a small program.  A verdict per configuration: for each
// kind of violation the shortest schedule found, or that there is none within the bound.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/commands/commands.hpp"
#include "experiments/explore/graph_json.hpp"
#include "experiments/explore/verdicts.hpp"
#include "experiments/workers/forked.hpp"
#include "models/explore/explorer.hpp"
#include "models/explore/faults.hpp"
#include "models/variants.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::experiments {

namespace {

using Json = nlohmann::ordered_json;

template <class Table>
std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& entry : table) names.emplace_back(entry.name);
  return names;
}

std::vector<std::string> chosen(const ParsedLine& parsed, const char* option,
                                const std::vector<std::string>& known,
                                const std::string& fallback) {
  if (parsed.has("all") && !parsed.get(option)) return known;
  const std::string where = parsed.where() + ": --" + option;
  const auto list = split_list(parsed.get(option).value_or(fallback), where);
  for (const std::string& name : list) sim::require_known(where, option, name, known);
  return list;
}

// One program, one variant, one configuration; text is a summary.
int graph(const ParsedLine& parsed, const std::vector<std::string>& programs,
          const std::vector<std::string>& variants, const models::ExploreConfig& config,
          const std::string& fault) {
  for (const char* option :
       {"strategy", "preemptions", "depth", "seed", "executions", "jobs", "quick"})
    if (parsed.has(option))
      throw ConfigError(parsed.where() + ": --graph takes no --" + option +
                        " (it is unreduced; --states bounds it)");
  const bool json = parsed.choice("format", "text", {"text", "json"}) == "json";
  if (programs.size() != 1 || variants.size() != 1)
    throw ConfigError(parsed.where() + ": --graph is of one program and one variant");
  const models::ExploreTask task{&models::find_program(programs[0]), variants[0], config, fault};
  const auto states_max =
      static_cast<std::uint32_t>(parsed.integer("states", 200'000, 1, 10'000'000));
  const models::StateGraph graph = models::state_graph(task, states_max);
  const int status = !graph.violations.empty() && parsed.has("fail-on-violation") ? 10 : 0;
  if (json) {
    std::cout << graph_json(task, graph).dump() << "\n";
    return status;
  }
  std::printf("%s, %s, %s: %zu states, %zu steps between them, %s (%llu executions)\n",
              task.program->name.c_str(), task.variant.c_str(), models::text_of(config).c_str(),
              graph.states.size(), graph.edges.size(),
              graph.complete ? "complete" : "NOT complete (--states N)",
              static_cast<unsigned long long>(graph.executions));
  for (const models::Violation& v : graph.violations)
    std::printf("  %s (%s) by %s at \"%s\"%s%s\n", models::kind_info(v.kind).name,
                models::harm_name(v.harm), v.context.c_str(), v.site.c_str(),
                v.ended_by.empty() ? "" : ", ended by ", v.ended_by.c_str());
  if (graph.states[0].crash_steps >= 0)
    std::printf("  the nearest crash is %d steps away\n", graph.states[0].crash_steps);
  return status;
}

int explore(const ParsedLine& parsed) {
  const auto programs =
      chosen(parsed, "program", names_of(models::program_table()), "destroy-vs-put-preemptible");
  const auto variants = chosen(parsed, "variant", names_of(models::variant_infos()), "scan");
  std::vector<models::ExploreConfig> configs(models::config_table().begin(),
                                             models::config_table().end());
  std::string fault;
  if (!parsed.settings().empty()) {
    configs = {{}};
    for (const Setting& s : parsed.settings()) {
      if (s.name == "fault")
        fault = models::find_explore_fault(s.value).name;
      else
        models::set_config(configs[0], s.name, s.value);
    }
    models::check_together(configs[0]);
  }
  if (parsed.has("graph")) return graph(parsed, programs, variants, configs[0], fault);
  if (parsed.has("states")) throw ConfigError(parsed.where() + ": --states needs --graph");
  models::ExploreOptions options;
  const std::string strategy =
      parsed.choice("strategy", "reduced", {"reduced", "plain", "pct", "random"});
  while (strategy != models::strategy_names[static_cast<std::size_t>(options.strategy)])
    options.strategy = static_cast<models::Strategy>(static_cast<int>(options.strategy) + 1);
  options.preemptions = static_cast<int>(parsed.integer("preemptions", -1, -1, 1000));
  if (options.preemptions >= 0 && options.strategy != models::Strategy::plain)
    throw ConfigError(parsed.where() + ": --preemptions needs --strategy plain (" + strategy +
                      " has no such bound)");
  if (parsed.get("depth") && options.strategy != models::Strategy::pct)
    throw ConfigError(parsed.where() + ": --depth needs --strategy pct");
  const bool draws =
      options.strategy == models::Strategy::pct || options.strategy == models::Strategy::random;
  if (parsed.get("seed") && !draws)
    throw ConfigError(parsed.where() + ": --seed needs --strategy pct or random");
  options.depth = static_cast<int>(parsed.integer("depth", 3, 1, 64));
  options.seed = parse_seed(parsed.get("seed").value_or("1"), parsed.where() + ": --seed");
  options.executions_max =
      static_cast<std::uint64_t>(parsed.integer("executions", 100'000, 1, 1'000'000'000));
  const std::string format = parsed.choice("format", "text", {"text", "json", "markdown"});
  std::vector<models::ExploreTask> tasks;
  for (const std::string& program : programs) {
    if (parsed.has("quick") && models::find_program(program).large) continue;
    for (const std::string& variant : variants)
      for (const models::ExploreConfig& config : configs)
        tasks.push_back({&models::find_program(program), variant, config, fault});
  }
  if (tasks.empty())
    throw ConfigError(parsed.where() + ": --quick leaves out all that --program names");
  const int jobs = static_cast<int>(parsed.integer("jobs", usable_cpus(), 1, 1024));
  std::vector<Json> verdicts;
  for (const std::string& line : in_processes(tasks.size(), jobs, [&](std::size_t i) {
         return verdict_json(models::explore(tasks[i], options)).dump();
       }))
    verdicts.push_back(Json::parse(line));
  if (format == "json") std::cout << Json{{"verdicts", verdicts}}.dump(1) << "\n";
  if (format == "markdown") std::cout << verdict_table(verdicts);
  if (format == "text") {
    std::cout << verdicts_in_short(verdicts) << "\n";
    for (const Json& verdict : verdicts) std::cout << verdict_text(verdict);
  }
  const bool violated = std::any_of(verdicts.begin(), verdicts.end(),
                                    [](const Json& v) { return !v["kinds"].empty(); });
  return violated && parsed.has("fail-on-violation") ? 10 : 0;
}

}  // namespace

Command explore_command() {
  CommandLine line("explore", "all interleavings of a small program: a verdict, or schedules");
  line.value("program", "P[,P...]", "poolrace list programs", "destroy-vs-put-preemptible");
  line.value("variant", "V[,V...]", "variants of the pool (poolrace list variants)", "scan");
  line.repeated("set", "NAME=VALUE",
                "one configuration instead of the program's: coherent, iommu, swiotlb, dma_debug, "
                "preempt, ram_at_zero; fault=NAME seeds a bug (poolrace list faults)");
  line.flag("all", "every program and every variant that is not narrowed down");
  line.flag("quick", "without the programs that take a minute or so for all variants");
  line.flag("graph", "the unreduced state graph of one program and variant instead");
  line.value("states", "N", "with --graph: give up at so many states", "200000");
  line.value("strategy", "reduced|plain|pct|random",
             "every order but those that differ in commuting steps; every order; or, for programs "
             "too large, orders drawn at random, whose verdict is never complete",
             "reduced");
  line.value("preemptions", "N", "with plain: orders with at most so many preemptions");
  line.value("depth", "D",
             "with pct: a bug that needs D ordered pairs of steps is found by each execution with "
             "probability 1/(n k^(D-1)) or more, for n contexts and k steps",
             "3");
  line.value("seed", "S", "with pct and random: execution i is drawn by (S, i)", "1");
  line.value("executions", "N", "give up a verdict after so many", "100000");
  line.value("jobs", "J", "worker processes", "CPUs");
  line.value("format", "text|json|markdown", "how to print; markdown: the table of verdicts",
             "text");
  line.flag("fail-on-violation", "exit with status 10 if a violation was found");
  line.example("", "destroy against one put under patch 2 alone: a schedule for each kind");
  line.example("--variant xarray-fixed --set iommu=strict", "the merged fix, in one configuration");
  line.example("--program recycle-and-post --variant scan-rcu,xarray-fixed",
               "another program (poolrace list programs), two variants");
  return {line, explore};
}

}  // namespace poolrace::experiments
