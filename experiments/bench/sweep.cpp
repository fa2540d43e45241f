// SPDX-License-Identifier: MIT
// CPU time is this process's and its children's together, so what the store costs the parent
// counts although the worker computes meanwhile; wall time is what somebody waits.
#include "experiments/bench/sweep.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "experiments/sweep/sweep.hpp"

namespace poolrace::experiments {
namespace {

constexpr std::int64_t runs = 100;  // of 1.2 simulated seconds: far from SimGrid's limit

double seconds_of(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
}

double cpu_seconds() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    sum += seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  }
  return sum;
}

struct Cost {
  double cpu_us = 0, wall_us = 0;  // a run
};

template <class Do>
Cost cost_of(Do act) {
  const double cpu = cpu_seconds();
  const auto wall = std::chrono::steady_clock::now();
  act();
  const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - wall;
  return {(cpu_seconds() - cpu) * 1e6 / runs, waited.count() * 1e6 / runs};
}

SweepOptions options(const std::string& store, std::int64_t block_runs) {
  SweepOptions o;
  o.common.jobs = 1;
  o.common.runs = runs;
  o.common.settings = {{"horizon_s", "1.2"}};
  o.points = {{{{"variant", "scan-rcu"}}}};
  o.store = store;
  o.block_runs = block_runs;
  return o;
}

// A time of work that was cut short is no time.
void end_if(int signal) {
  if (signal != 0)
    throw Interrupted(signal, "poolrace bench: interrupted; no figures of a part are printed");
}

// One worker process, asked once: nothing is sent, added up or stored a run.
void bare(const Problem& problem) {
  const WorkersResult done = run_blocks(
      1, 1,
      [&](std::int64_t, std::string& record) {
        std::uint64_t events = 0;
        for (std::int64_t run = 0; run < runs; ++run)
          events += models::run_machine(problem.parameters, run_options(problem, run)).events;
        record = std::to_string(events);
        return true;
      },
      [](std::int64_t, const std::string&) {});
  end_if(done.interrupted);
}

void sweep(const SweepOptions& options, const RunOne& run_one = models::run_machine) {
  end_if(Sweep(options).run({}, run_one));
}

// A store of its own, in a folder that nobody can know or have made before.
class Folder {
 public:
  Folder() {
    if (::mkdtemp(path_.data()) == nullptr)
      throw ConfigError("poolrace bench: " + path_ + ": " + std::strerror(errno));
  }
  ~Folder() { std::filesystem::remove_all(path_, ignored_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string store() const { return path_ + "/store.sqlite"; }
  void empty() const { std::filesystem::remove(store()); }

 private:
  std::string path_ = (std::filesystem::temp_directory_path() / "poolrace-bench-XXXXXX").string();
  std::error_code ignored_;
};

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// What a block costs whose runs cost nothing, as a share of one millisecond: the rows with real
// runs are the difference of two large numbers, this is the small one itself.
BenchRow empty_blocks(const Folder& folder, int repetitions) {
  constexpr std::int64_t blocks = 20 * runs;
  SweepOptions o = options(folder.store(), 1);
  o.common.runs = blocks;
  const RunOne nothing = [](const models::Parameters&, const models::RunOptions&) {
    models::RunResult result;
    result.exposure.fill(-1);  // no estimate but one, as in a run of seed-race
    result.exposure.front() = 0;
    return result;
  };
  std::vector<double> us;
  for (int i = 0; i < repetitions; ++i) {
    us.push_back(cost_of([&] { sweep(o, nothing); }).cpu_us * runs / blocks);
    folder.empty();
  }
  const double value = median_of(us);
  return {"sweep/empty-block/cpu", value, "us/block", "a block of 1 ms", value / 1000};
}

BenchRow row(const std::string& name, const std::string& versus, const std::vector<Cost>& costs,
             const std::vector<Cost>& base, double Cost::*field) {
  std::vector<double> values, ratios;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    values.push_back(costs[i].*field);
    ratios.push_back(costs[i].*field / base[i].*field);
  }
  return {name, median_of(values), "us/run", versus, median_of(ratios)};
}

}  // namespace

std::vector<BenchRow> bench_sweep(const BenchOptions& bench) {
  const Folder folder;
  const Problem problem = Sweep(options(store_in_memory, 50)).problems().front();
  std::vector<BenchRow> rows;
  for (const std::int64_t block : {1, 50}) {
    std::vector<Cost> with, without;
    for (int i = 0; i < bench.repetitions; ++i) {
      without.push_back(cost_of([&] { bare(problem); }));
      with.push_back(cost_of([&] { sweep(options(folder.store(), block)); }));
      folder.empty();
    }
    const std::string name = "sweep/block-" + std::to_string(block);
    rows.push_back(row(name + "/cpu", "runs/bare/cpu", with, without, &Cost::cpu_us));
    rows.push_back(row(name + "/wall", "runs/bare/wall", with, without, &Cost::wall_us));
    if (block != 50) continue;
    rows.push_back(row("runs/bare/cpu", "", without, without, &Cost::cpu_us));
    rows.push_back(row("runs/bare/wall", "", without, without, &Cost::wall_us));
  }
  rows.push_back(empty_blocks(folder, bench.repetitions));
  return rows;
}

}  // namespace poolrace::experiments
