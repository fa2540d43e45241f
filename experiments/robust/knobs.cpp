// SPDX-License-Identifier: MIT
#include "experiments/robust/knobs.hpp"

#include <algorithm>
#include <cmath>

#include "sim/settings/nearest.hpp"

namespace poolrace::experiments {
namespace {

// 2, 1.25, or 0: it is none of the uncertain ones.
double factor_of(const sim::Declaration& d) {
  const auto says = [&](const char* word) { return d.source.find(word) != std::string::npos; };
  if (says("MEM") || says("choice")) return 2;
  if (says("DER") || says("scaled")) return 1.25;
  return 0;
}

bool is_number(const sim::Declaration& d) {
  return d.kind == sim::ParameterKind::integer || d.kind == sim::ParameterKind::decimal;
}

bool set_by_hand(const std::string& origin) {
  return origin.starts_with("command line") || origin.starts_with("config ");
}

// "" if the machine can be built with it, else why not.
std::string refused(CommonOptions options, const Resolved& resolved, const Setting& setting) {
  options.settings.push_back(setting);
  try {
    resolve(options, resolved.variants);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

std::string moved_value(const sim::Declaration& d, std::int64_t base, double factor) {
  const double value = std::round(static_cast<double>(base) * factor);
  const double low = static_cast<double>(d.range.low), high = static_cast<double>(d.range.high);
  return d.print(static_cast<std::int64_t>(std::clamp(value, low, high)));
}

// From 1/factor to factor times the base in equal ratios, or every name; what is beyond the range is
// the range's end.
std::vector<std::string> candidates(const sim::Declaration& d, const std::string& base,
                                    double factor, int levels) {
  if (d.kind == sim::ParameterKind::flag) return {"false", "true"};
  std::vector<std::string> out;
  if (!is_number(d)) {
    for (const auto& [name, value] : d.choices) out.push_back(name);
    return out;
  }
  const auto value = std::get<std::int64_t>(d.parse(base, "robust"));
  const int steps = std::max(levels, 2) - 1;
  for (int i = 0; value > 0 && i <= steps; ++i) {
    std::string moved = moved_value(d, value, std::pow(factor, 2.0 * i / steps - 1));
    if (out.empty() || out.back() != moved) out.push_back(std::move(moved));
  }
  return out;
}

void add(Knobs& out, const CommonOptions& options, const Resolved& resolved,
         const sim::Declaration& d, double factor, int levels) {
  const auto& table = models::parameter_table();
  if (set_by_hand(table.origin(resolved.settings, d.name)))
    return out.not_moved.push_back({d.name, "set by hand"});
  Knob knob{d.name, table.print(resolved.values(), d.name), {}};
  std::string why = knob.base + " has no half and no double";
  bool moves = false;
  for (const std::string& value : candidates(d, knob.base, factor, levels)) {
    if (levels == 0 && value == knob.base) continue;
    const std::string error = refused(options, resolved, {d.name, value});
    if (!error.empty()) {
      why = error;
      continue;
    }
    knob.values.push_back(value);
    moves = moves || value != knob.base;
  }
  if (!moves) return out.not_moved.push_back({d.name, why});
  out.moved.push_back(std::move(knob));
}

}  // namespace

Knobs uncertain_knobs(const CommonOptions& options, const Resolved& resolved,
                      const std::vector<std::string>& only, int levels) {
  const auto& table = models::parameter_table();
  for (const std::string& name : only)
    sim::require_known("poolrace robust: --only", "parameter", name, table.names());
  Knobs out;
  for (const sim::Declaration& d : table.declarations()) {
    const bool named = std::find(only.begin(), only.end(), d.name) != only.end();
    const double factor = named && factor_of(d) == 0 ? 2 : factor_of(d);
    if (factor == 0 || (!only.empty() && !named)) continue;
    if (d.kind == sim::ParameterKind::text)  // a file's name
      out.not_moved.push_back({d.name, "a name of a file"});
    else
      add(out, options, resolved, d, factor, levels);
  }
  return out;
}

}  // namespace poolrace::experiments
