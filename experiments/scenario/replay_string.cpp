// SPDX-License-Identifier: MIT
#include "experiments/scenario/replay_string.hpp"

#include <set>

#include "experiments/scenario/scenario.hpp"
#include "experiments/scenario/version.hpp"
#include "sim/errors.hpp"
#include "sim/settings/decimal.hpp"
#include "sim/settings/nearest.hpp"
#include "sim/settings/replay_fields.hpp"

namespace poolrace::experiments {

namespace {

std::int64_t parse_run(const std::string& text, const std::string& where) {
  constexpr std::int64_t run_max = 999'999'999;
  const sim::Decimal run = sim::parse_decimal(text, 1);
  if (run.error != sim::DecimalError::none || run.value < 0 || run.value > run_max)
    throw ConfigError(where + ": run=" + text + " is no run (allowed: 0 to " +
                      std::to_string(run_max) + ")");
  return run.value;
}

// One, by name: neither "all" nor a list.
const std::string& known_variant(const std::string& name, const std::string& where) {
  sim::require_known(where, "variant", name, variant_names());
  return name;
}

}  // namespace

ReplayedRun parse_replay(const std::string& text) {
  const std::string where = sim::replay_where;
  ReplayedRun out;
  out.options.variants = {"baseline"};
  std::set<std::string> seen;
  const sim::ReplayFields line = sim::fields_of(text, version(), {"set", "stall", "fault"});
  for (const sim::ReplayField& s : line.fields) {
    if (s.name == "scenario")
      out.options.scenario = s.value;
    else if (s.name == "profile")
      out.options.profile = s.value;
    else if (s.name == "variant")
      out.options.variants = {known_variant(s.value, where)};
    else if (s.name == "seed")
      out.options.seed = parse_seed(s.value, where);
    else if (s.name == "run")
      out.run = parse_run(s.value, where);
    else if (s.name == "set") {
      out.options.settings.push_back(split_setting(s.value, where));
      const std::string& name = out.options.settings.back().name;
      if (!seen.insert(name).second)
        throw ConfigError(where + ": 'set=" + name + "=' is given twice");
    } else if (s.name == "config")
      out.options.config = s.value;
    else if (s.name == "stall")
      out.options.stalls.push_back(parse_stall(s.value, where));
    else if (s.name == "fault")
      out.options.faults.push_back(s.value);
    else
      throw ConfigError(where + ": unknown key '" + s.name + "'");
  }
  if (out.options.scenario.empty() || text.find(";scenario=") == std::string::npos)
    throw ConfigError(where + ": '" + text +
                      "' names no scenario or program; was it quoted? ';' ends "
                      "a command of the shell");
  return out;
}

}  // namespace poolrace::experiments
