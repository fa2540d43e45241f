// SPDX-License-Identifier: MIT
// The one table of parameters.  Defaults are those of the default profile, arm64-soc; sources name
// a section of the hardware notes and how far the number is to be trusted: LU looked up, DER
// derived, MEM from memory (h/m/l), "choice" a modelling choice.  MEM and choice want a sweep.
#include "models/parameters.hpp"

#include "models/ids.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

namespace {

using Table = sim::ParameterTable<Parameters>;
using sim::Range;
namespace units = sim::units;
using namespace time_literals;

constexpr sim::Unit mhz{"MHz", 1};
constexpr sim::Unit ppm{"ppm", 1};
constexpr sim::Unit percent{"%", 1};
constexpr sim::Unit milli{"", 1000};

// Names in the order of the enumerators.
template <class Enum, std::size_t n>
std::vector<std::pair<std::string, Enum>> choices_of(const char* const (&names)[n]) {
  std::vector<std::pair<std::string, Enum>> out;
  for (std::size_t i = 0; i < n; ++i) out.emplace_back(names[i], static_cast<Enum>(i));
  return out;
}

void declare_cpus(Table& t) {
  t.number("cpus", &Parameters::cpus, units::count, 4, {1, cpus_max}, "CPUs of the machine",
           "profiles §9")
      .number(
          "clock_mhz", &Parameters::clock_mhz, mhz, 1500, {100, 10'000},
          "core clock; away from the profile's own it scales what a core spends in cycles: "
          "instructions and hits, atomics, entries and switches, the page allocator, the work a "
          "packet of driver, stack and application; not lines from elsewhere, the scan, "
          "interrupts on their way, leaving idle, cache maintenance, DMA, IOMMU, timers",
          "profiles §9")
      .number("hz", &Parameters::hz, units::hz, 250, {100, 1000}, "kernel tick rate (CONFIG_HZ)",
              "profiles §9")
      .number("cores_per_cluster", &Parameters::cores_per_cluster, units::count, 0, {0, cpus_max},
              "CPUs that share a cluster or a tile of the socket (CCX, L3 slice); 0: all of it",
              "choice: sockets in one piece")
      .number("cores_per_socket", &Parameters::cores_per_socket, units::count, 64, {1, cpus_max},
              "CPUs that share a socket", "profiles §9")
      .number("sockets_per_group", &Parameters::sockets_per_group, units::count, cpus_max,
              {1, cpus_max}, "sockets that are one hop from each other; those beyond are two",
              "choice: one hop to all")
      .choice("preempt", &Parameters::preempt, choices_of<PreemptModel>(preempt_model_names),
              PreemptModel::full,
              "kernel preemption model; from v7.0 on x86, arm64 and riscv have lazy and full only",
              "profiles §9")
      .flag("preempt_dynamic", &Parameters::preempt_dynamic, false,
            "PREEMPT_DYNAMIC: RCU is preemptible whatever the model (else with full alone)",
            "choice")
      .flag("rcu_wake_directly", &Parameters::rcu_wake_directly, false,
            "the grace-period task wakes the waiter itself (rcu_normal_wake_from_gp)",
            "kernel default of the thread's time, MEM m")
      .number("irq_entry_ns", &Parameters::irq_entry, units::ns, 200_ns, {0, 100_us},
              "hard interrupt entry", "hardware §4 MEM m")
      .number("irq_exit_ns", &Parameters::irq_exit, units::ns, 150_ns, {0, 100_us},
              "hard interrupt exit", "hardware §4 MEM m")
      .number("irq_latency_ns", &Parameters::irq_latency, units::ns, 2_us, {0, 1_ms},
              "from the device's decision to the handler", "profiles §9")
      .number("softirq_entry_ns", &Parameters::softirq_entry, units::ns, 100_ns, {0, 100_us},
              "softirq at irq exit", "hardware §4 MEM m")
      .number("context_switch_ns", &Parameters::context_switch, units::ns, 4_us, {0, 1_ms},
              "task to task", "profiles §9")
      .number("ipi_ns", &Parameters::ipi, units::ns, 3_us, {0, 1_ms}, "IPI round trip",
              "profiles §9")
      .number("idle_exit_ns", &Parameters::idle_exit, units::ns, 2_us, {0, 1_ms},
              "from idle to the first instruction (C1)", "hardware §4 MEM m")
      .number("slice_us", &Parameters::slice, units::us, 3_ms, {10_us, 1_s}, "scheduler time slice",
              "choice, MEM m")
      .number("wakeup_granularity_us", &Parameters::wakeup_granularity, units::us, 1_ms, {0, 1_s},
              "a woken task preempts one that is ahead of it by more", "choice, MEM m")
      .number("sleeper_credit_us", &Parameters::sleeper_credit, units::us, 3_ms, {0, 1_s},
              "how far behind the running task one is placed that has slept long (CFS)",
              "choice, MEM m")
      .number("work_spread_us", &Parameters::work_spread, units::us, 4_us, {0, 1_s},
              "a kworker on its CPU begins its work after up to this long (uniform)",
              "hardware §4 (a kthread's wake-up takes 2-6 us), MEM m")
      .number("steal_ppm", &Parameters::steal_ppm, ppm, 0, {0, 500'000},
              "share of time a vCPU is stolen by the hypervisor: nothing runs on it, what is meant "
              "for it waits",
              "choice")
      .choice("steal_law", &Parameters::steal_law, choices_of<StealLaw>(steal_law_names),
              StealLaw::exponential,
              "how long a theft lasts: of one mean, or Pareto between a shortest and a longest",
              "choice")
      .number("steal_mean_us", &Parameters::steal_mean, units::us, 500_us, {1_us, 1_s},
              "mean length of a theft, of steal_law=exponential", "choice")
      .number("steal_min_us", &Parameters::steal_min, units::us, 100_us, {1_us, 1_s},
              "shortest theft, of steal_law=pareto", "choice")
      .number("steal_max_us", &Parameters::steal_max, units::us, 100_ms, {1_us, 1_s},
              "longest theft, of steal_law=pareto",
              "choice: some slices of 3 to 24 ms that a host's scheduler gives others (MEM l)")
      .number("steal_alpha", &Parameters::steal_alpha_milli, milli, 1300, {100, 10'000},
              "exponent of steal_law=pareto: the smaller, the more of the time is in long thefts",
              "choice");
}

void declare_noise(Table& t) {
  t.number("irq_noise_hz", &Parameters::irq_noise_hz, units::hz, 0, {0, 100'000},
           "interrupts of other devices, a CPU (Poisson)", "choice")
      .number("irq_noise_us", &Parameters::irq_noise, units::us, 5_us, {10_ns, 10_ms},
              "median length of their handlers (lognormal)", "choice, MEM l")
      .number("irqs_off_hz", &Parameters::irqs_off_hz, units::hz, 0, {0, 100'000},
              "sections of other code with interrupts off, a CPU that is not idle (Poisson)",
              "choice")
      .number("irqs_off_us", &Parameters::irqs_off, units::us, 20_us, {10_ns, 100_ms},
              "median length of such a section (lognormal)", "choice, MEM l")
      .number("noise_hz", &Parameters::noise_hz, units::hz, 0, {0, 100'000},
              "pieces of work of a background task, a CPU (Poisson)", "choice")
      .number("noise_us", &Parameters::noise, units::us, 200_us, {10_ns, 100_ms},
              "median length of such a piece, in user mode (lognormal)", "choice, MEM l")
      .number("noise_sigma", &Parameters::noise_sigma_milli, milli, 1000, {0, 3000},
              "spread of these three lengths: standard deviation of ln(length)", "choice");
}

void declare_memory(Table& t) {
  t.number("ram_gib", &Parameters::ram_gib, sim::Unit{"GiB", 1}, 4, {1, 8192},
           "RAM, which a scan has to walk", "choice for the class of machine")
      .flag("ram_at_zero", &Parameters::ram_at_zero, false,
            "RAM starts at physical 0: maintenance of page 0 is harmless", "profiles §9")
      .number(
          "local_access_ns", &Parameters::local_access, units::ns, 700, {0, 1_us},
          "a hit in the L1, as a pipelined core sees it (about a cycle); out of order: the time in "
          "which a step's instructions are fetched",
          "choice")
      .number("issue_window_ns", &Parameters::issue_window, units::ns, 0, {0, 1_us},
              "how far an out-of-order core runs ahead: the time to fetch as many instructions as "
              "its reorder buffer holds; 0: in order, every step is paid in full",
              "public figures of the core: in-order A53")
      .number("load_latency_ns", &Parameters::load_latency, units::ns, 2500, {0, 1_us},
              "out of order: a hit in the L1 until its value can be used", "profiles §9 (L1)")
      .number("line_transfer_cluster_ns", &Parameters::line_transfer_cluster, units::ns, 60_ns,
              {0, 10_us}, "a cache line from another core of the cluster (cores_per_cluster)",
              "as line_transfer_ns: MEM l")
      .number("line_transfer_ns", &Parameters::line_transfer, units::ns, 60_ns, {0, 10_us},
              "a cache line from another core of the socket", "profiles §9 MEM l")
      .number("line_transfer_cross_ns", &Parameters::line_transfer_cross, units::ns, 60_ns,
              {0, 10_us}, "a cache line from another socket", "profiles §9")
      .number("line_transfer_far_ns", &Parameters::line_transfer_far, units::ns, 120_ns, {0, 10_us},
              "a cache line from a socket two hops away (sockets_per_group)",
              "MEM l: two hops of line_transfer_cross_ns")
      .number("line_handover_percent", &Parameters::line_handover_percent, percent, 50, {1, 100},
              "share of a transfer that the data take on their way, the request the rest: a line "
              "that others still use when it is asked for is handed over at this price",
              "MEM l: a way there and as long a way back")
      .number("line_miss_ns", &Parameters::line_miss, units::ns, 150_ns, {0, 10_us},
              "a line nobody holds, from the last level or DRAM", "profiles §9")
      .number("ddio_kib", &Parameters::ddio_kib, sim::Unit{"KiB", 1}, 0, {0, 1'048'576},
              "what device writes may fill of the last-level cache; 0: they go to memory",
              "hardware §1 (about 10 % of the LLC, MEM h); not coherent: none")
      .number("llc_hit_ns", &Parameters::llc_hit, units::ns, 40_ns, {0, 10_us},
              "the first touch of a frame that is in the last-level cache", "profiles §9")
      .number("dram_gbps", &Parameters::dram_bps, units::gbps, 51'200'000'000,
              {1'000'000'000, 100'000'000'000'000}, "bandwidth of all memory channels together",
              "choice for the class of machine (64-bit DDR3-800)")
      .number("atomic_ns", &Parameters::atomic, units::ns, 15_ns, {0, 1_us},
              "a read-modify-write on a local line", "profiles §9 (CAS)")
      .number(
          "this_cpu_add_ns", &Parameters::this_cpu_add, units::ns, 15_ns, {0, 1_us},
          "the same on a counter of the CPU's own: on x86 one instruction that locks nothing, on "
          "arm64 atomic like others",
          "profiles §9 (CAS); MEM h")
      .number("rcu_read_pair_ns", &Parameters::rcu_read_pair, units::ns, 6540, {0, 1_us},
              "rcu_read_lock + unlock, preemptible flavour, in a loop of its own",
              "page_pool §5 [M6c] LU, of another arm64 machine: MEM m here")
      .number("bh_pair_ns", &Parameters::bh_pair, units::ns, 10_ns, {0, 1_us},
              "local_bh_disable + enable", "hardware §4, scaled to the clock")
      .number("page_alloc_ns", &Parameters::page_alloc, units::ns, 120_ns, {0, 100_us},
              "page allocator, one page from the CPU's list", "MEM l")
      .number("page_alloc_bulk_each_ns", &Parameters::page_alloc_bulk_each, units::ns, 40_ns,
              {0, 100_us}, "each page of a bulk allocation", "MEM l")
      .number("page_free_ns", &Parameters::page_free, units::ns, 100_ns, {0, 100_us},
              "page allocator, free one page", "MEM l")
      .number("scan_per_page_ns", &Parameters::scan_per_page, units::ns, 16_ns, {0, 10_us},
              "a scan of all memory, each page", "page_pool §5 [M2b] DER")
      .number("page_reuse_us", &Parameters::page_reuse_mean, units::us, 1_ms, {0, 1000_s},
              "mean time until a freed page has another owner (exponential)", "choice");
}

void declare_dma(Table& t) {
  t.flag("coherent", &Parameters::coherent, false, "the device snoops the CPU caches",
         "profiles §9")
      .flag("swiotlb", &Parameters::swiotlb, false, "every mapping bounces (needs iommu=none)",
            "page_pool §6")
      .flag("dma_debug", &Parameters::dma_debug, false,
            "CONFIG_DMA_API_DEBUG: syncs are issued even on coherent hardware", "page_pool §8")
      .flag("ops_cleared_on_unbind", &Parameters::ops_cleared_on_unbind, false,
            "unbind clears the dma ops (older arm64)", "page_pool §4")
      .choice("iommu", &Parameters::iommu, choices_of<IommuMode>(iommu_mode_names),
              IommuMode::strict, "IOMMU mode", "profiles §9")
      .choice("iommu_generation", &Parameters::iommu_generation,
              choices_of<IommuGeneration>(iommu_generation_names), IommuGeneration::v6_14,
              "a DMA call after removal: up to v6.14 NULL group, from v6.15 (280e5a301005) direct",
              "page_pool W5")
      .number("clean_fixed_ns", &Parameters::clean_fixed, units::ns, 60_ns, {0, 100_us},
              "cache clean to PoC, fixed part", "hardware §3 DER")
      .number("clean_line_ns", &Parameters::clean_line, units::ns, 13'200, {0, 1_us},
              "cache clean to PoC, each line", "hardware §3 DER (Espressobin)")
      .number("invalidate_fixed_ns", &Parameters::invalidate_fixed, units::ns, 60_ns, {0, 100_us},
              "cache invalidate, fixed part", "hardware §3 DER")
      .number("invalidate_line_ns", &Parameters::invalidate_line, units::ns, 3'500, {0, 1_us},
              "cache invalidate, each line", "hardware §3 DER (perf share)")
      .choice("cache_line_bytes", &Parameters::cache_line,
              {{"32", CacheLine::b32}, {"64", CacheLine::b64}, {"128", CacheLine::b128}},
              CacheLine::b64,
              "line size of cache maintenance: what a sync costs (contents are kept by 64 B)",
              "hardware §3; FIELD B11")
      .number("evict_mean_us", &Parameters::evict_mean, units::us, 100_us, {1_us, 1000_s},
              "how long a line stays in the cache before it is evicted", "MEM l")
      .number("iommu_map_ns", &Parameters::iommu_map, units::ns, 800_ns, {0, 1_ms},
              "dma_map without the IOVA", "profiles §9")
      .number("iommu_unmap_ns", &Parameters::iommu_unmap, units::ns, 900_ns, {0, 1_ms},
              "dma_unmap without invalidation and IOVA", "profiles §9")
      .number("iommu_invalidate_ns", &Parameters::iommu_invalidate, units::ns, 500_ns, {0, 10_ms},
              "IOTLB invalidation and sync, doorbell included, on an empty queue", "profiles §9")
      .choice("cmdq_algorithm", &Parameters::cmdq_algorithm,
              choices_of<CommandAlgorithm>(command_algorithm_names), CommandAlgorithm::cmpxchg,
              "how a caller reserves slots of the IOMMU's command queue: cmpxchg fails and tries "
              "again when overtaken",
              "hardware §2 (SMMUv3 in Linux)")
      .number(
          "cmdq_batch", &Parameters::cmdq_batch, units::count, 64, {2, 4096},
          "commands that one owner publishes at most, his sync included; 2: each caller his own",
          "hardware §2")
      .number("cmdq_publish_ns", &Parameters::cmdq_publish, units::ns, 100_ns, {0, 100_us},
              "barrier and doorbell of a batch, in which its owner gathers others", "MEM l")
      .number("cmdq_command_ns", &Parameters::cmdq_command, units::ns, 20_ns, {0, 100_us},
              "the IOMMU's own time a command", "MEM l")
      .number("cmdq_sync_hold_ns", &Parameters::cmdq_sync_hold, units::ns, 0, {0, 100_us},
              "how long a sync keeps the IOMMU from the next command", "MEM l")
      .number("iotlb_entries", &Parameters::iotlb_entries, units::count, 128, {1, 65'536},
              "IOTLB entries", "profiles §9; hardware §1 says sweep {64, 96, 128}")
      .number("iotlb_walk_ns", &Parameters::iotlb_walk, units::ns, 300_ns, {0, 100_us},
              "a page walk that reads the leaf alone", "profiles §9")
      .number("walk_level_ns", &Parameters::walk_level, units::ns, 197_ns, {0, 100_us},
              "each level above the leaf that a walk has to read too", "hardware §2 LU (F&S)")
      .number("walk_cache_entries", &Parameters::walk_cache, units::count, 32, {0, 1024},
              "entries of each level above the leaf that the walkers remember", "MEM l")
      .flag("invalidate_leaf", &Parameters::invalidate_leaf, true,
            "a strict unmap invalidates the leaf alone (SMMU); false: what the walkers remember of "
            "the levels above goes too (VT-d)",
            "hardware §2 LU (F&S); SMMU MEM h")
      .number("iotlb_walkers", &Parameters::iotlb_walkers, units::count, 2, {1, 64},
              "walks at once", "profiles §9");
}

void declare_nic(Table& t) {
  t.choice("link", &Parameters::link, {{"pcie", LinkKind::pcie}, {"axi", LinkKind::axi}},
           LinkKind::axi, "what the device sits on", "profiles §9")
      .number("link_lanes", &Parameters::link_lanes, units::count, 16, {1, 32}, "PCIe lanes",
              "profiles §9")
      .number("link_mts", &Parameters::link_mts, sim::Unit{"MT/s", 1}, 8000, {2500, 32'000},
              "PCIe transfer rate a lane", "profiles §9")
      .number("link_axi_gbps", &Parameters::link_axi_bps, units::gbps, 20'000'000'000,
              {1'000'000, 1'000'000'000'000}, "AXI bandwidth", "profiles §9")
      .number("dma_read_ns", &Parameters::dma_read, units::ns, 350_ns, {0, 100_us},
              "DMA read of 64 B", "profiles §9 MEM l")
      .number("dma_write_ns", &Parameters::dma_write, units::ns, 200_ns, {0, 100_us},
              "a posted write until it is visible", "profiles §9 MEM l")
      .number("dma_issue_ns", &Parameters::dma_issue, units::ns, 10_ns, {0, 1_us},
              "between two TLPs that the device puts out", "choice for the class of device")
      .number("dma_read_tags", &Parameters::dma_read_tags, units::count, 64, {1, 1024},
              "read requests that the device can have under way", "choice, PCIe has 32 to 256")
      .number("dma_remote_ns", &Parameters::dma_remote, units::ns, 0, {0, 100_us},
              "more for a DMA read or write of memory that lies on another socket than the NIC: of "
              "queues whose CPU is there",
              "hardware §1 LU (E5: 95 to 107 on reads); 0 here: one socket")
      .number("nic_socket", &Parameters::nic_socket, units::count, 0, {0, cpus_max - 1},
              "socket that the NIC is attached to", "choice")
      .number("wire_gbps", &Parameters::wire_bps, units::gbps, 10'000'000'000,
              {1'000'000, 1'000'000'000'000}, "Ethernet line rate", "profiles §9")
      .number("wire_latency_us", &Parameters::wire_latency, units::us, 1_us, {0, 1_s},
              "from the peer to this port", "choice")
      .number("ring", &Parameters::ring, units::count, 512, {8, 16'384}, "RX descriptors a queue",
              "profiles §9")
      .number("coalesce_us", &Parameters::coalesce_time, units::us, 100_us, {0, 1_s},
              "interrupt this long after the first frame; 0: at once", "profiles §9 (mvneta)")
      .number("coalesce_frames", &Parameters::coalesce_frames, units::count, 32, {1, 1024},
              "interrupt after so many frames", "profiles §9")
      .flag("coalesce_adaptive", &Parameters::coalesce_adaptive, false,
            "the interrupt interval follows the load (net_dim), from coalesce_us on", "choice")
      .number("napi_weight", &Parameters::napi_weight, units::count, 64, {1, 1024}, "frames a poll",
              "hardware §6")
      .number("netdev_budget", &Parameters::netdev_budget, units::count, 300, {1, 10'000},
              "frames a net_rx_action", "hardware §6 MEM h")
      .number("driver_per_packet_ns", &Parameters::driver_per_packet, units::ns, 1184500, {0, 1_ms},
              "the driver's own work a frame, without pool, DMA API and sync",
              "DER: driver drop 1438 (profiles §9 LU) less pool 40 (§9), invalidation of a line "
              "63.5 (60 + 3.5, above) and the first touch 150 (line_miss_ns)")
      .number("stack_tx_ppm", &Parameters::stack_tx_ppm, ppm, 0, {0, 10'000'000},
              "frames the stack sends for a million that it receives, each mapped and unmapped "
              "(a TCP receiver's acknowledgements: 500000)",
              "choice")
      .number("stack_tx_bytes", &Parameters::stack_tx_bytes, units::bytes, 66, {1, 4096},
              "bytes of each of them", "choice (an acknowledgement)")
      .number("stack_per_packet_ns", &Parameters::stack_per_packet, units::ns, 6500_ns, {0, 1_ms},
              "the stack's work a frame", "profiles §9 MEM l (full stack less driver)");
}

void declare_traffic(Table& t) {
  t.choice("traffic", &Parameters::traffic,
           {{"cbr", TrafficKind::cbr},
            {"poisson", TrafficKind::poisson},
            {"trains", TrafficKind::trains},
            {"mmpp", TrafficKind::mmpp},
            {"pareto_onoff", TrafficKind::pareto_onoff},
            {"websearch", TrafficKind::websearch},
            {"fb_hadoop", TrafficKind::fb_hadoop},
            {"alistorage", TrafficKind::alistorage},
            {"imix", TrafficKind::imix},
            {"trace", TrafficKind::trace}},
           TrafficKind::poisson, "arrival process, or flow sizes of a published CDF",
           "hardware §7: a choice")
      .number("load_mpps", &Parameters::load_pps, units::mpps, 50'000, {0, 200'000'000},
              "mean frames a second; 0: none", "choice")
      .number("in_flight_pages", &Parameters::in_flight_pages, units::count, -1, {-1, 100'000},
              "buffers handed up just as the run begins; -1: those in flight by the law of traffic "
              "and hold",
              "choice")
      .number("frame_bytes", &Parameters::frame_bytes, units::bytes, 1518, {64, 4096},
              "frame size with FCS, for kinds without sizes of their own", "choice")
      .text("trace_csv", &Parameters::trace_csv, "",
            "file for traffic=trace: pcap, pcapng, or CSV with columns time_us or time_s and "
            "bytes, or "
            "tshark's frame.time_epoch and frame.len",
            "—")
      .flag("trace_repeats", &Parameters::trace_repeats, true, "the trace starts again at its end",
            "choice")
      .number("on_mean_us", &Parameters::on_mean, units::us, 500_us, {1_us, 10_s},
              "mean on time of mmpp and pareto_onoff", "hardware §7")
      .number("duty_ppm", &Parameters::duty_ppm, ppm, 250'000, {10'000, 1'000'000},
              "share of time on, of mmpp and pareto_onoff", "hardware §7");
}

void declare_holders(Table& t) {
  constexpr Range held{1_ns, 100 * 86'400_s};
  auto hold = [](auto member) {
    return [member](auto& p) -> auto& {
      return p.hold.*member;
    };
  };
  t.choice("hold", hold(&HoldTimeParams::kind),
           {{"mixture", HoldKind::mixture},
            {"constant", HoldKind::constant},
            {"exponential", HoldKind::exponential},
            {"lognormal", HoldKind::lognormal},
            {"pareto", HoldKind::pareto},
            {"histogram", HoldKind::histogram}},
           HoldKind::mixture, "law of how long a page stays with its holder",
           "hardware §6: a modelling choice, MEM l")
      .number("hold_median_us", hold(&HoldTimeParams::hold_median), units::us, 40_us, held,
              "median of the in-order class, and of the one-law kinds", "hardware §6 MEM l")
      .number("hold_sigma", hold(&HoldTimeParams::hold_sigma_milli), milli, 1000, {0, 4000},
              "spread of the in-order class and of hold=lognormal: standard deviation of ln(hold)",
              "hardware §6 MEM l")
      .number("hold_slow_ppm", hold(&HoldTimeParams::slow_ppm), ppm, 90'000, {0, 1'000'000},
              "share of slow readers (lognormal)", "hardware §6 MEM l")
      .number("hold_slow_median_us", hold(&HoldTimeParams::slow_median), units::us, 1_ms, held,
              "median of the slow readers", "hardware §6 MEM l")
      .number("hold_slow_sigma", hold(&HoldTimeParams::slow_sigma_milli), milli, 1200, {0, 4000},
              "spread of the slow readers", "hardware §6 MEM l")
      .number("hold_tail_ppm", hold(&HoldTimeParams::tail_ppm), ppm, 9'900, {0, 1'000'000},
              "share of the Pareto tail", "hardware §6 MEM l")
      .number("hold_tail_min_us", hold(&HoldTimeParams::tail_min), units::us, 10_ms, held,
              "shortest hold of the Pareto tail", "hardware §6 MEM l")
      .number("hold_tail_cap_us", hold(&HoldTimeParams::tail_cap), units::us, 10_s, held,
              "longest hold of the Pareto tail, and of hold=pareto", "hardware §6 MEM l")
      .number("hold_tail_alpha", hold(&HoldTimeParams::tail_alpha_milli), milli, 1200,
              {100, 10'000}, "exponent of the Pareto tail, and of hold=pareto", "hardware §6 MEM l")
      .number("hold_stuck_ppm", hold(&HoldTimeParams::stuck_ppm), ppm, 0, {0, 1'000'000},
              "share of pages that an application forgot (log-uniform); no run waits for them",
              "hardware §6 says 100: at 0.1 Mpps that is 2300 pages always in flight; sweep it")
      .number("hold_stuck_min_s", hold(&HoldTimeParams::stuck_min), units::s, 60_s, held,
              "shortest hold of a stuck page", "hardware §6 MEM l")
      .number("hold_stuck_cap_s", hold(&HoldTimeParams::stuck_cap), units::s, 600_s, held,
              "longest hold of a stuck page", "choice: without one there is no stationary state")
      .number("hold_fragment_ppm", hold(&HoldTimeParams::fragment_ppm), ppm, 0, {0, 1'000'000},
              "share of pages in the IP-fragment queue", "page_pool §3.1")
      .number("hold_fragment_s", hold(&HoldTimeParams::fragment_time), units::s, 30_s, held,
              "how long the IP-fragment queue holds them (net.ipv4.ipfrag_time)", "page_pool §3.1")
      .number("put_bh_off_ppm", &Parameters::put_bh_off_ppm, ppm, 200'000, {0, 1'000'000},
              "share of puts by a task with bottom halves off", "choice")
      .number("put_softirq_ppm", &Parameters::put_softirq_ppm, ppm, 300'000, {0, 1'000'000},
              "share of puts in softirq", "choice")
      .number("put_deferred_ppm", &Parameters::put_deferred_ppm, ppm, 0, {0, 1'000'000},
              "share freed through the allocating CPU's deferred list", "choice")
      .preset(
          {"putters",
           "who puts pages from where: kernels of 2024 (TCP close and UDP receive in tasks), from "
           "v6.18 on (those deferred or with bottom halves off), or tun, tap and vhost (tasks)",
           {{"2024",
             {{"put_bh_off_ppm", "200000"},
              {"put_softirq_ppm", "300000"},
              {"put_deferred_ppm", "0"}}},
            {"2026",
             {{"put_bh_off_ppm", "400000"},
              {"put_softirq_ppm", "300000"},
              {"put_deferred_ppm", "300000"}}},
            {"vhost",
             {{"put_bh_off_ppm", "0"}, {"put_softirq_ppm", "0"}, {"put_deferred_ppm", "0"}}}}})
      .number("header_lines_written", &Parameters::header_lines_written, units::count, 1, {0, 64},
              "64-B lines of a page that its holder writes", "page_pool §6")
      .number(
          "rcvbuf_frames", &Parameters::rcvbuf_frames, units::count, 0, {0, 1'000'000},
          "frames that the sockets of a CPU hold; further ones are dropped as they come, in the "
          "softirq that received them; 0: without limit",
          "choice")
      .number("app_work_us", &Parameters::app_work, units::us, 2_us, {0, 1_s},
              "an application's own work a page, in user mode", "choice");
}

void declare_histogram(Table& t) {
  t.text("hold_histogram", &Parameters::hold_histogram, "",
         "file for hold=histogram: what bpftrace printed of a hist() or lhist()", "—")
      .text("hold_histogram_map", &Parameters::hold_histogram_map, "",
            "which of its maps, e.g. @hold; needed if it has several", "—")
      .choice("hold_histogram_unit", &Parameters::hold_histogram_unit,
              {{"unknown", HistogramUnit::unknown},
               {"ns", HistogramUnit::ns},
               {"us", HistogramUnit::us},
               {"ms", HistogramUnit::ms},
               {"s", HistogramUnit::s}},
              HistogramUnit::unknown, "unit of its numbers, which the file does not say", "—");
}

void declare_scenario(Table& t) {
  t.choice("teardown", &Parameters::teardown,
           {{"none", Teardown::none},
            {"destroy", Teardown::destroy},
            {"resize", Teardown::resize},
            {"unbind", Teardown::unbind},
            {"remove", Teardown::remove}},
           Teardown::remove, "how far the driver's end goes", "page_pool §7")
      .choice("driver_order", &Parameters::driver_order,
              choices_of<DriverOrder>(driver_order_names), DriverOrder::ndo_stop,
              "NAPI goes after the pool (ndo_stop), or before it and outside RTNL (hns3)",
              "page_pool W6")
      .choice(
          "rx_action", &Parameters::rx_action,
          {{"stack", RxAction::stack},
           {"drop", RxAction::drop},
           {"tx", RxAction::tx},
           {"redirect", RxAction::redirect}},
          RxAction::stack,
          "what becomes of a frame: up the stack, XDP_DROP, XDP_TX, XDP_REDIRECT to another NIC",
          "—")
      .number(
          "redirect_ring", &Parameters::redirect_ring, units::count, 512, {1, 8192},
          "redirected frames that the other NIC's TX ring keeps: it frees one for each that comes "
          "when so many are there",
          "choice")
      .number("redirect_release_us", &Parameters::redirect_release, units::us, 0, {0, horizon_max},
              "the other NIC empties that ring so long after the last frame; 0: never", "choice")
      .number("map_fail_ppm", &Parameters::map_fail_ppm, ppm, 0, {0, 1'000'000},
              "share of DMA mappings that fail; the driver polls on until its ring is full again",
              "choice")
      .number("fault_share_ppm", &Parameters::fault_share_ppm, ppm, 1'000'000, {1, 1'000'000},
              "share of its occasions (pages, calls) at which a --fault acts", "choice")
      .number("queues", &Parameters::queues, units::count, 1, {1, 64}, "RX queues, a pool each",
              "choice")
      .number("pool_size", &Parameters::pool_size, units::count, 1024, {16, 32'768},
              "size of the pool's ring", "page_pool §1.1")
      .number("max_len_bytes", &Parameters::max_len, units::bytes, 4096, {64, 4096},
              "the pool's max_len: the most that a sync of a page covers", "page_pool §1.2")
      .number("rx_buffer_bytes", &Parameters::rx_buffer, units::bytes, 4096, {128, 4096},
              "bytes of an RX buffer: up to 2048, several are fragments of one page (hns3, mt76)",
              "FIELD B16")
      .choice("put_sync", &Parameters::put_sync,
              {{"frame", PutSync::frame}, {"page", PutSync::page}}, PutSync::frame,
              "what a driver's own put syncs: the frame's bytes, or all of max_len_bytes",
              "page_pool §1.2; FIELD B11")
      .number("napi_cpu", &Parameters::napi_cpu, units::count, 1, {0, cpus_max - 1},
              "CPU of the first queue's NAPI", "choice")
      .number("app_first_cpu", &Parameters::app_first_cpu, units::count, 1, {0, cpus_max - 1},
              "applications run on this CPU and those after it", "choice")
      .number("destroy_cpu", &Parameters::destroy_cpu, units::count, 0, {0, cpus_max - 1},
              "CPU of the teardown, the worker and the grace-period task", "choice")
      .number("cycles", &Parameters::cycles, units::count, 0, {0, 1000},
              "interface down and up so often before the end", "page_pool §3.1")
      .flag("rtnl_held", &Parameters::rtnl_held, true,
            "the teardown holds RTNL: synchronize_net is expedited", "page_pool §4")
      .flag("netdev_hooked", &Parameters::netdev_hooked, false,
            "the driver told the pool its netdev: the pool is visible, no stall warning",
            "page_pool §3.2")
      .flag("napi_quiesced", &Parameters::napi_quiesced, true,
            "contract: NAPI is disabled before the pool is destroyed", "page_pool §7")
      .flag("napi_reused", &Parameters::napi_reused, false,
            "with teardown=resize: NAPI stays, and polls for the next pool", "FIELD B13")
      .flag("rx_stopped", &Parameters::rx_stopped, true,
            "contract: RX is stopped before the pool is destroyed", "page_pool §7")
      .number("warmup_us", &Parameters::warmup, units::us, 500_us, {0, 100_s},
              "traffic before the teardown or the measurement", "choice")
      .number("cycle_time_us", &Parameters::cycle_time, units::us, 2_ms, {0, 100_s},
              "the interface is up this long in each cycle", "choice")
      .number("removal_delay_us", &Parameters::removal_delay, units::us, 50_ms, {0, 1000_s},
              "from the interface down to the driver unbound", "choice")
      .number("hw_stop_lag_us", &Parameters::hw_stop_lag, units::us, 0, {0, 1_s},
              "posted writes still land this long after stop", "page_pool §7")
      .number("round_s", &Parameters::round, units::s, 0, {0, 86'400_s},
              "a round of the reporter's script, up to its next removal; 0: it is not repeated",
              "choice: reports leave it out")
      .number("reported_first_crash_s", &Parameters::reported_first_crash, units::s, 0,
              {0, 8'640'000_s},
              "how long the reporter's script ran to its first crash; 0: not told",
              "the report, where there is one")
      .number("measure_us", &Parameters::measure, units::us, 20_ms, {100_us, 100_s},
              "length of the measurement when teardown=none", "choice")
      .number(
          "horizon_s", &Parameters::horizon, units::s, 0, {0, horizon_max},
          "the run ends this long after the teardown at the latest; 0: once the longest finite "
          "hold is over (of a law without an end, all but one in a million), after 12 s at least",
          "choice");
}

// What the kernel's command line, sysfs and people call these, and what we do not have.
void declare_words(Table& t) {
  const std::string rt =
      "under PREEMPT_RT interrupts and softirqs are threads, and locks sleep; full preemption is "
      "the nearest";
  t.words("preempt", {{"rt", "", rt}, {"preempt_rt", "", rt}, {"PREEMPT_RT", "", rt}})
      .words("iommu", {{"pt", "none"},
                       {"passthrough", "none"},
                       {"identity", "none"},
                       {"off", "none"},
                       {"DMA-FQ", "lazy"},
                       {"DMA", "strict"}})
      .words("rx_action", {{"pass", "stack"}})
      .words("traffic",
             {{"tcp", "", "senders do not react (no congestion control, no retransmission)"}})
      .words("link", {{"pci", "pcie"}});
}

Table make_table() {
  Table t;
  declare_cpus(t);
  declare_noise(t);
  declare_memory(t);
  declare_dma(t);
  declare_nic(t);
  declare_traffic(t);
  declare_holders(t);
  declare_histogram(t);
  declare_scenario(t);
  declare_words(t);
  return t;
}

[[noreturn]] void clash(const std::string& what) {
  throw ConfigError("contradictory settings: " + what);
}

void check_histogram(const Parameters& p) {
  const bool unit = p.hold_histogram_unit != HistogramUnit::unknown;
  if (p.hold.kind != HoldKind::histogram) {
    if (!p.hold_histogram.empty() || !p.hold_histogram_map.empty() || unit)
      clash("hold_histogram, its map or its unit is given but hold is not histogram");
    return;
  }
  if (p.hold_histogram.empty()) clash("hold=histogram needs hold_histogram=FILE");
  if (!unit)
    clash(
        "hold=histogram needs hold_histogram_unit, for no histogram says its own; allowed: ns, us, "
        "ms, s");
}

}  // namespace

const Table& parameter_table() {
  static const Table table = make_table();
  return table;
}

void check_swiotlb(bool swiotlb, IommuMode iommu) {
  if (swiotlb && iommu != IommuMode::none)
    clash("swiotlb=true needs iommu=none (bouncing behind an IOMMU is not modelled)");
}

void check_together(const Parameters& p) {
  if (p.napi_reused && p.teardown != Teardown::resize)
    clash("napi_reused=true needs teardown=resize (else the driver goes, and its NAPI with it)");
  if (p.in_flight_pages >= 0 && p.rx_action != RxAction::stack)
    clash("in_flight_pages needs rx_action=stack (nobody else holds buffers at the start)");
  if (p.redirect_release > 0 && p.rx_action != RxAction::redirect)
    clash("redirect_release_us needs rx_action=redirect");
  for (const auto& [name, cpu] : {std::pair{"napi_cpu", p.napi_cpu},
                                  {"app_first_cpu", p.app_first_cpu},
                                  {"destroy_cpu", p.destroy_cpu}})
    if (cpu >= p.cpus)
      clash(std::string(name) + "=" + std::to_string(cpu) + " but cpus=" + std::to_string(p.cpus) +
            "; allowed: 0 to " + std::to_string(p.cpus - 1));
  if (p.cores_per_cluster > 0 && p.cores_per_socket % p.cores_per_cluster != 0)
    clash("cores_per_cluster=" + std::to_string(p.cores_per_cluster) +
          " does not divide cores_per_socket=" + std::to_string(p.cores_per_socket) +
          "; allowed: its divisors, or 0");
  if (const std::int64_t last = (p.cpus - 1) / p.cores_per_socket; p.nic_socket > last)
    clash("nic_socket=" + std::to_string(p.nic_socket) + " but cpus=" + std::to_string(p.cpus) +
          " and cores_per_socket=" + std::to_string(p.cores_per_socket) + " make sockets up to " +
          std::to_string(last) + "; allowed: 0 to " + std::to_string(last));
  check_swiotlb(p.swiotlb, p.iommu);
  if (p.put_bh_off_ppm + p.put_softirq_ppm + p.put_deferred_ppm > 1'000'000)
    clash("put_bh_off_ppm + put_softirq_ppm + put_deferred_ppm is over 1000000");
  if (p.traffic == TrafficKind::pareto_onoff && p.duty_ppm > 990'000)
    clash("duty_ppm=" + std::to_string(p.duty_ppm) +
          " with traffic=pareto_onoff, which needs off times; allowed: 10000 to 990000");
  const HoldTimeParams& h = p.hold;
  const std::int64_t shares = std::int64_t{h.slow_ppm} + h.tail_ppm + h.stuck_ppm + h.fragment_ppm;
  if (h.kind == HoldKind::mixture && shares > 1'000'000)
    clash("hold_slow_ppm + hold_tail_ppm + hold_stuck_ppm + hold_fragment_ppm is " +
          std::to_string(shares) + "; allowed: up to 1000000");
  const auto in_order = [&p](const char* low, Ps at_least, const char* high, Ps at_most) {
    if (at_least > at_most)
      clash(std::string(low) + "=" + parameter_table().print(p, low) + " but " + high + "=" +
            parameter_table().print(p, high) + "; allowed: the first up to the second");
  };
  in_order("hold_tail_min_us", h.tail_min, "hold_tail_cap_us", h.tail_cap);
  in_order("hold_stuck_min_s", h.stuck_min, "hold_stuck_cap_s", h.stuck_cap);
  if (h.kind == HoldKind::pareto)
    in_order("hold_median_us", h.hold_median, "hold_tail_cap_us", h.tail_cap);
  if (p.steal_law == StealLaw::pareto)
    in_order("steal_min_us", p.steal_min, "steal_max_us", p.steal_max);
  if (p.traffic == TrafficKind::trace && p.trace_csv.empty())
    clash("traffic=trace needs trace_csv=FILE");
  if (p.traffic != TrafficKind::trace && !p.trace_csv.empty())
    clash("trace_csv is given but traffic is not trace");
  check_histogram(p);
}

}  // namespace poolrace::models
