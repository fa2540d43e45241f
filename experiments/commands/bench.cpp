// SPDX-License-Identifier: MIT
// bench: what things cost, each beside something measured in the same process run.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/bench/engine.hpp"
#include "experiments/bench/explore.hpp"
#include "experiments/bench/pool.hpp"
#include "experiments/bench/pool_compare.hpp"
#include "experiments/bench/pool_rows.hpp"
#include "experiments/bench/sweep.hpp"
#include "experiments/cli/common_options.hpp"
#include "experiments/cli/tree_options.hpp"
#include "experiments/commands/bench_hw.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/text/numbers.hpp"
#include "models/linux/variant.hpp"
#include "models/variants.hpp"
#include "sim/errors.hpp"
#include "sim/settings/find_named.hpp"

namespace poolrace::experiments {

namespace {

struct Benchmark {
  const char* name;
  const char* heading;  // of the columns value and ratio, as printed
  std::vector<BenchRow> (*run)(const BenchOptions& options);
  // None: every row.
  std::string (*in_short)(const std::vector<BenchRow>& rows, const BenchOptions& options) = nullptr;
  bool simulates_machine = false;  // --profile and --set say which
};

constexpr const char* hw = "hw";  // prints tables instead of rows

const Benchmark benchmarks[] = {
    {"engine", "hold model: ns an event, and over the bare loop",
     [](const BenchOptions& options) { return bench_engine({options}); }},
    {"explore", "explorer: executions, how many and how fast",
     [](const BenchOptions& options) { return bench_explore({options}); }},
    {"pool",
     "ns a page allocated and put, and over baseline.  native/...: this machine's threads, CPU\n"
     "time; timed/...: simulated on profile e5-1650-v4 (coherent: no syncs) if --profile names no\n"
     "other, timed-task/... from a task; published/...: measured in a kernel on that machine, and\n"
     "over the simulation; nothing was fitted to them",
     [](const BenchOptions& options) { return bench_pool({options}); }, bench_pool_in_short, true},
    {"sweep", "what a sweep adds to its runs: us a run, and over the bare runs", bench_sweep},
};

std::string names_of_all() {
  std::string out;
  for (const Benchmark& b : benchmarks) out += (out.empty() ? "" : ", ") + std::string(b.name);
  return out + ", " + hw;
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

// JSON knows no infinity: null, where there are too few pairs for a bound.
nlohmann::ordered_json json_of(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
}

void print_json(const std::vector<BenchRow>& rows) {
  auto out = nlohmann::ordered_json::array();
  for (const BenchRow& r : rows) {
    out.push_back({{"name", r.name},
                   {"value", r.value},
                   {"unit", r.unit},
                   {"versus", r.versus},
                   {"ratio", r.ratio}});
    if (!r.interval) continue;
    const BenchInterval& i = *r.interval;
    out.back()["ratio_interval"] = {json_of(i.ratio_low), json_of(i.ratio_high)};
    out.back()["more"] = i.more;
    out.back()["more_interval"] = {json_of(i.more_low), json_of(i.more_high)};
  }
  std::cout << nlohmann::ordered_json{{"benchmarks", out}}.dump(1) << "\n";
}

// The machine that --profile and --set ask for, where there is one.
void read_machine(const ParsedLine& parsed, const Benchmark& b, BenchOptions& options) {
  options.profile = parsed.get("profile").value_or("");
  options.settings = parsed.settings();
  if (b.simulates_machine || (options.profile.empty() && options.settings.empty())) return;
  std::string those;
  for (const Benchmark& one : benchmarks)
    if (one.simulates_machine) those += std::string(one.name) + ", ";
  throw ConfigError(parsed.where() + (options.profile.empty() ? ": --set" : ": --profile") +
                    ": benchmark '" + b.name + "' simulates no machine; allowed with: " + those +
                    hw);
}

// Those that --variant names, known before anything runs.
ComparePoolOptions compared(const ParsedLine& parsed, const BenchOptions& common) {
  ComparePoolOptions options;
  static_cast<BenchOptions&>(options) = common;
  options.where = parsed.where() + ": --variant";
  options.variants = split_list(*parsed.get("variant"), options.where);
  options.tree = tree_options(parsed);
  const std::vector<std::string> known = sim::names_of(models::known_infos());
  for (const std::string& name : options.variants)
    if (!models::linux_tree::names_tree(name))
      sim::require_known(options.where, "variant", name, known);
  return options;
}

const Benchmark& find_benchmark(const std::string& name) {
  for (const Benchmark& b : benchmarks)
    if (b.name == name) return b;
  std::vector<std::string> names = sim::names_of(benchmarks);
  names.emplace_back(hw);
  sim::fail_unknown("poolrace bench", "benchmark", name, names);
}

int bench(const ParsedLine& parsed) {
  const std::string name = parsed.get("NAME").value_or("engine");
  if (name == hw) return bench_hw(parsed);
  Benchmark b = find_benchmark(name);
  refuse_hw_options(parsed);
  BenchOptions options;
  options.repetitions = static_cast<int>(parsed.integer("repetitions", 7, 1, 1000));
  read_machine(parsed, b, options);
  const bool json = parsed.choice("format", "text", {"text", "json"}) == "json";
  std::vector<BenchRow> rows;
  if (!parsed.get("variant")) {
    rows = b.run(options);
  } else if (b.name != std::string_view("pool")) {
    throw ConfigError(parsed.where() + ": --variant: only benchmark 'pool' has variants");
  } else {
    rows = compare_pools(compared(parsed, options));
    b.in_short = compare_pools_in_short;
  }
  if (json)
    print_json(rows);
  else if (b.in_short != nullptr && !parsed.has("verbose"))
    std::cout << b.in_short(rows, options);
  else
    print_rows(b, rows);
  return 0;
}

}  // namespace

Command bench_command() {
  CommandLine line("bench", "what things cost, beside something measured in the same process run");
  line.positional("NAME", names_of_all() + "; engine if none is named");
  line.value(
      "variant", "LIST",
      "pool: only these, each over the first with an interval; linux:TREE[@REF] is the pool of "
      "a kernel tree, compiled for this machine's threads");
  add_tree_options(line);
  line.value("profile", "NAME|FILE", "pool, hw: the machine that is simulated", published_profile);
  line.repeated("set", "NAME=VALUE",
                "pool, hw: set one parameter of it (poolrace list parameters)");
  line.value("format", "text|json", "how to print", "text");
  add_hw_options(line);
  line.flag("verbose", "pool: every row, in ns a page, instead of the tables");
  line.value("repetitions", "N", "how often each is measured; the median counts", "7");
  line.example("pool", "ns a page of every variant: on this machine, simulated, and published");
  line.example("pool --variant linux:TREE@v6.1,linux:TREE@v6.12 --repetitions 25",
               "what a put costs in two kernels of your own, on this machine");
  line.example("pool --profile arm64-server --set rcu_read_pair_ns=3",
               "the simulated half on another machine, on which nothing was published");
  line.example("hw --what unmap --profile arm64-server",
               "map + unmap pairs a second, to hold against dma_map_benchmark on a machine");
  line.example("engine --repetitions 3", "what an event of the simulation takes");
  return {line, bench};
}

}  // namespace poolrace::experiments
