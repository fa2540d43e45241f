// SPDX-License-Identifier: MIT
// The IOTLB and its page walkers: E entries of 4 KB, exact LRU, W walks at a time.  An entry keeps
// the frame it was filled with, so that after its PTE is cleared the device still reaches the *old*
// frame until the entry is invalidated or evicted: the lazy-mode window.  A miss waits for a free
// walker; a second access to a page being walked waits for that same walk.  Faults are not cached.
// A walk reads the leaf, and before it what the walkers do not remember of the levels above
// (walk_cache.hpp).
// Mirrors VT-d and SMMU as measured by pcie-bench (hardware.md §1).  Leaves out: set associativity,
// super-pages, ATS; the PTE is read when the walk is asked for.
#pragma once

#include <cstdint>
#include <vector>

#include "models/dma/page_table.hpp"
#include "models/dma/walk_cache.hpp"
#include "models/ids.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

struct IotlbParams {
  std::uint32_t entries = 96;        // not identified by the data: sweep {64, 96, 128}
  std::uint32_t walkers = 5;         // 5-6 fit the saturated rate
  Ps walk_ps = 270 * ps_per_ns;      // LU +228..+297 ns on a full miss: the leaf alone is read
  Ps level_ps = 197 * ps_per_ns;     // each level above that has to be read too (LU, F&S)
  std::uint32_t upper_entries = 32;  // that the walkers remember of each level, MEM(l)
  Ps hit_ps = 0;                     // part of the DMA latency already
};

struct Translation {
  FrameId frame = no_frame;
  Pfn pfn = 0;             // of the 4-KB page reached
  std::uint16_t page = 0;  // which 4-KB page of the frame
  bool fault = false;      // no translation; frame is no_frame
  bool hit = false;        // served by an entry, even one still being walked
  bool stale = false;      // a hit whose PTE is gone or leads elsewhere by now
  Ps done_at = 0;          // when the device has its answer
};

class Iotlb {
 public:
  explicit Iotlb(const IotlbParams& params);

  Translation translate(Iova iova, const PageTable& table, Ps now);
  // `leaf`: the levels above stay remembered.
  void invalidate(Iova iova, std::uint32_t order = 0, bool leaf = true);
  void invalidate_all();
  // When the walks that filled these entries (or all walks) are over; a past date: nothing to wait
  // for.  Hardware drains them before it reports an invalidation complete.
  Ps drained_at(Iova iova, std::uint32_t order) const;
  Ps all_drained_at() const;

  bool contains(Iova iova) const { return find(page_of(iova)) != nil; }
  std::uint32_t used() const { return used_; }
  std::uint64_t hits() const { return hits_; }
  std::uint64_t misses() const { return misses_; }  // walks, faulting ones included
  std::uint64_t faults() const { return faults_; }
  std::uint64_t levels_read() const { return levels_read_; }  // by walks, above the leaf

 private:
  static constexpr std::uint32_t nil = ~0u;
  struct Entry {
    std::uint64_t page = 0;
    Pte pte;
    Ps ready_at = 0;
    std::uint32_t newer = nil;
    std::uint32_t older = nil;  // in a free entry: the next free one
  };

  Translation serve(Entry& entry, const PageTable& table, Ps now);
  Ps walk(std::uint64_t page, Ps now);
  std::uint32_t home(std::uint64_t page) const;
  std::uint32_t find(std::uint64_t page) const;  // entry index or nil
  void index_insert(std::uint32_t slot);
  void index_erase(std::uint64_t page);
  void link_newest(std::uint32_t slot);
  void unlink(std::uint32_t slot);
  void drop(std::uint32_t slot);
  std::uint32_t take_slot();

  IotlbParams params_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> index_;  // open addressing, looked up and never iterated
  std::uint32_t index_bits_;
  WalkCache upper_;
  std::vector<Ps> walker_free_at_;
  std::uint32_t newest_ = nil;
  std::uint32_t oldest_ = nil;
  std::uint32_t free_ = nil;
  std::uint32_t used_ = 0;
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
  std::uint64_t faults_ = 0;
  std::uint64_t levels_read_ = 0;
};

}  // namespace poolrace::models
