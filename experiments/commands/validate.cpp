// SPDX-License-Identifier: MIT
// validate: published tables and closed forms beside the simulation.
#include "experiments/validate/validate.hpp"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "experiments/commands/commands.hpp"
#include "experiments/text/columns.hpp"
#include "experiments/text/numbers.hpp"
#include "experiments/validate/misses.hpp"
#include "experiments/workers/workers.hpp"

namespace poolrace::experiments {

namespace {

using Lines = std::vector<std::vector<std::string>>;

std::string published_text(const Published& p) {
  return p.low == p.high ? format("%.5g", p.low) : format("%.5g", p.low) + format("-%.5g", p.high);
}

std::string off_text(const ValidationRow& r) {
  if (!r.simulated) return "—";
  if (r.sampled()) return format("%+.1f s.e.", r.deviation());
  const double ratio = 1 + r.deviation();
  if (ratio >= 2 || (ratio > 0 && ratio <= 0.5)) return format("x %.2g", ratio);
  return format("%+.1f %%", 100 * r.deviation());
}

// One line, without its group and source: those are the heading.
std::vector<std::string> line_of(const ValidationRow& r) {
  return {"  " + r.name,
          published_text(r.published),
          r.simulated ? format("%.5g", *r.simulated) : "—",
          r.unit,
          off_text(r),
          r.simulated ? basis_names[static_cast<std::size_t>(r.basis)] : "none",
          r.on};
}

// A reason a line, and the rows that it is one of.
void print_misses(const ValidationRows& rows) {
  std::cout << "\nOff by more than 15 %, and why\n";
  for (const Reason& reason : reasons()) {
    std::string names;
    for (const ValidationRow& row : rows)
      if (is_miss(row) && reason_of(row) == &reason)
        names += (names.empty() ? "" : "; ") + row.name + " " + off_text(row);
    if (!names.empty()) std::cout << "  " << names << "\n      " << reason.why << "\n";
  }
}

void print_summary(const ValidationRows& rows) {
  const Nearness n = nearness(rows);
  const auto of_basis = [&](Basis basis) {
    return std::to_string(std::count_if(rows.begin(), rows.end(), [basis](const ValidationRow& r) {
      return r.basis == basis && r.simulated;
    }));
  };
  std::cout << "\nOf " << n.rows << " values that come out of mechanism, " << n.within_15_percent
            << " are within 15 % of what was published and " << n.within_twice
            << " within a factor of 2.\n"
            << n.missing << " published values are of what the models do not have.\n"
            << of_basis(Basis::input) << " were taken into a profile (input) and test nothing; "
            << of_basis(Basis::formula) << " follow a published formula, " << of_basis(Basis::drawn)
            << " a law that we draw from.\n"
            << "Nothing was fitted to any row.  s.e.: standard errors of a sample of this size; "
               "beyond 3 is\nworth a look.\n";
}

void print_text(const ValidationRows& rows) {
  Lines lines = {{"what", "published", "simulated", "", "off by", "basis", "on"}};
  for (const ValidationRow& r : rows) lines.push_back(line_of(r));
  const std::string text = aligned(lines);
  std::size_t at = text.find('\n') + 1;
  std::cout << text.substr(0, at);
  std::string heading;
  for (const ValidationRow& r : rows) {
    const std::string now = r.group + " (" + r.source + ")";
    if (now != heading) std::cout << "\n" << (heading = now) << "\n";
    const std::size_t end = text.find('\n', at);
    std::cout << text.substr(at, text.find_last_not_of(' ', end - 1) + 1 - at) << "\n";
    at = end + 1;
  }
  print_misses(rows);
  print_summary(rows);
}

nlohmann::ordered_json json_of(const ValidationRow& r) {
  nlohmann::ordered_json out = {{"name", r.name},
                                {"expected", r.published.middle()},
                                {"simulated", nullptr},
                                {"unit", r.unit},
                                {r.sampled() ? "standard_errors" : "relative", nullptr},
                                {"source", r.source},
                                {"group", r.group},
                                {"basis", basis_names[static_cast<std::size_t>(r.basis)]},
                                {"on", r.on}};
  if (r.simulated) {
    out["simulated"] = *r.simulated;
    out[r.sampled() ? "standard_errors" : "relative"] = r.deviation();
  } else {
    out["basis"] = "none";
  }
  if (is_miss(r)) out["why"] = reason_of(r) != nullptr ? reason_of(r)->why : "";
  if (r.published.low != r.published.high)
    out["expected_range"] = {r.published.low, r.published.high};
  return out;
}

void print_json(const ValidationRows& rows) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const ValidationRow& r : rows) out.push_back(json_of(r));
  const Nearness n = nearness(rows);
  std::cout << nlohmann::ordered_json{{"validation", out},
                                      {"mechanism",
                                       {{"rows", n.rows},
                                        {"within_15_percent", n.within_15_percent},
                                        {"within_twice", n.within_twice},
                                        {"missing", n.missing}}}}
                   .dump(1)
            << "\n";
}

int validate_command_run(const ParsedLine& parsed) {
  const auto runs = parsed.integer("runs", 100, 2, 1'000'000);
  const auto jobs = static_cast<int>(parsed.integer("jobs", usable_cpus(), 1, 1024));
  const bool json = parsed.choice("format", "text", {"text", "json"}) == "json";
  ValidationRows rows;
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
  line.value("runs", "N", "of each sampled row of runs", "100");
  line.value("jobs", "J", "worker processes", "CPUs");
  line.value("format", "text|json", "how to print", "text");
  line.example("", "all rows, hits and misses, and how many are near");
  line.example("--runs 1000 --format json", "larger samples, for a program to read");
  return {line, validate_command_run};
}

}  // namespace poolrace::experiments
