// SPDX-License-Identifier: MIT
#include "experiments/commands/lists.hpp"

#include "experiments/lesson/lesson.hpp"
#include "experiments/scenario/scenario.hpp"
#include "models/checker/kinds.hpp"
#include "models/explore/faults.hpp"
#include "models/explore/program.hpp"
#include "models/faults/faults.hpp"
#include "models/variants.hpp"
#include "sim/settings/find_named.hpp"

namespace poolrace::experiments {

namespace {

using Rows = std::vector<nlohmann::ordered_json>;

Rows parameters() {
  Rows rows;
  for (const auto& d : models::parameter_table().declarations())
    rows.push_back({{"name", d.name},
                    {"help", d.help},
                    {"unit", d.unit.name},
                    {"allowed", d.allowed() + d.words_text()},
                    {"default", d.print(d.fallback)},
                    {"source", d.source}});
  for (const sim::Preset& preset : models::parameter_table().presets())
    rows.push_back({{"name", preset.name},
                    {"help", preset.help},
                    {"unit", ""},
                    {"allowed", preset.allowed()},
                    {"default", ""},
                    {"source", "a preset: sets " + preset.sets()}});
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

struct List {
  const char* name;
  Rows (*rows)();
};
const List lists[] = {{"variants", variants},
                      {"scenarios", [] { return named(scenarios()); }},
                      {"profiles", [] { return named(profiles()); }},
                      {"parameters", parameters},
                      {"kinds", kinds},
                      {"faults", faults},
                      {"programs", programs},
                      {"lessons", [] { return named(lessons()); }}};

}  // namespace

std::vector<std::string> list_names() {
  return sim::names_of(lists);
}

Rows list_rows(const std::string& what) {
  return sim::find_named(lists, "poolrace list", "list", what).rows();
}

}  // namespace poolrace::experiments
