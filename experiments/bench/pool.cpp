// SPDX-License-Identifier: MIT
#include "experiments/bench/pool.hpp"

#include <algorithm>

#include "experiments/bench/pool_rows.hpp"
#include "models/variants.hpp"
#include "pool/native/bench.hpp"
#include "pool/native/context.hpp"

namespace poolrace::experiments {
namespace {

using pool::BenchPath;
using pool::BenchPathInfo;

struct Published {
  BenchPath path;
  const char* where;  // the module's context; a kernel of 6.13-rc6, 1e8 loops
  double ns;
  const char* versus;  // the world and context of ours that it stands beside
};

// Xeon E5-1650 v4.  xdp-project repository, areas/mem/page_pool07_bench_DMA_fix.org; "another day":
// J. D. Brouer on netdev, January 2025, on "fix two bugs related to page_pool" (RFC v6), his
// baseline.  slow-dma was never published.
constexpr Published published[] = {
    {BenchPath::fast, "softirq", 5.399, "timed"},
    {BenchPath::ptr_ring, "softirq", 15.090, "timed"},
    {BenchPath::slow, "softirq", 66.134, "timed"},
    {BenchPath::fast, "softirq-another-day", 5.202, "timed"},
    {BenchPath::ptr_ring, "softirq-another-day", 15.343, "timed"},
    {BenchPath::slow, "softirq-another-day", 67.725, "timed"},
    {BenchPath::fast, "task", 5.713, "timed-task"},
    {BenchPath::ptr_ring, "task", 15.560, "timed-task"},
    {BenchPath::slow, "task", 62.763, "timed-task"},
};

constexpr const char* base = "baseline";

double value_of(const std::vector<BenchRow>& rows, const std::string& name) {
  return std::find_if(rows.begin(), rows.end(), [&](const BenchRow& r) { return r.name == name; })
      ->value;
}

// Turns of baseline, variant, variant, baseline, so short that a machine which changes its speed
// changes it for both, and that what drifts evenly falls out.
BenchRow native_row(const char* variant, BenchPath path, const BenchPoolOptions& options) {
  constexpr int turns = 10;
  pool::native::PathBench ours(variant, path), theirs(base, path);
  const std::uint64_t pages = options.pages / (2 * turns);
  std::vector<double> ns, ratios;
  for (int i = 0; i < turns * options.repetitions; ++i) {
    double base_ns = theirs.ns_per_page(pages);
    const double ours_ns = ours.ns_per_page(pages) + ours.ns_per_page(pages);
    base_ns += theirs.ns_per_page(pages);
    ns.push_back(ours_ns / 2);
    ratios.push_back(ours_ns / base_ns);
  }
  return {row_name("native", path, variant), median(ns), ns_a_page, row_name("native", path, base),
          median(ratios)};
}

const char* name_of(BenchPath path) {
  return std::find_if(std::begin(pool::bench_paths), std::end(pool::bench_paths),
                      [&](const BenchPathInfo& info) { return info.path == path; })
      ->name;
}

}  // namespace

std::vector<PublishedPoolTime> published_pool_times(std::uint64_t pages) {
  const models::Parameters machine = simulated_machine({});
  std::vector<PublishedPoolTime> out;
  for (const Published& p : published) {
    const bool softirq = p.versus == std::string_view("timed");
    out.push_back({name_of(p.path), p.where, p.ns,
                   simulated_ns(machine, base, p.path, softirq, pages).value()});
  }
  return out;
}

std::vector<BenchRow> bench_pool(const BenchPoolOptions& options) {
  const models::Parameters machine = simulated_machine(options);
  const pool::native::ThreadScope thread(0);
  std::vector<BenchRow> rows;
  for (const BenchPathInfo& path : pool::bench_paths)
    for (const auto& variant : models::variant_infos())
      rows.push_back(native_row(variant.name, path.path, options));
  const auto timed_row = [&](const char* world, const char* variant, BenchPath path) {
    const bool softirq = world == std::string_view("timed");
    const double ns = simulated_ns(machine, variant, path, softirq, options.timed_pages).value();
    const std::string over = row_name(world, path, base);
    const double base_ns = variant == std::string_view(base) ? ns : value_of(rows, over);
    rows.push_back({row_name(world, path, variant), ns, ns_a_page, over, ns / base_ns});
  };
  for (const BenchPathInfo& path : pool::bench_paths)
    for (const auto& variant : models::variant_infos()) timed_row("timed", variant.name, path.path);
  for (const BenchPathInfo& path : pool::bench_paths) timed_row("timed-task", base, path.path);
  if (!is_published_machine(options)) return rows;
  for (const Published& p : published) {
    const std::string over = row_name(p.versus, p.path, base);
    rows.push_back({row_name("published", p.path, p.where), p.ns, ns_a_page, over,
                    p.ns / value_of(rows, over)});
  }
  return rows;
}

}  // namespace poolrace::experiments
