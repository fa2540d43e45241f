// SPDX-License-Identifier: MIT
// validate: published tables and closed forms beside the simulation.
#include "experiments/campaign/validate.hpp"

#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "experiments/commands/commands.hpp"
#include "experiments/text/numbers.hpp"
#include "experiments/workers/workers.hpp"

namespace poolrace::experiments {

namespace {

void print_text(const std::vector<ValidationRow>& rows) {
  std::cout << format("%-22s %12s %12s %-8s %12s  %s\n", "what", "expected", "simulated", "",
                      "off by", "expected from");
  for (const ValidationRow& r : rows) {
    const std::string off =
        r.sampled ? format("%+.1f s.e.", r.deviation) : format("%+.3f %%", 100 * r.deviation);
    std::cout << format("%-22s %12.5g %12.5g %-8s %12s  %s\n", r.name.c_str(), r.expected,
                        r.simulated, r.unit.c_str(), off.c_str(), r.source.c_str());
  }
  std::cout
      << "\nNothing was fitted to these.  s.e.: standard errors of a sample of this size; beyond 3 "
         "is\nworth a look.  The allocator's published times stand in `poolrace bench pool`.\n";
}

void print_json(const std::vector<ValidationRow>& rows) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const ValidationRow& r : rows)
    out.push_back({{"name", r.name},
                   {"expected", r.expected},
                   {"simulated", r.simulated},
                   {"unit", r.unit},
                   {r.sampled ? "standard_errors" : "relative", r.deviation},
                   {"source", r.source}});
  std::cout << nlohmann::ordered_json{{"validation", out}}.dump(1) << "\n";
}

int validate_command_run(const ParsedLine& parsed) {
  const auto runs = parsed.integer("runs", 100, 2, 1'000'000);
  const auto jobs = static_cast<int>(parsed.integer("jobs", usable_cpus(), 1, 1024));
  const bool json = parsed.choice("format", "text", {"text", "json"}) == "json";
  std::vector<ValidationRow> rows;
  std::optional<Interrupted> cut;
  try {
    validate(runs, jobs, rows);
  } catch (const Interrupted& by) {
    cut = by;
  }
  json ? print_json(rows) : print_text(rows);
  if (cut) throw *cut;
  return 0;
}

}  // namespace

Command validate_command() {
  CommandLine line("validate", "published tables and closed forms beside the simulation");
  line.value("runs", "N", "of each sampled row", "100");
  line.value("jobs", "J", "worker processes", "CPUs");
  line.value("format", "text|json", "how to print", "text");
  line.example("", "all rows; beyond 3 standard errors is worth a look");
  line.example("--runs 1000 --format json", "larger samples, for a program to read");
  return {line, validate_command_run};
}

}  // namespace poolrace::experiments
