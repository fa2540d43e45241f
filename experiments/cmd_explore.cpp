// SPDX-License-Identifier: MIT
// explore: all orders of visible steps of a small program.  A verdict per configuration: for each
// kind of violation the shortest schedule found, or that there is none within the bound.
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/commands.hpp"
#include "experiments/graph_json.hpp"
#include "experiments/version.hpp"
#include "models/explore/explorer.hpp"
#include "pool/variants/all.hpp"
#include "sim/nearest.hpp"

namespace poolrace::experiments {

namespace {

using Json = nlohmann::ordered_json;

std::string bound_of(const models::ExploreOptions& options) {
  const std::string most = ", at most " + std::to_string(options.executions_max) + " executions";
  if (options.preemptions < 0) return explore_bound() + most;
  return std::to_string(options.preemptions) + " preemptions; else " + explore_bound() + most;
}

Json json_of(const models::Verdict& verdict) {
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
  }
  return {{"program", verdict.task.program->name},
          {"variant", verdict.task.variant},
          {"config", config_json(verdict.task.config)},
          {"contract", verdict.task.program->contract_kept ? "kept" : "broken"},
          {"complete", verdict.complete},
          {"bound", bound_of(verdict.options)},
          {"limits", explore_limits_json()},
          {"executions", verdict.executions},
          {"executions_cut", verdict.cut},
          {"steps", verdict.steps},
          {"executions_per_second",
           static_cast<double>(verdict.executions) / std::max(verdict.seconds, 1e-9)},
          {"kinds", kinds}};
}

void print_text(const models::Verdict& verdict) {
  std::printf("%s, %s, %s: %s, %llu executions\n", verdict.task.program->name.c_str(),
              verdict.task.variant.c_str(), models::text_of(verdict.task.config).c_str(),
              verdict.complete ? "all orders" : "NOT all orders",
              static_cast<unsigned long long>(verdict.executions));
  bool any = false;
  for (const auto& found : verdict.found) {
    if (!found) continue;
    any = true;
    const models::Violation& v = found->violation;
    std::printf("  %s (%s) in %llu of them, at \"%s\"%s%s\n    %s\n",
                models::kind_info(v.kind).name, models::harm_name(v.harm),
                static_cast<unsigned long long>(found->executions), v.site.c_str(),
                v.ended_by.empty() ? "" : ", ended by ", v.ended_by.c_str(),
                models::schedule_string(verdict.task, found->schedule, version()).c_str());
  }
  if (!any) std::puts(verdict.complete ? "  no violation" : "  no violation so far");
}

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
          bool json) {
  if (programs.size() != 1 || variants.size() != 1)
    throw ConfigError(parsed.where() + ": --graph is of one program and one variant");
  const models::ExploreTask task{&models::find_program(programs[0]), variants[0], config};
  const auto states_max =
      static_cast<std::uint32_t>(parsed.integer("states", 200'000, 1, 10'000'000));
  const models::StateGraph graph = models::state_graph(task, states_max);
  if (json) {
    std::cout << graph_json(task, graph).dump() << "\n";
    return 0;
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
  return 0;
}

int explore(const ParsedLine& parsed) {
  const auto programs =
      chosen(parsed, "program", names_of(models::program_table()), "destroy-vs-put-preemptible");
  const auto variants = chosen(parsed, "variant", names_of(pool::variant_table), "scan");
  std::vector<models::ExploreConfig> configs(models::config_table().begin(),
                                             models::config_table().end());
  if (!parsed.settings().empty()) {
    configs = {{}};
    for (const Setting& s : parsed.settings()) models::set_config(configs[0], s.name, s.value);
  }
  models::ExploreOptions options;
  options.reduced = !parsed.has("plain");
  options.preemptions = static_cast<int>(parsed.integer("preemptions", -1, -1, 1000));
  if (options.preemptions >= 0 && options.reduced)
    throw ConfigError(parsed.where() +
                      ": --preemptions needs --plain (the reduction has no bound)");
  options.executions_max =
      static_cast<std::uint64_t>(parsed.integer("executions", 100'000, 1, 1'000'000'000));
  const bool json = parsed.choice("format", "text", {"text", "json"}) == "json";
  if (parsed.has("graph")) return graph(parsed, programs, variants, configs[0], json);
  Json verdicts = Json::array();
  bool violated = false;
  for (const std::string& program : programs)
    for (const std::string& variant : variants)
      for (const models::ExploreConfig& config : configs) {
        const models::Verdict verdict =
            models::explore({&models::find_program(program), variant, config}, options);
        for (const auto& found : verdict.found) violated |= found.has_value();
        if (json)
          verdicts.push_back(json_of(verdict));
        else
          print_text(verdict);
      }
  if (json) std::cout << Json{{"verdicts", verdicts}}.dump(1) << "\n";
  return violated && parsed.has("fail-on-violation") ? 10 : 0;
}

}  // namespace

Command explore_command() {
  CommandLine line("explore", "all interleavings of a small program: a verdict, or schedules");
  line.value("program", "P[,P...]", "poolrace list programs", "destroy-vs-put-preemptible");
  line.value("variant", "V[,V...]", "variants of the pool (poolrace list variants)", "scan");
  line.repeated("set", "NAME=VALUE",
                "one configuration instead of the program's: coherent, iommu, swiotlb, dma_debug, "
                "preempt, ram_at_zero");
  line.flag("all", "every program and every variant that is not narrowed down");
  line.flag("graph", "the unreduced state graph of one program and variant instead");
  line.value("states", "N", "with --graph: give up at so many states", "200000");
  line.flag("plain", "every order, without partial-order reduction");
  line.value("preemptions", "N", "with --plain: orders with at most so many preemptions");
  line.value("executions", "N", "give up a verdict after so many", "100000");
  line.value("format", "text|json", "how to print", "text");
  line.flag("fail-on-violation", "exit with status 10 if a violation was found");
  return {line, explore};
}

}  // namespace poolrace::experiments
