// SPDX-License-Identifier: MIT
// list: what there is: variants, scenarios, profiles, parameters, kinds, faults, programs, lessons.
#include "experiments/commands/lists.hpp"

#include <iostream>

#include "experiments/commands/commands.hpp"
#include "experiments/lesson/lesson.hpp"
#include "experiments/scenario/scenario.hpp"
#include "models/checker/kinds.hpp"
#include "models/explore/faults.hpp"
#include "models/explore/program.hpp"
#include "models/faults/faults.hpp"
#include "models/variants.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::experiments {

namespace {

using Rows = std::vector<nlohmann::ordered_json>;

Rows parameters() {
  Rows rows;
  for (const auto& d : models::parameter_table().declarations())
    rows.push_back({{"name", d.name},
                    {"help", d.help},
                    {"unit", d.unit.name},
                    {"allowed", d.allowed()},
                    {"default", d.print(d.fallback)},
                    {"source", d.source}});
  return rows;
}

Rows kinds() {
  Rows rows;
  for (const auto& k : models::kind_table)
    rows.push_back({{"name", k.name}, {"help", k.rule}, {"harm", k.harm}});
  return rows;
}

Rows faults() {
  Rows rows;
  for (const auto& f : models::fault_table())
    rows.push_back({{"name", f.name},
                    {"help", f.help},
                    {"kind", models::kind_info(f.kind).name},
                    {"where", "timed"},
                    {"shown by", std::string(f.variant) + ", " + f.settings},
                    {"within", std::to_string(f.runs) + (f.runs == 1 ? " run" : " runs")}});
  for (const auto& f : models::explore_fault_table())
    rows.push_back({{"name", f.name},
                    {"help", f.help},
                    {"kind", models::kind_info(f.kind).name},
                    {"where", "explore"},
                    {"shown by", std::string(f.variant) + ", " + f.program},
                    {"within", std::to_string(f.executions) +
                                   (f.executions == 1 ? " execution" : " executions")}});
  return rows;
}

Rows named(const std::vector<std::pair<std::string, std::string>>& entries) {
  Rows rows;
  for (const auto& [name, help] : entries) rows.push_back({{"name", name}, {"help", help}});
  return rows;
}

Rows variants() {
  Rows rows;
  for (const auto& v : models::variant_infos())
    rows.push_back({{"name", v.name},
                    {"help", v.help},
                    {"destroy_unmaps", v.destroy_unmaps},
                    {"clears_dma_sync", v.clears_dma_sync},
                    {"stalls_unregister", v.stalls_unregister},
                    {"waits_in_destroy", v.waits_in_destroy}});
  return rows;
}

Rows programs() {
  Rows rows;
  for (const auto& p : models::program_table())
    rows.push_back(
        {{"name", p.name}, {"help", p.help}, {"contract", p.contract_kept ? "kept" : "broken"}});
  return rows;
}

}  // namespace

Rows list_rows(const std::string& what) {
  if (what == "variants") return variants();
  if (what == "scenarios") return named(scenarios());
  if (what == "profiles") return named(profiles());
  if (what == "kinds") return kinds();
  if (what == "faults") return faults();
  if (what == "programs") return programs();
  if (what == "lessons") return named(lessons());
  return parameters();
}

namespace {

// Flags are for programs: their help says the same to people.
void print_text(const Rows& rows) {
  for (const auto& row : rows) {
    std::cout << row["name"].get<std::string>() << "\n";
    for (const auto& [key, value] : row.items())
      if (key != "name" && value != "" && !value.is_boolean())
        std::cout << "    " << (key == "help" ? "" : key + ": ") << value.get<std::string>()
                  << "\n";
  }
}

}  // namespace

Command list_command() {
  CommandLine line("list",
                   "variants, scenarios, profiles, parameters, kinds, faults, programs or lessons");
  line.positional("WHAT",
                  "variants, scenarios, profiles, parameters, kinds, faults, programs, lessons");
  line.value("format", "text|json", "how to print", "text");
  line.example("variants", "the published fixes that --variant takes");
  line.example("parameters", "what --set takes: meaning, range, default and its source");
  line.example("kinds --format json", "every rule that can be broken, for a program to read");
  return {line, [](const ParsedLine& parsed) {
            const std::vector<std::string> all = {"variants", "scenarios", "profiles", "parameters",
                                                  "kinds",    "faults",    "programs", "lessons"};
            const std::string what = parsed.get("WHAT").value_or("");
            if (what.empty())
              throw ConfigError(
                  "poolrace list: say what; allowed: variants, scenarios, profiles, "
                  "parameters, kinds, faults, programs, lessons");
            sim::require_known("poolrace list", "list", what, all);
            const Rows rows = list_rows(what);
            if (parsed.choice("format", "text", {"text", "json"}) == "json")
              std::cout << nlohmann::ordered_json{{what, rows}}.dump(1) << "\n";
            else
              print_text(rows);
            return 0;
          }};
}

}  // namespace poolrace::experiments
