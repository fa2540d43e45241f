// SPDX-License-Identifier: MIT
// struct device, as far as the DMA API looks at it, and the phases of its end.  Each phase is its
// own bit because each is its own event: a driver can be unbound while the default domain is still
// attached, and the struct outlives both while somebody holds a reference.
#pragma once

#include "models/memory/words.hpp"

namespace poolrace::models {

struct Device {
  Device(Memory& memory, bool coherent)
      : region(memory, Region::device),
        line(memory, region),
        refcount(line, 1),
        dma_skip_sync(line, coherent),
        is_coherent(coherent) {}

  Region region;
  Line line;
  Word<int> refcount;
  Word<bool> dma_skip_sync;  // set with the DMA mask; the first swiotlb mapping clears it
  bool is_coherent;

  bool bound = true;        // a driver is bound: the DMA API may be called
  bool ops_valid = true;    // dma ops are those the mappings were made with
  bool group_valid = true;  // iommu_group and domain; gone at removal
};

// struct napi_struct: who polls it, and whether it may run.
struct Napi {
  explicit Napi(Memory& memory)
      : region(memory, Region::napi),
        line(memory, region),
        sched(line, false),
        list_owner(line, -1) {}
  Region region;
  Line line;
  Word<bool> sched;      // NAPI_STATE_SCHED: scheduled, running or disabled
  Word<int> list_owner;  // the CPU whose poll list it is on, else -1
};

}  // namespace poolrace::models
