// SPDX-License-Identifier: MIT
#include "experiments/commands/bench_hw.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/bench/hw.hpp"
#include "experiments/text/columns.hpp"
#include "models/parameters.hpp"
#include "sim/errors.hpp"
#include "sim/settings/find_named.hpp"

namespace poolrace::experiments {

namespace {

std::string settings_text(const HwRequest& request) {
  std::string out;
  for (const Setting& setting : request.settings)
    out += (out.empty() ? " with " : ", ") + text_of(setting);
  return out;
}

void print_names() {
  std::vector<std::vector<std::string>> lines;
  for (const HwBenchmark& b : hw_benchmarks()) lines.push_back({b.name, b.help});
  lines.push_back({"all", "every one of them, one after the other"});
  std::cout << "poolrace bench hw --what NAME [--profile P] [--set NAME=VALUE]\n\n"
            << aligned(lines);
}

void print_text(const HwRequest& request, const std::vector<HwTable>& tables) {
  std::cout << "Simulated on profile " << request.profile << settings_text(request)
            << "; nothing was fitted to anybody's measurement.\n";
  for (const HwTable& table : tables) std::cout << "\n" << hw_table_text(table);
}

void print_json(const HwRequest& request, const std::vector<HwTable>& tables) {
  auto settings = nlohmann::ordered_json::object();
  for (const Setting& setting : request.settings) settings[setting.name] = setting.value;
  auto out = nlohmann::ordered_json::array();
  for (const HwTable& table : tables) out.push_back(hw_table_json(table));
  std::cout << nlohmann::ordered_json{{"profile", request.profile},
                                      {"settings", settings},
                                      {"tables", out}}
                   .dump(1)
            << "\n";
}

std::vector<HwTable> tables_of(const std::string& where, const std::string& what,
                               const HwRequest& request) {
  if (what != "all")
    return sim::find_named(hw_benchmarks(), where + ": --what", "table", what).run(request);
  std::vector<HwTable> out;
  for (const HwBenchmark& b : hw_benchmarks())
    for (HwTable& table : b.run(request)) out.push_back(std::move(table));
  return out;
}

}  // namespace

void add_hw_options(CommandLine& line) {
  std::string names;
  for (const HwBenchmark& b : hw_benchmarks()) names += std::string(b.name) + ", ";
  line.value("what", "TABLE", "hw: " + names + "or all; without it they are listed");
}

void refuse_hw_options(const ParsedLine& parsed) {
  if (parsed.has("what"))
    throw ConfigError(parsed.where() + ": --what: only benchmark 'hw' has tables");
}

int bench_hw(const ParsedLine& parsed) {
  HwRequest request;
  request.profile = parsed.get("profile").value_or(request.profile);
  request.settings = parsed.settings();
  request.repetitions = static_cast<int>(parsed.integer("repetitions", 7, 1, 1000));
  const bool json = parsed.choice("format", "text", {"text", "json"}) == "json";
  if (parsed.get("variant"))
    throw ConfigError(parsed.where() + ": --variant: only benchmark 'pool' has variants");
  (void)request.machine();  // what is wrong with it is said before anything is measured, and anyway
  const auto what = parsed.get("what");
  if (!what) {
    print_names();
    return 0;
  }
  const std::vector<HwTable> tables = tables_of(parsed.where(), *what, request);
  json ? print_json(request, tables) : print_text(request, tables);
  return 0;
}

}  // namespace poolrace::experiments
