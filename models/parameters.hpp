// SPDX-License-Identifier: MIT
// Every parameter of a simulated machine and its scenario.  The values are plain; what each means,
// its unit, range, default and the source of the default are declared once, in parameters.cpp.
#pragma once

#include <memory>
#include <string>

#include "models/choices.hpp"
#include "models/traffic/hold_params.hpp"
#include "sim/settings/parameters.hpp"

namespace poolrace::models {

inline constexpr Ps horizon_max = 100 * 86'400 * ps_per_s;  // a clock of ps ends at 106 days

struct RecordedTrace;

struct Parameters {
  // The clock at which the machine's times are stated, its profile's; 0: clock_mhz, whatever it is.
  // No parameter: nobody sets it.
  std::int64_t stated_clock_mhz;

  // ---- the machine (profiles) ------------------------------------------------------------------
  std::int64_t cpus, clock_mhz, hz, cores_per_cluster, cores_per_socket, sockets_per_group;
  PreemptModel preempt;
  bool preempt_dynamic, rcu_wake_directly;
  std::int64_t ram_gib;
  bool ram_at_zero;
  Ps local_access, line_transfer_cluster, line_transfer, line_transfer_cross, line_transfer_far;
  std::int64_t line_handover_percent;
  Ps line_miss, atomic, this_cpu_add;
  Ps issue_window, load_latency;
  Ps rcu_read_pair, bh_pair;
  Ps irq_entry, irq_exit, irq_latency, softirq_entry, context_switch, ipi, idle_exit;
  Ps slice, wakeup_granularity, sleeper_credit, work_spread;
  std::int64_t steal_ppm;
  StealLaw steal_law;
  Ps steal_mean, steal_min, steal_max;
  std::int64_t steal_alpha_milli;
  std::int64_t irq_noise_hz, irqs_off_hz, noise_hz, noise_sigma_milli;
  Ps irq_noise, irqs_off, noise;
  Ps page_alloc, page_alloc_bulk_each, page_free, scan_per_page, page_reuse_mean;
  bool coherent, swiotlb, dma_debug, ops_cleared_on_unbind;
  IommuMode iommu;
  IommuGeneration iommu_generation;
  CacheLine cache_line;
  Ps clean_fixed, clean_line, invalidate_fixed, invalidate_line, evict_mean;
  std::int64_t ddio_kib, dram_bps;
  Ps llc_hit;
  Ps iommu_map, iommu_unmap, iommu_invalidate, iotlb_walk, walk_level;
  std::int64_t iotlb_entries, iotlb_walkers, walk_cache, cmdq_batch;
  bool invalidate_leaf;
  CommandAlgorithm cmdq_algorithm;
  Ps cmdq_publish, cmdq_command, cmdq_sync_hold;
  LinkKind link;
  std::int64_t link_lanes, link_mts, link_axi_bps;
  Ps dma_read, dma_write, dma_issue, dma_remote;
  std::int64_t dma_read_tags, nic_socket;
  std::int64_t wire_bps;
  Ps wire_latency;
  std::int64_t ring, coalesce_frames, napi_weight, netdev_budget;
  bool coalesce_adaptive;
  Ps coalesce_time;
  Ps driver_per_packet, stack_per_packet;
  std::int64_t stack_tx_ppm, stack_tx_bytes;

  // ---- traffic and holders ---------------------------------------------------------------------
  TrafficKind traffic;
  std::int64_t load_pps, in_flight_pages;
  std::int64_t frame_bytes;
  std::string trace_csv;
  std::shared_ptr<const RecordedTrace> recorded;  // what it says: files.hpp
  bool trace_repeats;
  Ps on_mean;
  std::int64_t duty_ppm;
  HoldTimeParams hold;
  std::string hold_histogram, hold_histogram_map;
  HistogramUnit hold_histogram_unit;
  std::int64_t put_bh_off_ppm, put_softirq_ppm, put_deferred_ppm;
  std::int64_t header_lines_written, rcvbuf_frames;
  Ps app_work;

  // ---- the scenario --------------------------------------------------------------------
  Teardown teardown;
  DriverOrder driver_order;
  RxAction rx_action;
  std::int64_t queues, pool_size, max_len;
  std::int64_t napi_cpu, app_first_cpu, destroy_cpu;
  std::int64_t cycles;
  std::int64_t rx_buffer;
  PutSync put_sync;
  std::int64_t redirect_ring, map_fail_ppm, fault_share_ppm;
  Ps redirect_release;
  bool rtnl_held, netdev_hooked, napi_quiesced, napi_reused, rx_stopped;
  Ps warmup, cycle_time, removal_delay, hw_stop_lag, measure, horizon;
  Ps round, reported_first_crash;  // of the reporter's script: no run reads them
};

const sim::ParameterTable<Parameters>& parameter_table();

// Rules between parameters; ConfigError names both sides.
void check_together(const Parameters& p);
// The one of them that programs of the explorer have too.
void check_swiotlb(bool swiotlb, IommuMode iommu);

}  // namespace poolrace::models
