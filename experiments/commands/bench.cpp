// SPDX-License-Identifier: MIT
// bench: what things cost, each beside something measured in the same process run.
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/bench/engine.hpp"
#include "experiments/bench/explore.hpp"
#include "experiments/bench/pool.hpp"
#include "experiments/bench/sweep.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/text/numbers.hpp"
#include "sim/settings/find_named.hpp"

namespace poolrace::experiments {

namespace {

struct Benchmark {
  const char* name;
  const char* heading;  // of the columns value and ratio, as printed
  std::vector<BenchRow> (*run)(const BenchOptions& options);
  std::string (*in_short)(const std::vector<BenchRow>& rows) = nullptr;  // none: every row
};

const Benchmark benchmarks[] = {
    {"engine", "hold model: ns an event, and over the bare loop",
     [](const BenchOptions& options) { return bench_engine({options}); }},
    {"explore", "explorer: executions, how many and how fast",
     [](const BenchOptions& options) { return bench_explore({options}); }},
    {"pool",
     "ns a page allocated and put, and over baseline.  native/...: this machine's threads, CPU\n"
     "time; timed/...: simulated on profile e5-1650-v4 (coherent: no syncs), timed-task/... from "
     "a\n"
     "task; published/...: measured in a kernel on that machine, and over the simulation; nothing\n"
     "was fitted to them",
     [](const BenchOptions& options) { return bench_pool({options}); }, bench_pool_in_short},
    {"sweep", "what a sweep adds to its runs: us a run, and over the bare runs", bench_sweep},
};

std::string names_of_all() {
  std::string out;
  for (const Benchmark& b : benchmarks) out += (out.empty() ? "" : ", ") + std::string(b.name);
  return out;
}

void print_rows(const Benchmark& b, const std::vector<BenchRow>& rows) {
  std::cout << b.heading << "\n";
  std::size_t width = 0;
  for (const BenchRow& r : rows) width = std::max(width, r.name.size());
  for (const BenchRow& r : rows) {
    std::cout << padded(r.name, width)
              << format(r.value < 10'000 ? " %10.4g " : " %10.0f ", r.value) << r.unit;
    if (!r.versus.empty()) std::cout << format(" %8.2f x ", r.ratio) << r.versus;
    std::cout << "\n";
  }
}

int bench(const ParsedLine& parsed) {
  const Benchmark& b = sim::find_named(benchmarks, "poolrace bench", "benchmark",
                                       parsed.get("NAME").value_or("engine"));
  BenchOptions options;
  options.repetitions = static_cast<int>(parsed.integer("repetitions", 7, 1, 1000));
  const bool json = parsed.choice("format", "text", {"text", "json"}) == "json";
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  const auto rows = b.run(options);
  if (!json && b.in_short != nullptr && !parsed.has("verbose"))
    std::cout << b.in_short(rows);
  else if (!json)
    print_rows(b, rows);
  for (const BenchRow& r : rows)
    out.push_back({{"name", r.name},
                   {"value", r.value},
                   {"unit", r.unit},
                   {"versus", r.versus},
                   {"ratio", r.ratio}});
  if (json) std::cout << nlohmann::ordered_json{{"benchmarks", out}}.dump(1) << "\n";
  return 0;
}

}  // namespace

Command bench_command() {
  CommandLine line("bench", "what things cost, beside something measured in the same process run");
  line.positional("NAME", names_of_all() + "; engine if none is named");
  line.value("format", "text|json", "how to print", "text");
  line.flag("verbose", "pool: every row, in ns a page, instead of the tables");
  line.value("repetitions", "N", "how often each is measured; the median counts", "7");
  line.example("pool", "ns a page of every variant: on this machine, simulated, and published");
  line.example("engine --repetitions 3", "what an event of the simulation takes");
  return {line, bench};
}

}  // namespace poolrace::experiments
