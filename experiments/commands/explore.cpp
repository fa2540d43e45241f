// SPDX-License-Identifier: MIT
// explore: all orders of visible steps of a small program.  A verdict per configuration: for each
// kind of violation the shortest schedule found, or that there is none within the bound.
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/cli/memory_option.hpp"
#include "experiments/cli/tree_options.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/explore/compute.hpp"
#include "experiments/explore/graph_json.hpp"
#include "experiments/explore/trees.hpp"
#include "experiments/explore/verdict_table.hpp"
#include "experiments/explore/verdicts.hpp"
#include "experiments/text/numbers.hpp"
#include "models/explore/schedule_string.hpp"
#include "models/linux/variant.hpp"
#include "models/variants.hpp"
#include "sim/settings/enum_names.hpp"
#include "sim/settings/find_named.hpp"

namespace poolrace::experiments {

namespace {

using Json = nlohmann::ordered_json;
using Tasks = std::vector<models::ExploreTask>;

void refuse(const ParsedLine& parsed, std::initializer_list<const char*> options,
            const std::string& what, const std::string& why) {
  for (const char* option : options)
    if (parsed.has(option))
      throw ConfigError(parsed.where() + ": " + what + " takes no --" + option + " (" + why + ")");
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

std::vector<std::string> chosen_variants(const ParsedLine& parsed) {
  const std::string where = parsed.where() + ": --variant";
  if (parsed.has("all") && !parsed.get("variant")) return sim::names_of(models::variant_infos());
  const std::vector<std::string> known = sim::names_of(models::known_infos());
  std::vector<std::string> list = split_list(parsed.get("variant").value_or("scan"), where);
  for (const std::string& name : list)
    if (!models::linux_tree::names_tree(name)) sim::require_known(where, "variant", name, known);
  return with_trees(std::move(list), parsed, where);
}

std::vector<sim::MemoryModel> memories(const ParsedLine& parsed) {
  const std::string where = parsed.where() + ": --memory";
  const auto said = parsed.get("memory");
  if (!said) return {};
  for (const Setting& s : parsed.settings())
    if (s.name == "memory") throw ConfigError(where + ": contradicts --set memory=" + s.value);
  return memory_models(*said, where);
}

// The configurations, and the fault: one if anything is set, else those that the program is due.
Tasks machines(const ParsedLine& parsed, const models::Program& program) {
  Tasks out;
  if (parsed.settings().empty()) {
    const bool product = parsed.has("product");
    for (const models::ExploreConfig& config :
         product ? models::every_config() : models::configs_for(program))
      out.push_back({.config = config});
    return out;
  }
  out.resize(1);
  for (const Setting& s : parsed.settings())
    models::apply_setting(out[0], s.name, s.value, parsed.where() + ": --set");
  models::check_together(out[0].config, program);
  return out;
}

std::optional<sim::RaceRules> races_asked(const ParsedLine& parsed,
                                          const models::ExploreTask& task) {
  if (!parsed.has("races")) return std::nullopt;
  const std::string rules = parsed.choice("races", "strict", sim::list_of(sim::race_rules_names));
  if (task.config.memory != sim::MemoryModel::sc)
    throw ConfigError(parsed.where() +
                      ": --races is of --memory sc (what races is what the model leaves open)");
  return sim::enum_of<sim::RaceRules>(sim::race_rules_names, rules);
}

// The same under each memory, where any is asked for.
Tasks under(const std::vector<sim::MemoryModel>& memories, const Tasks& tasks) {
  if (memories.empty()) return tasks;
  Tasks out;
  for (const sim::MemoryModel memory : memories)
    for (models::ExploreTask task : tasks) {
      task.config.memory = memory;
      out.push_back(std::move(task));
    }
  return out;
}

// Every program under every variant on every machine; or what a schedule is of.
Tasks asked_for(const ParsedLine& parsed) {
  if (const auto schedule = parsed.get("schedule")) {
    refuse(parsed, {"program", "variant", "all", "quick", "product", "memory", "races"},
           "a schedule", "it says them itself");
    if (!parsed.settings().empty())
      throw ConfigError(parsed.where() + ": a schedule takes no --set (it says them itself)");
    know_tree_of_schedule(*schedule, parsed);
    return {models::parse_schedule_string(*schedule).task};
  }
  const auto programs = chosen(parsed, "program", sim::names_of(models::program_table()),
                               "destroy-vs-put-preemptible");
  const auto variants = chosen_variants(parsed);
  if (parsed.has("product") && !parsed.settings().empty())
    throw ConfigError(parsed.where() + ": --product takes no --set (it is every configuration)");
  const std::vector<sim::MemoryModel> models_asked = memories(parsed);
  Tasks out;
  for (const std::string& name : programs) {
    const models::Program& program = models::find_program(name);
    if (parsed.has("quick") && program.large) continue;
    const Tasks on = under(models_asked, machines(parsed, program));
    for (const std::string& variant : variants)
      for (const models::ExploreTask& machine : on)
        out.push_back({&program, variant, machine.config, machine.fault});
  }
  for (models::ExploreTask& task : out) task.races = races_asked(parsed, task);
  if (out.empty())
    throw ConfigError(parsed.where() + ": --quick leaves out all that --program names");
  return out;
}

models::ExploreOptions explore_options(const ParsedLine& parsed) {
  using models::Strategy;
  const std::string strategy =
      parsed.choice("strategy", "reduced", sim::list_of(models::strategy_names));
  models::ExploreOptions out;
  out.strategy = sim::enum_of<Strategy>(models::strategy_names, strategy);
  out.preemptions = static_cast<int>(parsed.integer("preemptions", out.preemptions, -1, 1000));
  out.depth = static_cast<int>(parsed.integer("depth", out.depth, 1, 64));
  if (const auto seed = parsed.get("seed"))
    out.seed = parse_seed(*seed, parsed.where() + ": --seed");
  out.executions_max =
      static_cast<std::uint64_t>(parsed.integer("executions", 100'000, 1, 1'000'000'000));
  const auto needs = [&](const char* option, bool fits, const char* which) {
    if (parsed.has(option) && !fits)
      throw ConfigError(parsed.where() + ": --" + option + " needs --strategy " + which + " (" +
                        strategy + " would ignore it)");
  };
  const bool pct = out.strategy == Strategy::pct;
  needs("preemptions", out.strategy == Strategy::plain || out.preemptions < 0, "plain");
  needs("depth", pct, "pct");
  needs("seed", pct || out.strategy == Strategy::random, "pct or random");
  return out;
}

// One program, one variant, one configuration; text is a summary.
int graph(const ParsedLine& parsed, const Tasks& tasks) {
  refuse(parsed,
         {"strategy", "preemptions", "depth", "seed", "executions", "jobs", "quick", "races"},
         "--graph", "it is unreduced; --states bounds it");
  const bool json = parsed.choice("format", "text", {"text", "json"}) == "json";
  const models::ExploreTask& task = tasks.front();
  if (task.program != tasks.back().program || task.variant != tasks.back().variant ||
      task.config.memory != tasks.back().config.memory)
    throw ConfigError(parsed.where() + ": --graph is of one program, one variant and one memory");
  const auto states_max =
      static_cast<std::uint32_t>(parsed.integer("states", 200'000, 1, 10'000'000));
  const models::StateGraph graph = models::state_graph(task, states_max);
  const int status = !graph.violations.empty() && parsed.has("fail-on-violation") ? 10 : 0;
  if (json) {
    std::cout << graph_json(task, graph).dump() << "\n";
    return status;
  }
  std::cout << task.program->name << ", " << task.variant << ", " << models::text_of(task.config)
            << ": " << graph.states.size() << " states, " << graph.edges.size()
            << " steps between them, "
            << (graph.complete ? "complete" : "NOT complete (--states N)") << " ("
            << graph.executions << " executions)\n";
  for (const models::Violation& v : graph.violations)
    std::cout << "  " << models::kind_info(v.kind).name << " (" << models::harm_name(v.harm)
              << ") by " << v.context << " at \"" << v.site << "\""
              << (v.ended_by.empty() ? "" : ", ended by ") << v.ended_by << "\n";
  if (graph.states[0].crash_steps >= 0)
    std::cout << "  the nearest crash is " << graph.states[0].crash_steps << " steps away\n";
  return status;
}

void print(const std::vector<models::Verdict>& verdicts, const std::string& format) {
  if (format == "json") {
    Json list = Json::array();
    for (const models::Verdict& verdict : verdicts) list.push_back(verdict_json(verdict));
    std::cout << Json{{"verdicts", list}}.dump(1) << "\n";
  } else if (format == "markdown") {
    std::cout << verdict_table(verdicts);
  } else {
    std::cout << verdicts_in_short(verdicts) << "\n";
    for (const models::Verdict& verdict : verdicts) std::cout << verdict_text(verdict);
  }
}

int explore(const ParsedLine& parsed) {
  const Tasks tasks = asked_for(parsed);
  if (parsed.has("graph")) return graph(parsed, tasks);
  if (parsed.has("states")) throw ConfigError(parsed.where() + ": --states needs --graph");
  const models::ExploreOptions options = explore_options(parsed);
  const std::string format = parsed.choice("format", "text", {"text", "json", "markdown"});
  const int jobs = static_cast<int>(parsed.integer("jobs", usable_cpus(), 1, 1024));
  const Verdicts found = compute_verdicts(tasks, options, jobs);
  print(found.verdicts, format);
  if (found.failure) {
    std::cout.flush();
    std::cerr << "the first " << found.verdicts.size() << " of " << tasks.size()
              << " verdicts are kept; the next one failed:\n";
    std::rethrow_exception(found.failure);
  }
  if (found.interrupted != 0) {
    std::cerr << "interrupted: the first " << found.verdicts.size() << " of " << tasks.size()
              << " verdicts\n";
    return 128 + found.interrupted;
  }
  const bool violated = std::any_of(found.verdicts.begin(), found.verdicts.end(),
                                    [](const models::Verdict& v) { return v.violated(); });
  return violated && parsed.has("fail-on-violation") ? 10 : 0;
}

}  // namespace

Command explore_command() {
  CommandLine line("explore", "all interleavings of a small program: a verdict, or schedules");
  line.positional("schedule",
                  "explore the program, variant and configuration that a schedule is of, whatever "
                  "its version");
  line.value("program", "P[,P...]", "poolrace list programs", "destroy-vs-put-preemptible");
  line.value("variant", "V[,V...]",
             "variants of the pool (poolrace list variants); linux:TREE[@REF] is the pool of a "
             "kernel tree of your own: a directory, or a git repository and a ref (%2C, %3B, %40 "
             "stand for , ; @ in either)",
             "scan");
  add_tree_options(line);
  line.repeated("set", "NAME=VALUE",
                "one configuration instead of several: " + models::setting_names() +
                    " (a bug that is seeded: poolrace list faults)");
  line.value("memory", memory_models_allowed(),
             "what accesses find: one comes after the other (sc); as on x86 (tso), or on a machine "
             "near ARMv8 but for a store before a load that it follows (arm)",
             "sc");
  line.value(
      "races", "strict|kcsan",
      "list the accesses, one of them plain, that nothing orders: of a linux:TREE by file and "
      "line, "
      "of our pools by the sites in pool/; kcsan: but plain aligned writes and those that change "
      "nothing");
  line.flag("all", "every program and every variant that is not narrowed down");
  line.flag("quick", "without the programs that take a minute or so for all variants");
  line.flag("product", "every device with every kernel and driver order, not only what stands out");
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
  line.example("--variant scan-rcu --memory all", "the same where memory reorders accesses");
  line.example("--variant xarray-fixed --races kcsan", "what its accesses leave unordered");
  line.example("--program recycle-and-post --variant scan-rcu,xarray-fixed",
               "another program (poolrace list programs), two variants");
  return {line, explore};
}

}  // namespace poolrace::experiments
