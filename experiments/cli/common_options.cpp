// SPDX-License-Identifier: MIT
// The options that most subcommands share, and the small formats of their values.
#include <sched.h>

#include <algorithm>
#include <limits>

#include "experiments/cli/command_line.hpp"
#include "sim/errors.hpp"
#include "sim/settings/decimal.hpp"

namespace poolrace::experiments {
namespace {

constexpr std::int64_t runs_max = 1'000'000'000;
constexpr std::int64_t jobs_max = 1024;
constexpr Ps stall_max = 1000 * ps_per_s;

const std::vector<std::string> format_names{"text", "json", "csv"};  // in the order of Format

[[noreturn]] void fail(std::string_view where, const std::string& text) {
  throw ConfigError(std::string(where) + ": " + text);
}

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

}  // namespace

int usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::clamp(CPU_COUNT(&set), 1, static_cast<int>(jobs_max));
}

void add_common_options(CommandLine& line, const CommonOptions& defaults,
                        const std::vector<std::string>& without) {
  const auto wanted = [&](const char* name) {
    return std::find(without.begin(), without.end(), name) == without.end();
  };
  const auto value = [&](const char* name, const char* placeholder, const char* help,
                         const std::string& fallback = "") {
    if (wanted(name)) line.value(name, placeholder, help, fallback);
  };
  const auto repeated = [&](const char* name, const char* placeholder, const char* help) {
    if (wanted(name)) line.repeated(name, placeholder, help);
  };
  if (wanted("scenario"))
    line.positional("scenario", "a scenario's name (poolrace list scenarios) or an .ini file; " +
                                    defaults.scenario + " if absent");
  value("profile", "NAME|FILE", "the machine (poolrace list profiles)");
  value("variant", "V[,V...]", "variants of the pool (poolrace list variants), or all");
  value("runs", "N", "simulated teardowns", std::to_string(defaults.runs));
  value("seed", "S", "campaign seed, 0 to 2^64-1", std::to_string(defaults.seed));
  value("jobs", "J", "worker processes", defaults.jobs ? std::to_string(defaults.jobs) : "CPUs");
  value("world", "WORLD", "timed or reference", defaults.world);
  repeated("set", "NAME=VALUE", "set one parameter (poolrace list parameters)");
  value("config", "FILE", "parameters from an .ini file; the command line wins over it");
  value("format", "FORMAT", "text, json or csv", format_names[static_cast<int>(defaults.format)]);
  repeated("stall", "SITE=US", "delay whoever reaches a site by so many microseconds");
  repeated("fault", "NAME", "inject a fault (poolrace list faults)");
  if (wanted("fail-on-violation"))
    line.flag("fail-on-violation", "exit with status 10 if a violation was found");
}

CommonOptions common_options(const ParsedLine& line, CommonOptions options) {
  const std::string option = line.where() + ": --";
  options.scenario = line.get("scenario").value_or(options.scenario);
  options.profile = line.get("profile").value_or(options.profile);
  options.config = line.get("config").value_or(options.config);
  if (const auto list = line.get("variant"))
    options.variants = split_list(*list, option + "variant");
  options.runs = line.integer("runs", options.runs, 1, runs_max);
  if (const auto seed = line.get("seed")) options.seed = parse_seed(*seed, option + "seed");
  options.jobs = static_cast<int>(line.integer("jobs", options.jobs, 1, jobs_max));
  if (options.jobs == 0) options.jobs = usable_cpus();
  options.world = line.choice("world", options.world, {"timed", "reference"});
  const std::string& format_name = format_names[static_cast<int>(options.format)];
  const std::string format = line.choice("format", format_name, format_names);
  options.format = static_cast<Format>(std::find(format_names.begin(), format_names.end(), format) -
                                       format_names.begin());
  for (const Setting& setting : line.settings()) options.settings.push_back(setting);
  for (const std::string& text : line.all("stall"))
    options.stalls.push_back(parse_stall(text, option + "stall"));
  for (const std::string& name : line.all("fault")) options.faults.push_back(name);
  if (line.has("fail-on-violation")) options.fail_on_violation = true;
  return options;
}

std::vector<std::string> split_list(std::string_view text, std::string_view where) {
  std::vector<std::string> items;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string item(text.substr(at, end - at));
    if (item.empty()) fail(where, quoted(text) + " has an empty item");
    if (std::find(items.begin(), items.end(), item) != items.end())
      fail(where, quoted(item) + " is listed twice");
    items.push_back(item);
    at = end + 1;
  }
  return items;
}

Setting split_setting(std::string_view text, std::string_view where) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    fail(where, quoted(text) + " is not NAME=VALUE");
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

Stall parse_stall(std::string_view text, std::string_view where) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0)
    fail(where, quoted(text) + " is not SITE=MICROSECONDS");
  const sim::Decimal duration = sim::parse_decimal(text.substr(equals + 1), ps_per_us);
  const bool fits = duration.error == sim::DecimalError::none && duration.value > 0 &&
                    duration.value <= stall_max;
  if (!fits)
    fail(where,
         quoted(text) + " needs microseconds behind '=' (allowed: 0.000001 to 1000000000 us)");
  return {std::string(text.substr(0, equals)), duration.value};
}

std::uint64_t parse_seed(std::string_view text, std::string_view where) {
  std::uint64_t seed = 0;
  bool fits = !text.empty();
  for (const char c : text)
    fits = fits && c >= '0' && c <= '9' && !__builtin_mul_overflow(seed, 10u, &seed) &&
           !__builtin_add_overflow(seed, static_cast<unsigned>(c - '0'), &seed);
  if (!fits) fail(where, quoted(text) + " is no seed (allowed: 0 to 18446744073709551615)");
  return seed;
}

}  // namespace poolrace::experiments
