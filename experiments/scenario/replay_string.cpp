// SPDX-License-Identifier: MIT
#include "experiments/scenario/replay_string.hpp"

#include <set>

#include "experiments/scenario/version.hpp"
#include "sim/errors.hpp"
#include "sim/settings/decimal.hpp"
#include "sim/settings/find_named.hpp"
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

// What may stand behind the version.
struct Key {
  const char* name;
  void (*take)(ReplayedRun& out, const std::string& value, const std::string& where);
};
using Text = const std::string&;
const Key keys[] = {
    {"scenario", [](ReplayedRun& out, Text value, Text) { out.options.scenario = value; }},
    {"profile", [](ReplayedRun& out, Text value, Text) { out.options.profile = value; }},
    {"variant",  // one, by name: neither "all" nor a list
     [](ReplayedRun& out, Text value, Text where) {
       sim::require_known(where, "variant", value, variant_names());
       out.options.variants = {value};
     }},
    {"seed",
     [](ReplayedRun& out, Text value, Text where) { out.options.seed = parse_seed(value, where); }},
    {"run", [](ReplayedRun& out, Text value, Text where) { out.run = parse_run(value, where); }},
    {"set", [](ReplayedRun& out, Text value,
               Text where) { out.options.settings.push_back(split_setting(value, where)); }},
    {"config", [](ReplayedRun& out, Text value, Text) { out.options.config = value; }},
    {"stall", [](ReplayedRun& out, Text value,
                 Text where) { out.options.stalls.push_back(parse_stall(value, where)); }},
    {"fault", [](ReplayedRun& out, Text value, Text) { out.options.faults.push_back(value); }},
};

// Every change to what scenario and profile say, as key and value.
std::vector<Setting> changes_of(const CommonOptions& options) {
  std::vector<Setting> out;
  for (const Setting& s : options.settings) out.push_back({"set", text_of(s)});
  if (!options.config.empty()) out.push_back({"config", options.config});
  for (const Stall& s : options.stalls) out.push_back({"stall", text_of(s)});
  for (const std::string& fault : options.faults) out.push_back({"fault", fault});
  return out;
}

std::string shell_quoted(const std::string& text) {
  constexpr const char* plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

std::string replay_string(const Resolved& resolved, const CommonOptions& options,
                          const std::string& variant, std::int64_t run) {
  std::string out = std::string("poolrace/") + version() + ";scenario=" + resolved.scenario +
                    ";profile=" + resolved.profile + ";variant=" + variant +
                    ";seed=" + std::to_string(options.seed) + ";run=" + std::to_string(run);
  for (const Setting& change : changes_of(options)) out += ";" + text_of(change);
  return out;
}

std::vector<std::string> words_of(const CommonOptions& options) {
  std::vector<std::string> out{options.scenario};
  if (!options.profile.empty()) out.insert(out.end(), {"--profile", options.profile});
  std::string variants;
  for (const std::string& v : options.variants) variants += (variants.empty() ? "" : ",") + v;
  if (!variants.empty()) out.insert(out.end(), {"--variant", variants});
  out.insert(out.end(),
             {"--runs", std::to_string(options.runs), "--seed", std::to_string(options.seed)});
  const std::vector<std::string> changing = changing_words_of(options);
  out.insert(out.end(), changing.begin(), changing.end());
  return out;
}

std::vector<std::string> changing_words_of(const CommonOptions& options) {
  std::vector<std::string> out;
  if (options.world != CommonOptions().world) out.insert(out.end(), {"--world", options.world});
  for (const Setting& change : changes_of(options))
    out.insert(out.end(), {"--" + change.name, change.value});
  return out;
}

std::string shell_text(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + shell_quoted(word);
  return out;
}

ReplayedRun parse_replay(const std::string& text) {
  const std::string where = sim::replay_where;
  ReplayedRun out;
  out.options.variants = {"baseline"};
  std::set<std::string> seen;
  const sim::ReplayFields line = sim::fields_of(text, version(), {"set", "stall", "fault"});
  for (const auto& [name, value] : line.fields) {
    const std::string once = name == "set" ? "set=" + value.substr(0, value.find('=')) : name;
    if (!seen.insert(once).second && name == "set")
      throw ConfigError(where + ": '" + once + "=' is given twice");
    sim::find_named(keys, where, "key", name).take(out, value, where);
  }
  if (out.options.scenario.empty() || !seen.contains("scenario"))
    throw ConfigError(where + ": '" + text +
                      "' names no scenario or program; was it quoted? ';' ends "
                      "a command of the shell");
  return out;
}

}  // namespace poolrace::experiments
