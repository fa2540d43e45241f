// SPDX-License-Identifier: MIT
// From the one table of parameters to what each part wants to know.
#pragma once

#include <cstdint>

#include "sim/chance/random.hpp"
#include "sim/time.hpp"

namespace poolrace::sim {
struct MachineSpec;
}

namespace poolrace::pool {
struct VariantInfo;
}

namespace poolrace::models {

struct Parameters;
struct CpuParams;
struct MemoryCosts;
struct RcuParams;
struct TheftParams;
struct NoiseParams;
struct PagesParams;
struct IommuParams;
struct SwiotlbParams;
struct CacheParams;
struct LlcParams;
struct DmaParams;
struct LinkParams;
struct NicParams;
struct DriverParams;
struct HolderParams;
struct TrafficParams;
struct Receiver;

// The machine at its clock: what a core spends in cycles takes the time that they take there.  Of
// parameters whose clock is the stated one, a copy.
Parameters at_clock(const Parameters& p);

// All CPUs tick together, from a date below a jiffy on.
Ps first_tick(sim::Stream stream, std::int64_t hz);
CpuParams cpu_params(const Parameters& p, Ps tick_phase);
MemoryCosts memory_costs(const Parameters& p);
RcuParams rcu_params(const Parameters& p);
TheftParams theft_params(const Parameters& p);
NoiseParams noise_params(const Parameters& p);
PagesParams pages_params(const Parameters& p, std::uint32_t frames);
IommuParams iommu_params(const Parameters& p);
SwiotlbParams swiotlb_params(const Parameters& p);
CacheParams cache_params(const Parameters& p);
LlcParams llc_params(const Parameters& p);
DmaParams dma_params(const Parameters& p);
LinkParams link_params(const Parameters& p);
NicParams nic_params(const Parameters& p);
DriverParams driver_params(const Parameters& p, const pool::VariantInfo& variant);
HolderParams holder_params(const Parameters& p);
TrafficParams traffic_params(const Parameters& p);
Receiver receiver(const Parameters& p);
sim::MachineSpec machine_spec(const Parameters& p);

// Frames a second of the traffic that comes: a trace's own rate, if there is one.
double mean_load_pps(const Parameters& p);

// Page frames for everything that can be out at once, with room for pages freed late.
std::uint32_t frames_needed(const Parameters& p, double mean_pps, std::uint64_t in_flight);

// What a run would find out only as it begins: a load that the wire does not carry, more pages in
// flight than one can follow or the RAM has.  ConfigError, after check_together().
void check_runnable(const Parameters& p);

// How long a run may go on after its teardown: horizon_s, or until the longest finite hold is over.
Ps horizon_of(const Parameters& p);

}  // namespace poolrace::models
