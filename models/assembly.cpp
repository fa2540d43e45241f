// SPDX-License-Identifier: MIT
// Putting the machine together from its parameters.  One function a part.

#include "models/assembly.hpp"

#include <algorithm>
#include <cmath>

#include "models/cpu/noise.hpp"
#include "models/cpu/rcu.hpp"
#include "models/cpu/theft.hpp"
#include "models/dma/dma.hpp"
#include "models/dma/iommu.hpp"
#include "models/dma/swiotlb.hpp"
#include "models/drawn.hpp"
#include "models/nic/driver.hpp"
#include "models/nic/nic.hpp"
#include "models/parameters.hpp"
#include "models/traffic/hold_time.hpp"
#include "models/traffic/holders.hpp"
#include "models/traffic/past.hpp"
#include "models/traffic/traffic.hpp"
#include "pool/variant.hpp"
#include "sim/errors.hpp"
#include "sim/settings/decimal.hpp"
#include "sim/worlds/world_spec.hpp"

namespace poolrace::models {

namespace {

// What is spent in cycles.  Lines from elsewhere, the memory scan, cache maintenance, DMA and the
// IOMMU have other clocks; interrupts under way, IPIs and leaving idle are mostly waiting.
constexpr Ps Parameters::*core_times[] = {&Parameters::local_access,
                                          &Parameters::issue_window,
                                          &Parameters::load_latency,
                                          &Parameters::atomic,
                                          &Parameters::this_cpu_add,
                                          &Parameters::rcu_read_pair,
                                          &Parameters::bh_pair,
                                          &Parameters::irq_entry,
                                          &Parameters::irq_exit,
                                          &Parameters::softirq_entry,
                                          &Parameters::context_switch,
                                          &Parameters::page_alloc,
                                          &Parameters::page_alloc_bulk_each,
                                          &Parameters::page_free,
                                          &Parameters::driver_per_packet,
                                          &Parameters::stack_per_packet,
                                          &Parameters::app_work};

}  // namespace

Parameters at_clock(const Parameters& p) {
  Parameters out = p;
  out.stated_clock_mhz = p.clock_mhz;
  if (p.stated_clock_mhz == 0) return out;
  for (Ps Parameters::*const time : core_times)
    out.*time = p.*time * p.stated_clock_mhz / p.clock_mhz;
  return out;
}

Ps first_tick(sim::Stream stream, std::int64_t hz) {
  return static_cast<Ps>(stream.below(static_cast<std::uint64_t>(ps_per_s / hz)));
}

CpuParams cpu_params(const Parameters& p, Ps tick_phase) {
  CpuParams c;
  c.cpus = static_cast<std::uint32_t>(p.cpus);
  c.preempt = p.preempt;
  c.hz = p.hz;
  c.irq_entry = p.irq_entry;
  c.irq_exit = p.irq_exit;
  c.softirq_entry = p.softirq_entry;
  c.context_switch = p.context_switch;
  c.ipi = p.ipi;
  c.bh_toggle = p.bh_pair;
  c.idle_exit = p.idle_exit;
  c.slice = p.slice;
  c.wakeup_granularity = p.wakeup_granularity;
  c.sleeper_credit = p.sleeper_credit;
  c.tick_phase = tick_phase;
  c.issue = {p.issue_window, p.load_latency};
  c.issue_slot = p.local_access;
  return c;
}

MemoryCosts memory_costs(const Parameters& p) {
  const auto socket = static_cast<std::uint32_t>(p.cores_per_socket);
  const auto cluster =
      p.cores_per_cluster > 0 ? static_cast<std::uint32_t>(p.cores_per_cluster) : socket;
  const std::uint32_t group = socket * static_cast<std::uint32_t>(p.sockets_per_group);
  MemoryCosts m;
  m.local = p.local_access;
  m.miss = p.line_miss;
  m.atomic = p.atomic;
  m.this_cpu = p.this_cpu_add;
  m.distances = {{{cluster, p.cores_per_cluster > 0 ? p.line_transfer_cluster : p.line_transfer},
                  {socket, p.line_transfer},
                  {group, p.line_transfer_cross},
                  {Distance{}.cpus, p.line_transfer_far}}};
  m.handover_percent = p.line_handover_percent;
  return m;
}

RcuParams rcu_params(const Parameters& p) {
  RcuParams r;
  const bool preemptible = rcu_is_preemptible(p.preempt, p.preempt_dynamic);
  r.tasks_read = tasks_are_readers(p.preempt, p.preempt_dynamic);
  r.locks_hold_cpu = p.preempt == PreemptModel::lazy && !preemptible;
  r.wake_directly = p.rcu_wake_directly;
  r.read_lock = preemptible ? p.rcu_read_pair / 2 : 0;
  r.scan_per_cpu = p.line_transfer;
  r.report = p.line_transfer;
  r.work_spread = p.work_spread;
  r.gp_cpu = static_cast<CpuId>(p.destroy_cpu);
  return r;
}

TheftParams theft_params(const Parameters& p) {
  return {p.steal_ppm, p.steal_law, p.steal_mean, p.steal_min, p.steal_max, p.steal_alpha_milli};
}

NoiseParams noise_params(const Parameters& p) {
  return {{p.irq_noise_hz, p.irq_noise},
          {p.irqs_off_hz, p.irqs_off},
          {p.noise_hz, p.noise},
          p.noise_sigma_milli};
}

PagesParams pages_params(const Parameters& p, std::uint32_t frames) {
  PagesParams g;
  g.frames = frames;
  g.ram_bytes = static_cast<std::uint64_t>(p.ram_gib) << 30;
  g.ram_at_zero = p.ram_at_zero;
  g.alloc = p.page_alloc;
  g.alloc_bulk_each = p.page_alloc_bulk_each;
  g.free = p.page_free;
  g.scan_per_page = p.scan_per_page;
  g.reuse_mean = p.page_reuse_mean;
  return g;
}

IommuParams iommu_params(const Parameters& p) {
  IommuParams i;
  i.mode = p.iommu;
  i.cpus = static_cast<CpuId>(p.cpus);
  i.iova.cpus = i.flush_queue.cpus = i.cpus;
  i.map_ps = p.iommu_map;
  i.unmap_ps = p.iommu_unmap;
  // What a caller sees on an empty queue is told; its parts are what others can share or wait for.
  i.command_queue.sync_ps =
      std::max<Ps>(p.iommu_invalidate - p.cmdq_publish - 2 * p.cmdq_command, 0);
  i.command_queue.per_command_ps = p.cmdq_command;
  i.command_queue.publish_ps = p.cmdq_publish;
  i.command_queue.sync_hold_ps = p.cmdq_sync_hold;
  i.command_queue.batch_commands_max = static_cast<std::uint32_t>(p.cmdq_batch);
  i.invalidate_leaf = p.invalidate_leaf;
  i.iotlb.entries = static_cast<std::uint32_t>(p.iotlb_entries);
  i.iotlb.walkers = static_cast<std::uint32_t>(p.iotlb_walkers);
  i.iotlb.walk_ps = p.iotlb_walk;
  i.iotlb.level_ps = p.walk_level;
  i.iotlb.upper_entries = static_cast<std::uint32_t>(p.walk_cache);
  return i;
}

SwiotlbParams swiotlb_params(const Parameters& p) {
  SwiotlbParams s;
  s.cpus = static_cast<CpuId>(p.cpus);
  if (p.swiotlb) s.bounce_from_pfn = 0;
  return s;
}

CacheParams cache_params(const Parameters& p) {
  CacheParams c;
  c.coherent = p.coherent;
  c.cost_line_bytes = static_cast<std::uint32_t>(p.cache_line);
  c.clean_fixed_ps = p.clean_fixed;
  c.clean_line_ps = p.clean_line;
  c.invalidate_fixed_ps = p.invalidate_fixed;
  c.invalidate_line_ps = p.invalidate_line;
  return c;
}

LlcParams llc_params(const Parameters& p) {
  constexpr std::int64_t lines_a_kib = 1024 / line_bytes, bits_a_line = 8 * line_bytes;
  return {static_cast<std::uint32_t>(p.coherent ? p.ddio_kib * lines_a_kib : 0), p.llc_hit,
          p.line_miss, bits_a_line * ps_per_s / p.dram_bps};
}

DmaParams dma_params(const Parameters& p) {
  return {.dma_debug = p.dma_debug,
          .swiotlb = p.swiotlb,
          .ram_at_zero = p.ram_at_zero,
          .ops_cleared_on_unbind = p.ops_cleared_on_unbind,
          .iommu_generation = p.iommu_generation,
          .bidirectional = p.rx_action == RxAction::tx,
          .map_fail_ppm = static_cast<std::uint32_t>(p.map_fail_ppm),
          .command_algorithm = p.cmdq_algorithm,
          .llc = llc_params(p)};
}

LinkParams link_params(const Parameters& p) {
  LinkParams l;
  l.kind = p.link;
  l.gts_milli = static_cast<std::uint32_t>(p.link_mts);
  l.lanes = static_cast<std::uint32_t>(p.link_lanes);
  l.axi_bps = static_cast<std::uint64_t>(p.link_axi_bps);
  return l;
}

NicParams nic_params(const Parameters& p) {
  NicParams n;
  n.queues = static_cast<std::uint32_t>(p.queues);
  n.ring = static_cast<std::uint32_t>(p.ring);
  n.buffer_bytes = static_cast<std::uint32_t>(p.rx_buffer);
  n.engine = {p.dma_issue, static_cast<std::uint32_t>(p.dma_read_tags), p.dma_read};
  n.write_latency = p.dma_write;
  n.moderation = {p.coalesce_adaptive, p.coalesce_time,
                  static_cast<std::uint32_t>(p.coalesce_frames)};
  n.irq_latency = p.irq_latency;
  n.stop_lag = p.hw_stop_lag;
  for (std::int64_t q = 0; q < p.queues; ++q) {
    const std::int64_t socket = (p.napi_cpu + q) % p.cpus / p.cores_per_socket;
    n.remote_latency.push_back(socket == p.nic_socket ? 0 : p.dma_remote);
  }
  return n;
}

DriverParams driver_params(const Parameters& p, const pool::VariantInfo& variant) {
  return {.queues = static_cast<std::uint32_t>(p.queues),
          .ring = static_cast<std::uint32_t>(p.ring),
          .napi_cpu = static_cast<CpuId>(p.napi_cpu),
          .napi_weight = static_cast<int>(p.napi_weight),
          .netdev_budget = static_cast<int>(p.netdev_budget),
          .rx_buffer_bytes = static_cast<std::uint32_t>(p.rx_buffer),
          .put_syncs_page = p.put_sync == PutSync::page,
          .polls_on = p.map_fail_ppm > 0,
          .netdev_hooked = p.netdev_hooked,
          .rx_action = p.rx_action,
          .header_lines_written = static_cast<std::uint32_t>(p.header_lines_written),
          .stack_tx_ppm = static_cast<std::uint32_t>(p.stack_tx_ppm),
          .stack_tx_bytes = static_cast<std::uint32_t>(p.stack_tx_bytes),
          .driver_per_packet = p.driver_per_packet,
          .stack_per_packet = p.stack_per_packet,
          .local_access = p.local_access,
          .evict_mean = p.evict_mean,
          .teardown = p.teardown,
          .cycles = static_cast<std::uint32_t>(p.cycles),
          .cycle_time = p.cycle_time,
          .removal_delay = p.removal_delay,
          .order = p.driver_order,
          .stalls_unregister = variant.stalls_unregister,
          .rtnl_held = p.rtnl_held,
          .napi_quiesced = p.napi_quiesced,
          .napi_reused = p.napi_reused,
          .rx_stopped = p.rx_stopped,
          .ops_cleared_on_unbind = p.ops_cleared_on_unbind};
}

HolderParams holder_params(const Parameters& p) {
  HolderParams h;
  h.bh_off_ppm = static_cast<std::uint32_t>(p.put_bh_off_ppm);
  h.softirq_ppm = static_cast<std::uint32_t>(p.put_softirq_ppm);
  h.deferred_ppm = static_cast<std::uint32_t>(p.put_deferred_ppm);
  h.first_cpu = static_cast<CpuId>(p.app_first_cpu);
  h.rcvbuf_frames = static_cast<std::size_t>(p.rcvbuf_frames);
  h.user_work = p.app_work;
  h.redirect_ring = static_cast<std::size_t>(p.redirect_ring);
  h.redirect_release = p.redirect_release;
  return h;
}

TrafficParams traffic_params(const Parameters& p) {
  TrafficParams t;
  t.kind = p.traffic;
  t.load_pps = static_cast<std::uint64_t>(p.load_pps);
  t.link_bps = static_cast<std::uint64_t>(p.wire_bps);
  t.frame_bytes = static_cast<std::uint32_t>(p.frame_bytes);
  t.on_mean = p.on_mean;
  t.duty_ppm = static_cast<std::uint32_t>(p.duty_ppm);
  t.trace_repeats = p.trace_repeats;
  t.trace = p.recorded;
  return t;
}

// Queues that share a CPU share its time.
Receiver receiver(const Parameters& p) {
  return {static_cast<std::uint32_t>(p.queues), static_cast<std::uint32_t>(p.ring),
          (p.driver_per_packet + p.stack_per_packet) * ((p.queues + p.cpus - 1) / p.cpus)};
}

double mean_load_pps(const Parameters& p) {
  return Traffic(traffic_params(p), sim::Streams(0, 0).stream(drawn::traffic)).mean_pps();
}

std::uint32_t frames_needed(const Parameters& p, double mean_pps, std::uint64_t in_flight) {
  const auto pools = static_cast<std::uint64_t>(p.queues) *
                     static_cast<std::uint64_t>(p.cycles + 1 + (p.teardown == Teardown::resize));
  const auto pool_size = static_cast<std::uint64_t>(p.pool_size != 0 ? p.pool_size : 1024);
  const std::uint64_t per_pool = static_cast<std::uint64_t>(p.ring) + 128 + 64 + pool_size;
  const Ps up = p.warmup + 2 * ps_per_s / p.hz + (p.teardown == Teardown::none ? p.measure : 0) +
                static_cast<Ps>(p.cycles + 1) * p.cycle_time;
  // While the CPUs lag behind the load, what arrives piles up with the holders.
  const auto micros = static_cast<std::uint64_t>(up / ps_per_us);
  const auto pps = static_cast<std::uint64_t>(std::ceil(mean_pps));
  std::uint64_t arrivals = micros * pps / 1'000'000;
  constexpr std::uint64_t at_most_late = 50'000;
  const double busy = mean_pps *
                      static_cast<double>(p.driver_per_packet + p.stack_per_packet + p.app_work) /
                      ps_per_s;
  if (busy < 0.5) arrivals = std::min(arrivals, at_most_late);
  // A flow, or an on time, brings them all at once, as fast as the wire carries them.
  constexpr std::uint64_t longest_burst = 30'000;
  const std::uint64_t line = line_rate_pps(64, static_cast<std::uint64_t>(p.wire_bps));
  const std::uint64_t burst =
      p.traffic == TrafficKind::poisson ? 0 : std::min(longest_burst, micros * line / 1'000'000);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(
      pools * per_pool + 3 * in_flight + 2 * arrivals + burst + 1024, ~std::uint32_t{0}));
}

namespace {

// A CPU that has no time left of what else it does would never get to us.
void check_noise(const Parameters& p) {
  const NoiseParams noise = noise_params(p);
  double share = 0;
  for (const NoiseParams::Source& it : {noise.irqs, noise.irqs_off, noise.tasks})
    share += static_cast<double>(it.hz) * static_cast<double>(noise.mean(it)) / ps_per_s;
  if (share > 0.9)
    throw ConfigError(
        "contradictory settings: irq_noise_hz, irqs_off_hz and noise_hz with their lengths (a mean "
        "is e^(noise_sigma^2/2) medians) take " +
        std::to_string(static_cast<std::int64_t>(std::min(100 * share, 1e12))) +
        " % of every CPU; allowed: up to 90 %");
}

}  // namespace

void check_runnable(const Parameters& p) {
  const Traffic traffic(traffic_params(p), sim::Streams(0, 0).stream(drawn::traffic));
  const HoldTime hold(p.hold);
  if (p.rx_buffer < page_bytes && traffic.largest_frame_bytes() > p.rx_buffer)
    throw ConfigError("contradictory settings: rx_buffer_bytes=" + std::to_string(p.rx_buffer) +
                      " but frames have up to " + std::to_string(traffic.largest_frame_bytes()) +
                      " bytes (a frame over several buffers is not modelled); allowed: " +
                      std::to_string(traffic.largest_frame_bytes()) + " to 4096");
  check_noise(p);
  constexpr auto steps = static_cast<std::int64_t>(IssueWindow::most);
  if (p.issue_window > steps * p.local_access)
    throw ConfigError(
        "contradictory settings: issue_window_ns=" + parameter_table().print(p, "issue_window_ns") +
        " is more than " + std::to_string(steps) +
        " steps of local_access_ns=" + parameter_table().print(p, "local_access_ns") +
        "; allowed: up to " + sim::print_decimal(steps * p.local_access, ps_per_ns) + " ns");
  constexpr double most = 1 << 20;
  double pages = 0;
  if (p.rx_action == RxAction::stack)
    pages = p.in_flight_pages >= 0
                ? static_cast<double>(p.in_flight_pages)
                : traffic.mean_pps() * static_cast<double>(hold.mean()) / ps_per_s;
  const std::string rate = p.traffic == TrafficKind::trace
                               ? "the trace's rate"
                               : "load_mpps=" + parameter_table().print(p, "load_mpps");
  if (pages >= most)
    throw ConfigError("contradictory settings: " + rate + " and a mean hold of " +
                      sim::print_decimal(hold.mean() / ps_per_us, 1'000'000) + " s put " +
                      std::to_string(static_cast<std::uint64_t>(pages)) +
                      " pages in flight; allowed: fewer than 1048576");
  // With room for a run that has more of them than most.
  // Of many rounds' pools all but the last are as good as empty; else the run is out of memory.
  Parameters at_once = p;
  at_once.cycles = std::min<std::int64_t>(p.cycles, 100);
  const std::uint64_t frames =
      frames_needed(at_once, traffic.mean_pps(), static_cast<std::uint64_t>(1.2 * pages) + 1000);
  constexpr std::int64_t in_a_gib = 1 << 18;
  if (frames > static_cast<std::uint64_t>(p.ram_gib * in_a_gib))
    throw ConfigError("contradictory settings: " + rate + " and what the run lasts need " +
                      std::to_string(frames) +
                      " pages, more than ram_gib=" + std::to_string(p.ram_gib) +
                      "; allowed: ram_gib=" + std::to_string(frames / in_a_gib + 1) + " or more");
}

// The page that is last to come back is looked for by the worker once more, a second later.
Ps horizon_of(const Parameters& p) {
  if (p.horizon > 0) return p.horizon;
  constexpr Ps least = 12 * ps_per_s, after = 2 * ps_per_s;
  return std::clamp(HoldTime(p.hold).longest_finite() + after, least, horizon_max);
}

sim::MachineSpec machine_spec(const Parameters& p) {
  sim::MachineSpec spec;
  spec.host.cores = static_cast<int>(p.cpus);
  spec.host.speed_hz = static_cast<double>(p.clock_mhz) * 1e6;
  spec.wire_bit_per_s = static_cast<double>(p.wire_bps);
  spec.wire_latency_ps = p.wire_latency;
  return spec;
}

}  // namespace poolrace::models
