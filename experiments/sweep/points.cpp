// SPDX-License-Identifier: MIT
#include "experiments/sweep/points.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <sstream>

#include "experiments/scenario/scenario.hpp"
#include "models/parameters.hpp"
#include "sim/settings/escaped.hpp"
#include "sim/settings/nearest.hpp"
#include "sim/utf8.hpp"

namespace poolrace::experiments {

using nlohmann::ordered_json;

namespace {

ordered_json typed(const std::string& name, const std::string& text) {
  const sim::Declaration* d = models::parameter_table().find(name);
  if (name == "seed") return std::strtoull(text.c_str(), nullptr, 10);
  if (!d || d->kind == sim::ParameterKind::choice || d->kind == sim::ParameterKind::text)
    return sim::is_utf8(text) ? text : sim::escaped(text);  // a file's name need not be
  if (d->kind == sim::ParameterKind::flag) return text == "true";
  return ordered_json::parse(text);
}

bool repeats(const std::string& name) {
  return name == "stall" || name == "fault";
}

}  // namespace

Fields problem_fields(const std::string& text) {
  Fields out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    std::string name = line.substr(0, equals);
    if (repeats(name)) name += "s";
    std::string& value = out[name];
    value += (value.empty() ? "" : "; ") +
             sim::unescaped(line.substr(equals + 1), "a problem of the store");
  }
  return out;
}

std::vector<std::string> defining_columns(const std::vector<Fields>& problems,
                                          const std::vector<std::string>& axes) {
  std::vector<std::string> out{"version", "scenario", "profile", "variant", "world", "seed"};
  for (const auto& [name, value] : problems.front()) {
    const auto same = [&, &key = name, &first = value](const Fields& p) {
      const auto found = p.find(key);
      return found != p.end() && found->second == first;
    };
    const bool named = std::find(axes.begin(), axes.end(), name) != axes.end();
    const bool chosen = name == "stalls" || name == "faults";
    const bool known = std::find(out.begin(), out.end(), name) != out.end();
    if (!known && name != "block_runs" &&
        (named || chosen || !std::all_of(problems.begin(), problems.end(), same)))
      out.push_back(name);
  }
  return out;
}

Row defining_cells(const Fields& fields, const std::vector<std::string>& columns) {
  Row row;
  for (const std::string& name : columns) {
    const auto found = fields.find(name);
    if (found == fields.end())
      row.push_back(empty_cell(name));
    else
      row.push_back({name, typed(name, found->second), found->second});
  }
  return row;
}

std::string reference_variant(const std::vector<Fields>& problems, const std::string& wanted) {
  std::set<std::string> there;
  for (const Fields& fields : problems) there.insert(fields.at("variant"));
  if (!wanted.empty()) {
    sim::require_known("--versus", "variant", wanted, {there.begin(), there.end()});
    return wanted;
  }
  for (const std::string& name : variant_names())
    if (there.contains(name)) return name;
  return *there.begin();
}

std::vector<std::optional<std::size_t>> partners(const std::vector<Fields>& problems,
                                                 const std::string& versus) {
  const auto without_variant = [](Fields fields) {
    fields.erase("variant");
    return fields;
  };
  std::map<Fields, std::size_t> others;
  for (std::size_t i = 0; i < problems.size(); ++i)
    if (problems[i].at("variant") == versus) others.emplace(without_variant(problems[i]), i);
  std::vector<std::optional<std::size_t>> out(problems.size());
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const auto found = others.find(without_variant(problems[i]));
    if (found != others.end() && found->second != i) out[i] = found->second;
  }
  return out;
}

}  // namespace poolrace::experiments
