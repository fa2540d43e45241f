// SPDX-License-Identifier: MIT
// The DMA API's map and unmap, by CPUs that do nothing else: who waits for the IOMMU's invalidation,
// and for whom.
#pragma once

#include <optional>

#include "models/ids.hpp"
#include "models/parameters.hpp"

namespace poolrace::experiments {

struct MapUnmap {
  double pairs_per_s = 0;    // of one CPU, mean over them
  double unmap_ns = 0;       // a call of dma_unmap
  double invalidate_ns = 0;  // of which the command list and its sync; lazy: 0
};
// `cpus` of them map one page of their own and unmap it again, over and over.
MapUnmap map_unmap(const models::Parameters& p, models::CpuId cpus, Ps window);

}  // namespace poolrace::experiments
