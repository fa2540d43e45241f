// SPDX-License-Identifier: MIT
// What a device's DMA takes, as pcie-bench measured it.
#include "experiments/validate/groups.hpp"

namespace poolrace::experiments {

void add_dma(ValidationRows& rows) {
  GroupOfRows group(rows, "DMA", "pcie-bench (SIGCOMM 2018), E5 class");
  for (const char* profile : {"e5-1650-v4", "x86-server"}) {
    const OnMachine on(profile);
    group.add(std::string("dma/read of 64 B/") + profile, {547, 560},
              static_cast<double>(on.p.dma_read) / ps_per_ns, "ns", Basis::input, profile);
  }
  const OnMachine broadwell("e5-1650-v4");
  group.add("dma/penalty of an IOTLB miss/Broadwell", 291,
            static_cast<double>(broadwell.p.iotlb_walk) / ps_per_ns, "ns", Basis::input,
            broadwell.words);
  group.add_missing("dma/a warm 64-B read saves", {40, 53}, "ns",
                    "no last-level cache between device and memory");
}

}  // namespace poolrace::experiments
