// SPDX-License-Identifier: MIT
// The IOMMU's software path and its walkers.
#include "models/dma/iommu.hpp"

#include "experiments/bench/hw_unmap.hpp"
#include "experiments/validate/groups.hpp"
#include "models/assembly.hpp"

namespace poolrace::experiments {

namespace {

constexpr Ps window = ps_per_ms;

// The queue that v5.9 had.
std::vector<Setting> as_in_v5_9(std::vector<Setting> settings) {
  settings.push_back({"iommu", "strict"});
  settings.push_back({"cmdq_algorithm", "cmpxchg"});
  return settings;
}

void add_intel(ValidationRows& rows) {
  GroupOfRows group(rows, "VT-d, strict", "secondary quote: 2127 to 2135 cycles at 3.1 GHz");
  const OnMachine on("x86-server", as_in_v5_9({}));
  group.add("vt-d/invalidation inside unmap", {2127 / 3.1, 2135 / 3.1},
            map_unmap(on.p, 1, window).invalidate_ns, "ns", Basis::mechanism, on.words);
}

void add_arm(ValidationRows& rows) {
  GroupOfRows group(rows, "SMMUv3, strict", "published: Kunpeng 920, v5.9");
  const OnMachine local("arm64-server", as_in_v5_9({}));
  group.add("smmu/CMD_SYNC, empty queue, local", {190, 280},
            static_cast<double>(local.p.iommu_invalidate) / ps_per_ns, "ns", Basis::input,
            local.words);
  const OnMachine remote("arm64-server", as_in_v5_9({{"iommu_invalidate_ns", "555"}}));
  struct Traced {
    models::CpuId cpus;
    double unmap_ns, list_ns, wait_ns;
  };
  for (const Traced& t : {Traced{1, 1956, 1328, 883}, Traced{16, 8891, 7474, 4000}}) {
    const MapUnmap got = map_unmap(remote.p, t.cpus, window);
    const std::string cpus = std::to_string(t.cpus) + (t.cpus == 1 ? " CPU" : " CPUs");
    group.add("smmu/dma_unmap, " + cpus, t.unmap_ns, got.unmap_ns, "ns", Basis::mechanism,
              remote.words);
    group.add("smmu/  its command list, " + cpus, t.list_ns, got.invalidate_ns, "ns",
              Basis::mechanism, remote.words);
    group.add_missing("smmu/    its CMD_SYNC, " + cpus, t.wait_ns, "ns",
                      "not told apart from the rest of the list");
  }
  const std::pair<models::CpuId, double> pairs[] = {{2, 453}, {4, 409}, {8, 295}, {16, 157}};
  for (const auto& [cpus, thousand] : pairs)
    group.add("smmu/map+unmap of a CPU, " + std::to_string(cpus) + " CPUs", thousand,
              map_unmap(local.p, cpus, window).pairs_per_s / 1000, "k/s", Basis::mechanism,
              local.words);
}

// Reads of so many pages that none is in the IOTLB, all asked for at once.
double walks_mps(const models::Parameters& p) {
  constexpr std::uint32_t pages = 4096;
  models::Iommu iommu(models::iommu_params(p));
  std::vector<models::Iova> mapped;
  for (std::uint32_t i = 0; i < pages; ++i) mapped.push_back(iommu.map(0, i, i + 1, 0, 0).dma_addr);
  Ps done = 0;
  for (const models::Iova iova : mapped)
    done = std::max(done, iommu.device_access(iova, ps_per_us).done_at);
  return pages * static_cast<double>(ps_per_us) / static_cast<double>(done - ps_per_us);
}

}  // namespace

void add_iommu(ValidationRows& rows) {
  add_intel(rows);
  add_arm(rows);
  GroupOfRows walkers(rows, "IOMMU, page walks", "pcie-bench (SIGCOMM 2018), 64-B reads of 64 MB");
  const OnMachine broadwell("e5-1650-v4", {{"iommu", "strict"}});
  walkers.add("iommu/translated reads, every one a miss", {17.7, 19.7}, walks_mps(broadwell.p),
              "M/s", Basis::mechanism, broadwell.words);
  // T = 4096 B / (65 ns + M * 197 ns), M memory reads a page.
  GroupOfRows caches(rows, "IOMMU, throughput by memory reads a page", "F&S (SOSP 2024)");
  for (const double reads : {1.76, 4.36})
    caches.add_missing("iommu/M = " + std::to_string(reads).substr(0, 4),
                       4096 * 8 / (65 + reads * 197), "Gb/s",
                       "their flows and rings are no scenario of ours");
}

}  // namespace poolrace::experiments
