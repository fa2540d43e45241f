// SPDX-License-Identifier: MIT
// What a device's DMA takes, as pcie-bench measured it on E5 machines with a Gen3 x8 device that
// puts out so many requests a second and no more: that rate is told, the rest has to come out.
#include "experiments/bench/hw_dma.hpp"
#include "experiments/validate/groups.hpp"

namespace poolrace::experiments {

namespace {

constexpr int dmas = 20'000;
constexpr std::uint64_t sizes[] = {65, 128, 256, 257, 512, 1024, 2048};
constexpr std::uint64_t kib = 1024, mib = 1024 * kib;
constexpr std::uint64_t windows[] = {256 * kib, 512 * kib, mib,     2 * mib,
                                     4 * mib,   16 * mib,  64 * mib};

void add_rates(GroupOfRows& group) {
  // 62 to 65 M reads a second, 47.4 M writes.
  const OnMachine reads("e5-1650-v4",
                        {{"link_lanes", "8"}, {"dma_issue_ns", "15.7"}, {"iommu", "none"}});
  const OnMachine writes("e5-1650-v4",
                         {{"link_lanes", "8"}, {"dma_issue_ns", "21.1"}, {"iommu", "none"}});
  const PublishedTable table{
      "dma/bytes",
      "Gb/s",
      Basis::mechanism,
      {"read", "write"},
      {"65", "128", "256", "257", "512", "1024", "2048"},
      {{21.9, 43.8, 47.7, 50.0, 55.0, 55.4, 55.6}, {24.6, 42.4, 50.5, 37.4, 53.0, 53.0, 53.0}}};
  add_table(
      group, table, reads.words + " (writes: 21.1)", [&](std::size_t row, std::size_t column) {
        return row == 0 ? dma_gbps(reads.p, DmaOperation::read, sizes[column], 8 * kib, dmas)
                        : dma_gbps(writes.p, DmaOperation::write, sizes[column], 8 * kib, dmas);
      });
}

void add_windows(GroupOfRows& group) {
  const OnMachine on("e5-1650-v4", {{"link_lanes", "8"}, {"dma_issue_ns", "15.7"}});
  const PublishedTable table{"dma/64-B reads, IOMMU, window",
                             "Gb/s",
                             Basis::mechanism,
                             {"Broadwell"},
                             {"256K", "512K", "1M", "2M", "4M", "16M", "64M"},
                             {{32.4, 22.3, 15.2, 12.1, 10.9, 10.1, 9.8}}};
  add_table(group, table, on.words, [&](std::size_t, std::size_t column) {
    return dma_gbps(on.p, DmaOperation::read, 64, windows[column], dmas);
  });
}

void add_latencies(GroupOfRows& group) {
  const OnMachine on("e5-1650-v4", {{"link_lanes", "8"}});
  const struct {
    std::uint64_t bytes;
    Published ns;
  } latencies[] = {{128, {573, 587}}, {256, 627}, {512, 707}, {1024, 853}, {2048, {1133, 1147}}};
  for (const auto& [bytes, ns] : latencies)
    group.add("dma/latency of a read/" + std::to_string(bytes) + " B", ns, dma_read_ns(on.p, bytes),
              "ns", Basis::mechanism, on.words);
}

}  // namespace

void add_dma(ValidationRows& rows) {
  GroupOfRows group(rows, "DMA", "pcie-bench (SIGCOMM 2018), E5 class");
  for (const char* profile : {"e5-1650-v4", "x86-server"}) {
    const OnMachine on(profile);
    group.add(std::string("dma/read of 64 B/") + profile, {547, 560},
              static_cast<double>(on.p.dma_read) / ps_per_ns, "ns", Basis::input, profile);
  }
  const OnMachine broadwell("e5-1650-v4");
  group.add("dma/penalty of an IOTLB miss/Broadwell", 291,
            static_cast<double>(broadwell.p.iotlb_walk) / ps_per_ns, "ns", Basis::input,
            broadwell.words);
  add_rates(group);
  add_windows(group);
  add_latencies(group);
  group.add_missing("dma/a warm 64-B read saves", {40, 53}, "ns",
                    "a device reads cache and memory at one price");
}

}  // namespace poolrace::experiments
