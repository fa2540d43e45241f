// SPDX-License-Identifier: MIT
// From the one table of parameters to what each part wants to know.
#pragma once

#include "models/cpu/rcu.hpp"
#include "models/dma/dma.hpp"
#include "models/nic/nic.hpp"
#include "models/parameters.hpp"
#include "models/traffic/holders.hpp"
#include "sim/worlds/world.hpp"

namespace poolrace::models {

CpuParams cpu_params(const Parameters& p, Ps tick_phase);
MemoryCosts memory_costs(const Parameters& p);
RcuParams rcu_params(const Parameters& p);
PagesParams pages_params(const Parameters& p, std::uint32_t frames);
IommuParams iommu_params(const Parameters& p);
SwiotlbParams swiotlb_params(const Parameters& p);
CacheParams cache_params(const Parameters& p);
LinkParams link_params(const Parameters& p);
NicParams nic_params(const Parameters& p);
HolderParams holder_params(const Parameters& p);
TrafficParams traffic_params(const Parameters& p);
sim::MachineSpec machine_spec(const Parameters& p);

}  // namespace poolrace::models
