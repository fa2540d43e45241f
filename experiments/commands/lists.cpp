// SPDX-License-Identifier: MIT
#include "experiments/commands/lists.hpp"

#include <sstream>

#include "experiments/lesson/lessons.hpp"
#include "experiments/scenario/replay_string.hpp"
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

// The command that shows it: the machine of the tests, said in full, for a scenario has its own.
std::string shown_by(const models::Fault& fault) {
  const auto& table = models::parameter_table();
  auto settings = table.defaults();
  std::istringstream pairs(std::string(models::fault_settings) + " " + fault.settings);
  for (std::string pair; pairs >> pair;) {
    const Setting s = split_setting(pair, fault.name);
    table.set(settings, s.name, s.value, fault.name, fault.name);
  }
  std::vector<std::string> words{"poolrace", "run",      "--variant", fault.variant,
                                 "--fault",  fault.name, "--runs",    std::to_string(fault.runs)};
  const Resolved plain = resolve(CommonOptions(), {"baseline"});
  for (const auto& [name, value] : table.resolved_pairs(settings.values))
    if (table.print(plain.values(), name) != value)
      words.insert(words.end(), {"--set", name + "=" + value});
  return shell_text(words);
}

Rows faults() {
  Rows rows;
  for (const auto& f : models::fault_table())
    rows.push_back({{"name", f.name},
                    {"help", f.help},
                    {"kind", models::kind_info(f.kind).name},
                    {"where", "timed"},
                    {"shown by", shown_by(f)}});
  for (const auto& f : models::explore_fault_table())
    rows.push_back(
        {{"name", f.name},
         {"help", f.help},
         {"kind", models::kind_info(f.kind).name},
         {"where", "explore"},
         {"shown by", shell_text({"poolrace", "explore", "--program", f.program, "--variant",
                                  f.variant, "--set", std::string("fault=") + f.name})}});
  return rows;
}

Rows named(const std::vector<std::pair<std::string, std::string>>& entries) {
  Rows rows;
  for (const auto& [name, help] : entries) rows.push_back({{"name", name}, {"help", help}});
  return rows;
}

Rows variants() {
  Rows rows;
  for (const auto& v : models::known_infos())
    rows.push_back({{"name", v.name},
                    {"help", v.help},
                    {"destroy_unmaps", v.destroy_unmaps},
                    {"clears_dma_sync", v.clears_dma_sync},
                    {"skips_unmap", v.skips_unmap},
                    {"stalls_unregister", v.stalls_unregister},
                    {"waits_in_destroy", v.waits_in_destroy},
                    {"for_teaching", v.for_teaching}});
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
