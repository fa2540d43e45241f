// SPDX-License-Identifier: MIT
#include "experiments/bench/hw_drop.hpp"

#include <algorithm>

#include "experiments/bench/hw.hpp"
#include "experiments/text/numbers.hpp"
#include "models/machine.hpp"
#include "models/traffic/traffic.hpp"

namespace poolrace::experiments {

namespace {

constexpr std::int64_t rings[] = {64, 256, 1024, 4096};
constexpr std::int64_t most_queues = 16;  // more than saturate the fastest wire that we have

double mpps_of(const models::Parameters& p) {
  models::RunOptions options;
  options.variant = "baseline";
  const models::RunResult result = models::run_machine(p, options);
  return static_cast<double>(result.packets) * ps_per_us / static_cast<double>(result.measured);
}

std::string words_on_translation(const models::Parameters& p) {
  if (p.iommu == models::IommuMode::none) return "";
  return " The IOMMU translates: a ring of more pages than the IOTLB's " +
         std::to_string(p.iotlb_entries) +
         " entries misses at every frame, and writes wait for one walk after the other, whatever "
         "their queue; --set iommu=none is without.";
}

HwTable table_of(const HwRequest& request, std::int64_t frame_bytes) {
  models::Parameters p = request.machine(receive_scene("drop"));
  p.frame_bytes = frame_bytes;
  const double line =
      static_cast<double>(models::line_rate_pps(static_cast<std::uint32_t>(frame_bytes),
                                                static_cast<std::uint64_t>(p.wire_bps))) /
      1e6;
  HwTable table;
  table.title = "XDP_DROP of " + std::to_string(frame_bytes) + "-B frames";
  table.measured =
      "So many queues, each polled by a CPU of its own, are offered twice what they "
      "carry, or all that the wire does: " +
      format("%.3f Mpps.", line) + words_on_translation(p);
  table.elsewhere =
      "a packet generator at line rate (xdp-trafficgen, pktgen, TRex) into an XDP "
      "program that returns XDP_DROP; ethtool -L combined N, ethtool -G rx RING; "
      "xdp-bench drop counts.";
  table.row_axis = "queues";
  for (const std::int64_t ring : rings)
    table.columns.push_back({"ring " + std::to_string(ring), "Mpps", "%.2f"});
  for (const models::CpuId queues : cpu_counts(std::min(p.cpus, most_queues))) {
    HwRow row{std::to_string(queues), {}};
    for (const std::int64_t ring : rings) {
      p.queues = queues;
      p.ring = ring;
      row.cells.push_back(receive_overload(p, request.repetitions).mpps);
    }
    table.rows.push_back(row);
  }
  return table;
}

}  // namespace

std::vector<Setting> receive_scene(const std::string& rx_action) {
  return {{"teardown", "none"}, {"traffic", "cbr"}, {"rx_action", rx_action}};
}

Received receive_overload(models::Parameters p, int repetitions) {
  Ps each = p.driver_per_packet;  // at least
  if (p.rx_action == models::RxAction::stack) each += p.stack_per_packet;
  each = std::max<Ps>(each, ps_per_ns);
  const auto line = static_cast<std::int64_t>(models::line_rate_pps(
      static_cast<std::uint32_t>(p.frame_bytes), static_cast<std::uint64_t>(p.wire_bps)));
  const std::int64_t wanted = std::min(p.queues, p.cpus) * 2 * (ps_per_s / each);
  p.load_pps = std::min(wanted, line);
  p.warmup = 200 * ps_per_us + p.ring * each;
  p.measure = repetitions * std::max<Ps>(400 * each, 40 * ps_per_us);
  // What the rings had at first has to be through before anything settles.
  const double at_first = mpps_of(p);
  const auto rings_through =
      static_cast<Ps>(static_cast<double>(p.queues * p.ring) / at_first * ps_per_us);
  p.warmup += 3 * rings_through;
  p.measure = std::max(p.measure, rings_through / 2);
  return {mpps_of(p), wanted > line};
}

std::vector<HwTable> hw_drop(const HwRequest& request) {
  return {table_of(request, 64), table_of(request, 1518)};
}

}  // namespace poolrace::experiments
