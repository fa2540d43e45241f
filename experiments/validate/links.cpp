// SPDX-License-Identifier: MIT
// The PCIe link's arithmetic beside the model that pcie-bench publishes.
#include "experiments/validate/groups.hpp"
#include "models/nic/link.hpp"
#include "models/traffic/traffic.hpp"

namespace poolrace::experiments {

namespace {

struct PublishedLink {
  const char* name;
  std::uint32_t gts_milli, lanes;
  double raw_gbps, tlp_gbps;  // tlp: 0 where the source has none
};

constexpr PublishedLink links[] = {{"Gen3 x8", 8000, 8, 63.02, 57.88},
                                   {"Gen3 x16", 8000, 16, 126.03, 113.70},
                                   {"Gen4 x16", 16'000, 16, 252.06, 0},
                                   {"Gen2 x4", 5000, 4, 16.00, 0}};

models::Link link_of(std::uint32_t gts_milli, std::uint32_t lanes) {
  models::LinkParams params;
  params.gts_milli = gts_milli;
  params.lanes = lanes;
  params.mps = 256;
  return models::Link(params);
}

void add_rates(GroupOfRows& group) {
  for (const PublishedLink& published : links) {
    const models::Link link = link_of(published.gts_milli, published.lanes);
    const std::string name = std::string("link/") + published.name + "/";
    group.add(name + "raw", published.raw_gbps, link.raw_gbps(), "Gb/s", Basis::formula);
    if (published.tlp_gbps > 0)
      group.add(name + "tlp", published.tlp_gbps, link.tlp_gbps(), "Gb/s", Basis::formula);
  }
}

// Data of back-to-back DMAs of so many bytes.
void add_effective(GroupOfRows& group, std::uint32_t lanes, const PublishedTable& table,
                   const std::vector<std::uint64_t>& bytes) {
  const models::Link link = link_of(8000, lanes);
  add_table(group, table, "", [&](std::size_t r, std::size_t c) {
    const std::uint64_t n = bytes[c];
    return r == 0 ? link.write_gbps(n) : r == 1 ? link.read_gbps(n) : link.read_write_gbps(n);
  });
}

struct LineRate {
  const char* name;
  std::uint32_t frame_bytes;
  std::uint64_t bps;
  double mpps;
};
constexpr LineRate line_rates[] = {{"10G/64 B", 64, 10'000'000'000, 14.880},
                                   {"25G/64 B", 64, 25'000'000'000, 37.202},
                                   {"100G/64 B", 64, 100'000'000'000, 148.810},
                                   {"10G/1518 B", 1518, 10'000'000'000, 0.812744},
                                   {"100G/1518 B", 1518, 100'000'000'000, 8.127}};

}  // namespace

void add_links(ValidationRows& rows) {
  GroupOfRows pcie(rows, "PCIe link, MPS 256", "pcie-bench (SIGCOMM 2018), its model");
  add_rates(pcie);
  const std::vector<std::string> ways = {"write", "read", "both ways"};
  add_effective(pcie, 8,
                {"link/Gen3 x8",
                 "Gb/s",
                 Basis::formula,
                 ways,
                 {"64 B", "256 B", "257 B", "1500 B"},
                 {{42.1, 52.9, 48.8, 52.8}, {44.1, 53.7, 50.1, 53.6}, {33.1, 48.7, 45.2, 50.6}}},
                {64, 256, 257, 1500});
  add_effective(pcie, 16,
                {"link/Gen3 x16",
                 "Gb/s",
                 Basis::formula,
                 ways,
                 {"64 B", "1500 B"},
                 {{82.7, 103.7}, {86.6, 105.3}, {std::nullopt, std::nullopt}}},
                {64, 1500});
  GroupOfRows wire(rows, "Ethernet line rate", "frame and 20 B");
  for (const LineRate& rate : line_rates)
    wire.add(std::string("wire/") + rate.name, rate.mpps,
             static_cast<double>(models::line_rate_pps(rate.frame_bytes, rate.bps)) / 1e6, "Mpps",
             Basis::formula);
}

}  // namespace poolrace::experiments
