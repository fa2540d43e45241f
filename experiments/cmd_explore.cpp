// SPDX-License-Identifier: MIT
// explore: all orders of visible steps of a small program.  A verdict per configuration: for each
// kind of violation the shortest schedule found, or that there is none within the bound.
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/commands.hpp"
#include "experiments/version.hpp"
#include "models/explore/explorer.hpp"
#include "pool/variants/all.hpp"
#include "sim/nearest.hpp"
#include "sim/strategies.hpp"

namespace poolrace::experiments {

namespace {

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
  return bound + ", 2 worker passes, frames and IOVAs reused last freed first, at most " +
         std::to_string(options.executions_max) + " executions";
}

std::string limits_of() {
  const pool::Limits& l = models::explore_limits;
  return "cache " + std::to_string(l.alloc_cache) + ", refill " + std::to_string(l.refill) +
         ", ring " + std::to_string(l.ring) + ", batch " + std::to_string(l.ring_batch) +
         ", bulk " + std::to_string(l.bulk) + ", " + std::to_string(models::explore_frames) +
         " frames";
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
          {"config", models::text_of(verdict.task.config)},
          {"contract", verdict.task.program->contract_kept ? "kept" : "broken"},
          {"complete", verdict.complete},
          {"strategy", models::strategy_names[static_cast<std::size_t>(verdict.options.strategy)]},
          {"bound", bound_of(verdict)},
          {"limits", limits_of()},
          {"executions", verdict.executions},
          {"executions_cut", verdict.cut},
          {"steps", verdict.steps},
          {"executions_per_second",
           static_cast<double>(verdict.executions) / std::max(verdict.seconds, 1e-9)},
          {"kinds", kinds}};
}

void print_text(const models::Verdict& verdict) {
  std::printf("%s, %s, %s: %s, %llu executions\n", verdict.task.program->name,
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
  const bool json = parsed.choice("format", "text", {"text", "json"}) == "json";
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
  line.value("format", "text|json", "how to print", "text");
  line.flag("fail-on-violation", "exit with status 10 if a violation was found");
  return {line, explore};
}

}  // namespace poolrace::experiments
