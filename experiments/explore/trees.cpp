// SPDX-License-Identifier: MIT
#include "experiments/explore/trees.hpp"

#include <regex>

#include "experiments/cli/tree_options.hpp"
#include "models/explore/retell.hpp"
#include "models/linux/variant.hpp"

namespace poolrace::experiments {

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
  const models::Retelling told = models::retell(task, schedule, 0);
  for (auto step = told.steps.rbegin(); step != told.steps.rend(); ++step) {
    if (step->context != schedule.back() || !std::regex_search(step->site, line)) continue;
    return step == told.steps.rbegin() ? "" : step->site;
  }
  return "";
}

}  // namespace poolrace::experiments
