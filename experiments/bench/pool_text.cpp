// SPDX-License-Identifier: MIT
// The rows of pool.hpp on one screen.
#include <algorithm>
#include <cstdio>

#include "experiments/bench/pool.hpp"
#include "experiments/bench/pool_rows.hpp"
#include "models/variants.hpp"
#include "pool/bench_paths.hpp"

namespace poolrace::experiments {
namespace {

constexpr int name_columns = 22, column = 10;

// One line: what it is of, then a figure of each path, or — where there is none.
std::string line(const std::vector<BenchRow>& rows, const std::string& label, const char* pattern,
                 double BenchRow::*figure, std::initializer_list<const char*> worlds,
                 const std::string& last) {
  char text[64];
  std::snprintf(text, sizeof text, "%-*s", name_columns, label.c_str());
  std::string out = text;
  for (const auto& path : pool::bench_paths)
    for (const char* world : worlds) {
      const std::string name = std::string(world) + '/' + path.name + '/' + last;
      const auto row =
          std::find_if(rows.begin(), rows.end(), [&](const BenchRow& r) { return r.name == name; });
      if (row == rows.end())
        out += std::string(column - 1, ' ') + "—";
      else if (std::snprintf(text, sizeof text, pattern, column, (*row).*figure) > 0)
        out += text;
    }
  return out + "\n";
}

std::string heading(const std::string& label, int columns) {
  char text[64];
  std::snprintf(text, sizeof text, "%-*s", name_columns, label.c_str());
  std::string out = text;
  for (const auto& path : pool::bench_paths) {
    std::snprintf(text, sizeof text, "%*s", columns * column, path.name);
    out += text;
  }
  return out + "\n";
}

}  // namespace

std::string bench_pool_in_short(const std::vector<BenchRow>& rows, const BenchOptions& options) {
  const bool beside_published = is_published_machine(options);
  const auto ns = [&](const char* label, const char* world, const char* last) {
    return line(rows, label, "%*.1f", &BenchRow::value, {world}, last);
  };
  std::string out = heading("ns a page, baseline", 1);
  if (beside_published)
    out += ns("published, softirq", "published", "softirq") +
           ns("  on another day", "published", "softirq-another-day");
  out += ns("simulated, softirq", "timed", "baseline");
  if (beside_published) out += ns("published, task", "published", "task");
  out += ns("simulated, task", "timed-task", "baseline") +
         ns("native, this machine", "native", "baseline");
  out +=
      beside_published
          ? "\nPublished: in a kernel on a Xeon E5-1650 v4; simulated: on a model of that machine "
            "(profile\n"
            "e5-1650-v4), to which nothing was fitted.  Those that map their pages (-dma) were not "
            "published.\n"
          : "\nSimulated: on " + simulated_on(options) + ".\n";
  out += "\n" + heading("times baseline", 2);
  out += std::string(name_columns, ' ');
  for ([[maybe_unused]] const auto& path : pool::bench_paths) out += " simulated    native";
  out += "\n";
  for (const auto& v : models::variant_infos())
    out += line(rows, v.name, "%*.2f", &BenchRow::ratio, {"timed", "native"}, v.name);
  return out +
         "\nNative: variant and baseline in short turns, the median of the ratios turn by turn "
         "(not the\n"
         "ratio of two medians, which a machine that changes its speed would bend); baseline over "
         "itself\n"
         "is the noise.  --verbose prints ns a page of every row.\n";
}

}  // namespace poolrace::experiments
