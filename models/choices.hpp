// SPDX-License-Identifier: MIT
// The choices that a machine and its scenario are made of: enumerators alone, so that whoever
// passes parameters on need not know the parts which act on them.
#pragma once

#include <cstdint>

namespace poolrace::models {

enum class PreemptModel : std::uint8_t { none, voluntary, lazy, full };
inline constexpr const char* preempt_model_names[] = {"none", "voluntary", "lazy", "full"};

// CONFIG_PREEMPT_RCU: selected by full preemption and by PREEMPT_DYNAMIC, not by lazy alone.
constexpr bool rcu_is_preemptible(PreemptModel preempt, bool dynamic) {
  return preempt == PreemptModel::full || dynamic;
}
// A task in the kernel is a reader as it stands: nothing takes its CPU away, and RCU counts on it.
constexpr bool tasks_are_readers(PreemptModel preempt, bool dynamic) {
  return !rcu_is_preemptible(preempt, dynamic) && preempt != PreemptModel::lazy;
}

// What the end of the device's IOMMU group leaves to a late DMA call: up to v6.14 a NULL group,
// from v6.15 on (280e5a301005) the direct path.
enum class IommuGeneration : std::uint8_t { v6_14, v6_15 };
inline constexpr const char* iommu_generation_names[] = {"v6.14", "v6.15"};

// When NAPI goes: after the pool (drivers that destroy in ndo_stop), or before it (hns3).
enum class DriverOrder : std::uint8_t { ndo_stop, hns3 };
inline constexpr const char* driver_order_names[] = {"ndo_stop", "hns3"};

// What a pool does for its pages: nothing, map them, or map them and sync them on every put.
enum class PoolFlags : std::uint8_t { none, dma_map, dma_map_sync };
inline constexpr const char* pool_flags_names[] = {"none", "dma_map", "dma_map_sync"};

enum class IommuMode : std::uint8_t { none, lazy, strict };
inline constexpr const char* iommu_mode_names[] = {"none", "lazy", "strict"};

// How long a hypervisor keeps a CPU.
enum class StealLaw : std::uint8_t { exponential, pareto };
inline constexpr const char* steal_law_names[] = {"exponential", "pareto"};

// How a caller reserves slots of the IOMMU's command queue.
enum class CommandAlgorithm : std::uint8_t { cmpxchg, fetch_add };
inline constexpr const char* command_algorithm_names[] = {"cmpxchg", "fetch_add"};

enum class CacheLine : std::uint32_t { b32 = 32, b64 = 64, b128 = 128 };

enum class LinkKind { pcie, axi };

enum class TrafficKind {
  cbr,           // one frame every 1/load, random phase
  poisson,       //
  trains,        // trains of train_frames_min .. _max (uniform) at Poisson dates
  mmpp,          // two states, exponential stays; Poisson frames in each
  pareto_onoff,  // onoff_sources constant-rate sources, Pareto on and off times
  websearch,     // flows at Poisson dates, sizes from the CDF, cut in frames of mtu_bytes
  fb_hadoop,     //
  alistorage,    //
  imix,          // 64/594/1518 B at 7:4:1, independent; dates as cbr
  trace          // a recorded CSV
};

enum class HistogramUnit : std::uint8_t { unknown, ns, us, ms, s };
enum class HoldKind { mixture, constant, exponential, lognormal, pareto, histogram };

enum class Teardown : std::uint8_t { none, destroy, resize, unbind, remove };
enum class PutSync : std::uint8_t { frame, page };
enum class RxAction : std::uint8_t { stack, drop, tx, redirect };

}  // namespace poolrace::models
