// SPDX-License-Identifier: MIT
// The bounce-buffer pool: 2-KB slots, one area a CPU with its own lock, contiguous runs found by
// next fit.  A mapping bounces if its page lies at or above the device's limit.  The device then
// writes the slots, and only sync-for-cpu (or an unmap that copies) brings the bytes to the page;
// sync-for-device copies the page over whatever the device wrote (the caller asks for that only
// where the device may read, too: not for from_device).  Tracked by 64-B lines. Mirrors Linux
// kernel/dma/swiotlb.  Leaves out: growing the pool, alignment masks, runs that cross areas,
// encrypted guests other than by bounce_from_pfn = 0.
#pragma once

#include <cstdint>
#include <vector>

#include "models/ids.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

struct SwiotlbParams {
  CpuId cpus = 1;
  std::uint32_t slots = 32'768;       // 64 MB
  Pfn bounce_from_pfn = ~Pfn{0};      // 0: everything bounces; ~0: nothing
  bool copy_on_map = true;            // Linux copies in on map even for FROM_DEVICE (MEM h)
  Ps alloc_ps = 150 * ps_per_ns;      // MEM(l); the area's lock is held as long
  Ps free_ps = 80 * ps_per_ns;        // MEM(l); same
  Ps copy_fixed_ps = 20 * ps_per_ns;  // MEM(l)
  Ps copy_ps_per_byte = 100;          // 10 GB/s, MEM(l)
};

using SlotId = std::uint32_t;
inline constexpr SlotId no_slot = ~SlotId{0};

struct SwiotlbMap {
  SlotId slot = no_slot;  // no_slot: no run of free slots in any area
  Ps cost = 0;
};

struct SwiotlbCopy {
  Ps cost = 0;
  bool live = false;         // false: no such mapping, nothing copied
  FrameId frame = no_frame;  // whose page was read or written
  std::uint32_t lost_device_lines =
      0;  // device bytes overwritten or dropped before being copied out
};

class Swiotlb {
 public:
  static constexpr std::uint32_t slot_bytes = 2048;
  static constexpr std::uint32_t segment_slots = 128;  // a run may not be longer

  explicit Swiotlb(const SwiotlbParams& params);

  bool bounces(Pfn pfn) const { return pfn >= params_.bounce_from_pfn; }
  // Linux clears the device's skip-sync bit at the first bounce.
  bool ever_bounced() const { return ever_bounced_; }

  SwiotlbMap map(CpuId cpu, FrameId frame, std::uint32_t bytes, Ps now);
  // `copy_out`: without DMA_ATTR_SKIP_CPU_SYNC; with it (page_pool) the bytes are dropped.
  SwiotlbCopy unmap(SlotId slot, bool copy_out, Ps now);
  SwiotlbCopy sync_for_cpu(SlotId slot, std::uint32_t offset, std::uint32_t bytes);
  SwiotlbCopy sync_for_device(SlotId slot, std::uint32_t offset, std::uint32_t bytes);
  // False: the slots belong to nobody (anymore).
  bool device_write(SlotId slot, std::uint32_t offset, std::uint32_t bytes);
  // Lines of the range that the device wrote and nobody copied out: a CPU read would miss them.
  std::uint32_t pending_lines(SlotId slot, std::uint32_t offset, std::uint32_t bytes) const;

  FrameId owner(SlotId slot) const;             // no_frame if free
  std::uint32_t live() const { return live_; }  // mappings
  std::uint32_t slots_used() const { return slots_used_; }

 private:
  struct Slot {
    FrameId frame = no_frame;
    std::uint32_t run = 0;      // slots in this mapping if it starts here, else 0
    std::uint32_t bytes = 0;    // of the whole mapping if it starts here
    std::uint32_t written = 0;  // 32 lines: device bytes not copied out
  };
  struct Area {
    std::uint32_t first = 0;
    std::uint32_t next = 0;  // next fit
    std::uint32_t used = 0;
    Ps busy_until = 0;
  };

  SlotId find_run(const Area& area, std::uint32_t run) const;
  bool starts_mapping(SlotId slot) const;
  Ps copy_cost(std::uint32_t bytes) const;

  SwiotlbParams params_;
  std::uint32_t area_slots_;
  std::vector<Slot> slots_;
  std::vector<Area> areas_;
  std::uint32_t live_ = 0;
  std::uint32_t slots_used_ = 0;
  bool ever_bounced_ = false;
};

}  // namespace poolrace::models
