// SPDX-License-Identifier: MIT
#include "experiments/scenario/scenario.hpp"

#include <algorithm>

#include "experiments/scenario/embedded.hpp"
#include "models/assembly.hpp"
#include "models/faults/faults.hpp"
#include "models/linux/variant.hpp"
#include "models/machine.hpp"
#include "models/variants.hpp"
#include "sim/hash.hpp"
#include "sim/settings/find_named.hpp"
#include "sim/settings/ini.hpp"
#include "sim/settings/input_file.hpp"

namespace poolrace::experiments {

namespace {

// Both the nearest and all: "arm64" is near arm64-server, and arm64-soc may have been meant.
[[noreturn]] void fail_unknown(const std::string& what, const std::string& name,
                               const std::vector<std::string>& names, const std::string& or_what) {
  std::string allowed;
  for (const std::string& one : names) allowed += (allowed.empty() ? "" : ", ") + one;
  throw ConfigError("unknown " + what + " '" + name + "'" + sim::nearest_hint(name, names) +
                    "; allowed: " + allowed + or_what);
}

template <class Files>
std::vector<std::pair<std::string, std::string>> named_help(const Files& files) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const EmbeddedFile& file : files) {
    sim::IniFile ini = sim::parse_ini(file.text, file.name);
    const auto help = ini.take("help");
    out.emplace_back(file.name, help ? help->value : "");
  }
  return out;
}

// What an .ini file says, remembered by that: comments and blanks do not count.
sim::IniFile read_layer(Resolved& out, const std::string& role, const std::string& what,
                        const std::string& path) {
  const std::string label = what + " file " + path;
  sim::IniFile ini = sim::parse_ini(sim::read_text(path, label), label);
  ini.take("help");
  std::string said;
  for (const sim::IniEntry& entry : ini.entries) said += entry.key + "=" + entry.value + "\n";
  out.files.push_back({role, sim::fnv1a_64(said)});
  return ini;
}

// A name that is built in, or (with a slash or .ini) a file of the user's.
template <class Files>
sim::IniFile load(Resolved& out, const std::string& what, const std::string& name,
                  const Files& files) {
  if (name.find('/') != std::string::npos || name.ends_with(".ini"))
    return read_layer(out, what, what, name);
  for (const EmbeddedFile& file : files)
    if (name == file.name) {
      sim::IniFile ini = sim::parse_ini(file.text, what + " " + name);
      ini.take("help");
      return ini;
    }
  fail_unknown(what, name, sim::names_of(files), ", or a file NAME.ini");
}

// The clock at which a profile states its costs is its own, whatever is set afterwards.
void apply_profile(Resolved& out, const std::string& name) {
  models::parameter_table().apply(out.settings, load(out, "profile", name, embedded_profiles()),
                                  "profile " + name);
  out.settings.values.stated_clock_mhz = out.settings.values.clock_mhz;
}

// What would stop the first run in that world, found before it.
void check_clock(const models::Parameters& p, const CommonOptions& options) {
  constexpr Ps clock_s = 1900;
  const Ps up = p.teardown == models::Teardown::none ? p.measure : p.cycles * p.cycle_time;
  const Ps removed = p.teardown == models::Teardown::remove ? p.removal_delay : 0;
  const bool held = p.hold.kind == models::HoldKind::constant && p.in_flight_pages > 0;
  const Ps least_s = p.warmup / ps_per_s + up / ps_per_s +
                     std::max(removed, held ? p.hold.hold_median : 0) / ps_per_s;
  if (options.world == "reference" && least_s >= clock_s)
    throw ConfigError("--world reference: a run lasts " + std::to_string(least_s) +
                      " s at least, and this world has no clock but SimGrid's, which serves " +
                      std::to_string(clock_s) + " s; allowed: --world timed");
}

}  // namespace

std::vector<std::string> variant_names() {
  return sim::names_of(models::variant_infos());
}

std::vector<std::string> known_variant_names() {
  return sim::names_of(models::known_infos());
}

std::vector<std::string> default_variants() {
  return {"baseline", "scan", "scan-rcu", "xarray-fixed"};
}

std::vector<std::pair<std::string, std::string>> profiles() {
  return named_help(embedded_profiles());
}
std::vector<std::pair<std::string, std::string>> scenarios() {
  return named_help(embedded_scenarios());
}

Resolved resolve(const CommonOptions& options, const std::vector<std::string>& default_variants) {
  const auto& table = models::parameter_table();
  Resolved out;
  out.settings = table.defaults();
  sim::IniFile scenario = load(out, "scenario", options.scenario, embedded_scenarios());
  const auto wanted_profile = scenario.take("profile");
  out.scenario = options.scenario;
  out.profile = !options.profile.empty() ? options.profile
                : wanted_profile         ? wanted_profile->value
                                         : "arm64-soc";
  apply_profile(out, out.profile);
  table.apply(out.settings, scenario, "scenario " + out.scenario);
  if (!options.config.empty())
    table.apply(out.settings, read_layer(out, "config", "--config", options.config),
                "--config " + options.config, true);
  for (const Setting& setting : options.settings)
    table.set(out.settings, setting.name, setting.value);
  models::check_together(out.settings.values);
  models::read_files(out.settings.values);
  for (const FileContents& file : models::contents_of(out.values())) out.files.push_back(file);
  models::check_runnable(out.settings.values);
  check_clock(out.settings.values, options);
  // An unknown name, or a share where there is none, is an error here, before anything runs.
  models::Faults(options.faults)
      .act_on_share(static_cast<std::uint32_t>(out.values().fault_share_ppm),
                    sim::Streams(0, 0).stream("fault share"));

  out.variants = options.variants.empty() ? default_variants : options.variants;
  if (out.variants == std::vector<std::string>{"all"}) out.variants = variant_names();
  const auto known = known_variant_names();
  for (std::string& variant : out.variants)
    if (models::linux_tree::names_tree(variant)) {
      variant = models::linux_tree::know_tree_for_runs(variant, "variant");
    } else if (std::find(known.begin(), known.end(), variant) == known.end()) {
      fail_unknown("variant", variant, known, "");
    }
  return out;
}

models::Parameters resolve_machine(const std::string& profile,
                                   const std::vector<Setting>& changes) {
  const auto& table = models::parameter_table();
  Resolved out;
  out.settings = table.defaults();
  apply_profile(out, profile);
  for (const Setting& setting : changes) table.set(out.settings, setting.name, setting.value);
  models::check_together(out.settings.values);
  models::read_files(out.settings.values);
  models::check_runnable(out.settings.values);
  return out.settings.values;
}

models::RunOptions run_options(const CommonOptions& options, const std::string& variant,
                               std::int64_t run) {
  models::RunOptions out;
  out.variant = variant;
  out.world = options.world == "reference" ? sim::WorldKind::reference : sim::WorldKind::timed;
  out.seed = options.seed;
  out.run = static_cast<std::uint64_t>(run);
  for (const Stall& stall : options.stalls) out.stalls.emplace_back(stall.site, stall.duration);
  out.faults = options.faults;
  out.words = options.words;
  return out;
}

}  // namespace poolrace::experiments
