// SPDX-License-Identifier: MIT
// The choices that a machine and its scenario are made of: enumerators alone, so that whoever
// passes parameters on need not know the parts which act on them.
#pragma once

#include <cstdint>

namespace poolrace::models {

enum class PreemptModel : std::uint8_t { none, voluntary, full };

enum class IommuMode : std::uint8_t { none, lazy, strict };
inline constexpr const char* iommu_mode_names[] = {"none", "lazy", "strict"};

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
enum class RxAction : std::uint8_t { stack, drop, tx };

}  // namespace poolrace::models
