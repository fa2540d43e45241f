// SPDX-License-Identifier: MIT
// The IOMMU as the DMA API and the device see it: none, lazy or strict.  Strict clears the PTE,
// invalidates and waits, then frees the IOVA, which is at once the next one this CPU hands out.
// Lazy clears the PTE and leaves the IOVA to the flush queue; until the flush the device may still
// reach the old frame through the IOTLB.  After detach() (device removal, step 6 of page_pool.md
// §7) every call reports `domain_gone` and changes nothing: the kernel would have dereferenced
// NULL. Without an IOMMU there is no domain to lose and nothing to unmap. Leaves out: several
// devices in one group, identity domains, order-n unmaps of a part.
#pragma once

#include <cstdint>

#include "models/choices.hpp"
#include "models/dma/command_queue.hpp"
#include "models/dma/flush_queue.hpp"
#include "models/dma/iotlb.hpp"
#include "models/dma/iova.hpp"
#include "models/dma/page_table.hpp"
#include "models/ids.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

struct IommuParams {
  IommuMode mode = IommuMode::strict;
  CpuId cpus = 1;                 // goes into iova and flush_queue as well
  Ps map_ps = 250 * ps_per_ns;    // CPU, without IOVA allocation
  Ps unmap_ps = 300 * ps_per_ns;  // CPU, without invalidation and IOVA
  Ps lookup_ps = 20 * ps_per_ns;  // iova_to_phys in software, MEM(l)
  Ps direct_ps = 2 * ps_per_ns;   // map or unmap without an IOMMU, MEM(l)
  bool range_invalidate = true;   // one command for 2^order pages, else one a page
  bool invalidate_leaf = false;   // an unmap leaves the upper levels to the walkers
  IovaParams iova;
  IotlbParams iotlb;
  FlushQueueParams flush_queue;
  CommandQueueParams command_queue;
};

// Seeded bugs, switched while running; a healthy machine has none.
struct IommuFaults {
  bool lose_invalidate = false;     // strict: the sync completes, the IOTLB entry stays
  bool lose_flush = false;          // lazy: same for the flush of the domain
  bool release_iova_early = false;  // lazy: the IOVA does not wait for the flush
  bool leak_iova = false;           // unmap forgets the IOVA
  bool lose_queued = false;         // lazy: the flush forgets the IOVAs that waited for it
  bool lose_map = false;            // map says it worked, but there is no PTE
  bool keep_pte = false;            // unmap says it worked, the PTE stays (and with it the IOVA)
};

struct IommuMap {
  Iova dma_addr = 0;
  Ps cost = 0;
  bool ok = false;  // false: no IOVA, no domain, or the table had something there
  bool domain_gone = false;
};

struct IommuUnmap {
  Ps cost = 0;
  bool had_mapping = false;  // none: always true, there is nothing to know it by
  FrameId was = no_frame;    // none: no_frame
  std::uint32_t order = 0;   // of the mapping that was torn down
  bool domain_gone = false;
};

struct IommuStep {
  Ps cost = 0;
  bool domain_gone = false;
  Ps published_at = 0;  // of an invalidation: the doorbell, and whether the caller rang it
  bool owns = false;
};

struct IommuPhys {
  std::uint64_t phys = 0;    // 0: no mapping
  FrameId frame = no_frame;  // none: no_frame, the caller knows its pfns
  Ps cost = 0;
  bool domain_gone = false;
};

struct IommuAccess {
  FrameId frame = no_frame;  // none: no_frame, go by phys
  std::uint16_t page = 0;    // which 4-KB page of the frame
  std::uint64_t phys = 0;    // byte address reached
  bool fault = false;
  bool hit = false;
  bool stale = false;  // served by an IOTLB entry whose PTE is gone or leads elsewhere
  bool domain_gone = false;
  Ps done_at = 0;
};

class Iommu final : private FlushSink {
 public:
  explicit Iommu(const IommuParams& params);

  // `iova_pick`: see IovaAllocator::alloc.
  IommuMap map(CpuId cpu, FrameId frame, Pfn pfn, std::uint32_t order, Ps now,
               std::uint32_t iova_pick = 0);
  // The three steps of an unmap in one go; all effects at `now`.
  IommuUnmap unmap(CpuId cpu, Iova iova, std::uint32_t order, Ps now);

  // The same as three visible steps.  begin: clears the PTE.  invalidate: what the CPU spends on
  // the command queue (strict; else 0).  finish, once that time is spent: the IOTLB entry goes and
  // the IOVA is freed (strict), or the IOVA is queued (lazy).  Only after a begin with had_mapping,
  // with the order it returned; `domain_gone` if a detach came between, and then the IOVA is lost.
  IommuUnmap unmap_begin(CpuId cpu, Iova iova, std::uint32_t order, Ps now);
  IommuStep unmap_invalidate(CpuId cpu, Iova iova, std::uint32_t order, Ps now);
  IommuStep unmap_finish(CpuId cpu, Iova iova, std::uint32_t order, Ps now);

  IommuPhys iova_to_phys(Iova iova) const;
  IommuAccess device_access(Iova iova, Ps now);

  // Lazy mode's timer; ps_never when not armed.
  Ps next_deadline() const { return flush_queue_.next_deadline(); }
  CpuId timer_cpu() const { return flush_queue_.timer_cpu(); }
  Ps timer_fired(CpuId cpu, Ps now);

  // The group lets go of the device and the domain is freed: IOTLB emptied, queued IOVAs released.
  void detach();
  bool attached() const { return attached_; }

  IommuMode mode() const { return params_.mode; }
  IommuFaults& faults() { return faults_; }

  // For the leak check; mappings that detach() orphaned stay counted.
  std::uint64_t live_mappings() const { return table_.live(); }
  std::uint64_t live_iovas() const { return iova_.live(); }  // queued ones included
  std::uint64_t queued_iovas() const { return flush_queue_.pending(); }

  const Iotlb& iotlb() const { return iotlb_; }
  const FlushQueue& flush_queue() const { return flush_queue_; }
  const CommandQueue& command_queue() const { return command_queue_; }
  const IovaAllocator& iova() const { return iova_; }

 private:
  Ps flush_domain(CpuId cpu, Ps now) override;
  Ps release_iova(CpuId cpu, Iova iova, std::uint32_t order, Ps now) override;

  IommuParams params_;
  IommuFaults faults_;
  IovaAllocator iova_;
  PageTable table_;
  Iotlb iotlb_;
  FlushQueue flush_queue_;
  CommandQueue command_queue_;
  bool attached_ = true;
};

}  // namespace poolrace::models
