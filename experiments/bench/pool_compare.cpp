// SPDX-License-Identifier: MIT
#include "experiments/bench/pool_compare.hpp"

#include <cmath>

#include "experiments/bench/pool_rows.hpp"
#include "experiments/statistics/statistics.hpp"
#include "models/linux/variant.hpp"
#include "models/variants.hpp"
#include "pool/native/bench.hpp"
#include "pool/native/context.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {

namespace {

using pool::BenchPath;
using pool::linux_tree::Target;
using pool::native::PathBench;

struct Contender {
  std::string name;
  std::string simulated;                  // its name there
  std::string folder, folder_no_preempt;  // of a tree, compiled
  [[nodiscard]] bool tree() const { return !folder.empty(); }
};

struct World {
  const char* name;
  std::string Contender::*folder;
};
constexpr World native{"native", &Contender::folder};
constexpr World no_preempt{"native-no-preempt", &Contender::folder_no_preempt};

std::string compiled(const pool::linux_tree::Tree& tree, pool::linux_tree::BuildOptions options,
                     Target target) {
  options.target = target;
  return pool::linux_tree::build(tree, options).folder;
}

Contender of_tree(const std::string& name, const ComparePoolOptions& options) {
  namespace linux_tree = pool::linux_tree;
  if (name.find('#') != std::string::npos)
    throw ConfigError(options.where + ": '" + name +
                      "': what stands behind '#' is of a tree that was explored; a benchmark "
                      "compiles what lies there now");
  const std::size_t prefix = std::string_view("linux:").size();
  const auto tree = linux_tree::read_tree(linux_tree::parse_source(name.substr(prefix)));
  return {name, models::linux_tree::know_tree_for_runs(name, options.where, options.tree),
          compiled(tree, options.tree, Target::native),
          compiled(tree, options.tree, Target::native_no_preempt)};
}

std::vector<Contender> contenders(const ComparePoolOptions& options) {
  std::vector<Contender> out;
  for (const std::string& name : options.variants)
    out.push_back(models::linux_tree::names_tree(name) ? of_tree(name, options)
                                                       : Contender{name, name, "", ""});
  return out;
}

PathBench ready(const Contender& one, const World& world, BenchPath path) {
  return one.tree() ? PathBench::of_tree(one.*world.folder, path) : PathBench(one.name, path);
}

struct Pair {  // medians over the turns of one repetition
  double ns, ratio, more;
};

Pair measure(const Contender& one, const Contender& first, const World& world, BenchPath path,
             std::uint64_t pages) {
  constexpr int turns = 10;
  PathBench ours = ready(one, world, path), theirs = ready(first, world, path);
  std::vector<double> ns, ratios, more;
  for (int i = 0; i < turns; ++i) {
    const std::uint64_t each = pages / (2 * turns);
    double first_ns = theirs.ns_per_page(each);
    const double ours_ns = ours.ns_per_page(each) + ours.ns_per_page(each);
    first_ns += theirs.ns_per_page(each);
    ns.push_back(ours_ns / 2);
    ratios.push_back(ours_ns / first_ns);
    more.push_back((ours_ns - first_ns) / 2);
  }
  return {median(ns), median(ratios), median(more)};
}

BenchRow native_row(const Contender& one, const Contender& first, const World& world,
                    BenchPath path, const ComparePoolOptions& options) {
  std::vector<double> ns, logs, more;
  for (int i = 0; i < options.repetitions; ++i) {
    const Pair pair = measure(one, first, world, path, options.pages);
    ns.push_back(pair.ns);
    logs.push_back(std::log(pair.ratio));
    more.push_back(pair.more);
  }
  const std::vector<double> zero(logs.size(), 0.0);
  const Estimate ratio = paired_median_difference(zero, logs);
  const Estimate difference = paired_median_difference(zero, more);
  return {row_name(world.name, path, one.name),
          median(ns),
          ns_a_page,
          row_name(world.name, path, first.name),
          std::exp(ratio.value),
          BenchInterval{std::exp(ratio.low), std::exp(ratio.high), difference.value, difference.low,
                        difference.high}};
}

void add_simulated(const models::Parameters& machine, const std::vector<Contender>& all,
                   BenchPath path, std::uint64_t pages, std::vector<BenchRow>& rows) {
  const std::string over = row_name("timed", path, all.front().name);
  double first_ns = 0;
  for (const Contender& one : all) {
    const auto ns = simulated_ns(machine, one.simulated.c_str(), path, true, pages);
    if (!ns && &one == &all.front()) return;  // nothing to compare with
    if (!ns) continue;
    if (&one == &all.front()) first_ns = *ns;
    rows.push_back({row_name("timed", path, one.name), *ns, ns_a_page, over, *ns / first_ns});
  }
}

}  // namespace

std::vector<BenchRow> compare_pools(const ComparePoolOptions& options) {
  try {
    const models::Parameters machine = simulated_machine(options);
    const std::vector<Contender> all = contenders(options);
    const pool::native::ThreadScope thread(0);
    std::vector<BenchRow> rows;
    for (const pool::BenchPathInfo& path : pool::bench_paths) {
      for (const World& world : {native, no_preempt})
        for (const Contender& one : all)
          if (one.tree() || world.folder == native.folder)
            rows.push_back(native_row(one, all.front(), world, path.path, options));
      add_simulated(machine, all, path.path, options.timed_pages, rows);
    }
    return rows;
  } catch (const pool::linux_tree::TreeError& error) {
    throw ConfigError(options.where + ": " + error.what());
  }
}

}  // namespace poolrace::experiments
