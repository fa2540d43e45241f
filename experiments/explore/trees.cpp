// SPDX-License-Identifier: MIT
#include "experiments/explore/trees.hpp"

#include <iostream>
#include <regex>

#include "models/explore/retell.hpp"
#include "models/linux/variant.hpp"

namespace poolrace::experiments {

void add_tree_options(CommandLine& line) {
  line.value("extra", "FILE.h",
             "of a linux:TREE: a header of your own for what the tree uses and the shim lacks");
  line.value("pool-stats", "on|off", "of a linux:TREE: CONFIG_PAGE_POOL_STATS", "on");
}

pool::linux_tree::BuildOptions tree_options(const ParsedLine& parsed) {
  pool::linux_tree::BuildOptions options;
  options.tell = [](const std::string& what) { std::cerr << what << "\n"; };
  options.extra = parsed.get("extra").value_or("");
  options.stats = parsed.choice("pool-stats", "on", {"on", "off"}) == "on";
  return options;
}

std::vector<std::string> with_trees(std::vector<std::string> variants, const ParsedLine& parsed,
                                    const std::string& where) {
  for (std::string& variant : variants)
    if (models::linux_tree::names_tree(variant))
      variant = models::linux_tree::know_tree(variant, where, tree_options(parsed));
  return variants;
}

void know_tree_of_schedule(const std::string& text, const ParsedLine& parsed) {
  constexpr std::string_view field = ";variant=";
  const std::size_t at = text.find(field);
  if (at == std::string::npos) return;
  const std::size_t from = at + field.size();
  const std::string variant = text.substr(from, text.find(';', from) - from);
  if (models::linux_tree::names_tree(variant))
    models::linux_tree::know_tree(variant, "replay string: variant", tree_options(parsed));
}

std::string called_at(const models::ExploreTask& task, const models::Schedule& schedule) {
  if (!models::linux_tree::names_tree(task.variant) || schedule.empty()) return "";
  static const std::regex line(R"(^\S+\.[ch]:\d+ )");
  const models::Retelling told = models::retell(task, schedule, false);
  for (auto step = told.steps.rbegin(); step != told.steps.rend(); ++step) {
    if (step->context != schedule.back() || !std::regex_search(step->site, line)) continue;
    return step == told.steps.rbegin() ? "" : step->site;
  }
  return "";
}

}  // namespace poolrace::experiments
