// SPDX-License-Identifier: MIT
#include "experiments/bench/hw_unmap.hpp"

#include "experiments/bench/hw.hpp"
#include "models/address_sites.hpp"
#include "models/test_bench.hpp"

namespace poolrace::experiments {

namespace {

using models::CpuId;
using models::TestBench;

struct Mode {
  const char* name;
  models::IommuMode iommu;
  models::CommandAlgorithm algorithm;  // lazy: of no matter, nobody contends for the queue
};

constexpr Mode modes[] = {
    {"strict/cmpxchg", models::IommuMode::strict, models::CommandAlgorithm::cmpxchg},
    {"strict/fetch_add", models::IommuMode::strict, models::CommandAlgorithm::fetch_add},
    {"lazy", models::IommuMode::lazy, models::CommandAlgorithm::cmpxchg}};

// Until a CPU's flush queue has been full twice, its addresses are fresh ones from the tree that all
// CPUs share.
constexpr std::uint64_t warm_up_pairs = 600;

struct Sums {
  std::uint64_t pairs = 0;
  Ps unmap = 0;  // time inside of it
};

}  // namespace

MapUnmap map_unmap(const models::Parameters& p, CpuId cpus, Ps window) {
  TestBench b({.p = p});
  std::vector<models::Page> pages;
  Sums sums, before;
  CpuId warm = 0;
  Ps began_measuring = 0;
  for (CpuId cpu = 0; cpu < cpus; ++cpu) pages.push_back(b.pages.alloc_at_start(0));
  for (CpuId cpu = 0; cpu < cpus; ++cpu)
    b.task(cpu, [&, cpu] {
      b.cpus.compute(cpu * 100 * ps_per_ns);  // they do not begin in step
      for (std::uint64_t mine = 1;; ++mine) {
        const std::uint64_t addr = b.dma.map(b.device, pages[cpu], 0);
        const Ps began = b.cpus.cpu_time();
        b.dma.unmap(b.device, addr, 0, pages[cpu]);
        sums.unmap += b.cpus.cpu_time() - began;
        ++sums.pairs;
        if (mine != warm_up_pairs || ++warm != cpus) continue;
        before = sums;
        began_measuring = b.world->now();
        b.trace.keep_between(began_measuring, ps_never);
        b.at(began_measuring + window, [&b] { b.world->stop(); });
      }
    });
  b.trace.keep_between(ps_never, ps_never);
  b.run(10 * ps_per_s);
  const auto pairs = static_cast<double>(sums.pairs - before.pairs);
  MapUnmap out;
  out.pairs_per_s = pairs / cpus / (static_cast<double>(window) / ps_per_s);
  out.unmap_ns = static_cast<double>(sums.unmap - before.unmap) / ps_per_ns / pairs;
  // What stands between the clearing of the PTE and the release of the IOVA, less the former's cost.
  std::vector<Ps> cleared(b.world->contexts().size());
  Ps waited = 0;
  std::uint64_t waits = 0;
  for (const sim::Record& record : b.trace.records()) {
    if (record.site == models::site_unmap.id()) cleared[record.context] = record.at;
    if (record.site != models::site_invalidate.id() || cleared[record.context] == 0) continue;
    waited += record.at - cleared[record.context] - p.iommu_unmap;
    ++waits;
  }
  if (waits > 0)
    out.invalidate_ns = static_cast<double>(waited) / ps_per_ns / static_cast<double>(waits);
  return out;
}

std::vector<HwTable> hw_unmap(const HwRequest& request) {
  HwTable table;
  table.title = "dma_map + dma_unmap of a page";
  table.measured =
      "So many CPUs map a page of their own and unmap it again, in a loop: pairs of "
      "each CPU and second.";
  table.elsewhere =
      "the kernel's dma_map_benchmark (CONFIG_DMA_MAP_BENCHMARK; "
      "dma_map_benchmark -t THREADS), iommu.strict=1 and 0; 10^9 over the "
      "sum of its two averages in ns.";
  table.row_axis = "CPUs";
  for (const Mode& mode : modes) table.columns.push_back({mode.name, "thousand/s", "%.0f"});
  const Ps window = request.repetitions * 100 * ps_per_us;
  models::Parameters p = request.machine();
  for (const CpuId cpus : cpu_counts(p.cpus)) {
    HwRow row{std::to_string(cpus), {}};
    for (const Mode& mode : modes) {
      p.iommu = mode.iommu;
      p.cmdq_algorithm = mode.algorithm;
      row.cells.push_back(map_unmap(p, cpus, window).pairs_per_s / 1000);
    }
    table.rows.push_back(row);
  }
  return {table};
}

}  // namespace poolrace::experiments
