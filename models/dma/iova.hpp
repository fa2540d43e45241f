// SPDX-License-Identifier: MIT
// The allocator of device addresses: per-CPU magazines of 128 (loaded + previous) for orders 0..5
// (4 KB to 128 KB), one depot of full magazines a size class, and behind them the tree under one
// lock, searched top-down from a cached position.  A CPU gets back first what it freed last, which
// is what makes a late unmap in strict mode hit somebody else's mapping.
// Mirrors Linux 5.x/6.x drivers/iommu/iova (hardware.md §2).  Leaves out: the 32-bit/64-bit double
// try, reserved windows, trimming of the depot by time; a tree search costs one constant.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/ids.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

struct IovaParams {
  CpuId cpus = 1;
  std::uint32_t space_pages = 1u << 20;    // aperture below the 32-bit limit; page 0 is never used
  std::uint32_t depot_magazines_max = 32;  // per size class; more spill into the tree
  Ps cached_ps = 30 * ps_per_ns;           // 92 cycles at 3.1 GHz, MEM(m)
  Ps depot_ps = 100 * ps_per_ns;           // exchange one magazine under the class's lock, MEM(l)
  Ps tree_ps = 1'286 * ps_per_ns;          // 3986 cycles at 3.1 GHz, MEM(m): time the lock is held
  Ps tree_free_ps = 200 * ps_per_ns;       // erase one range, MEM(l)
};

enum class IovaSource : std::uint8_t { cached, depot, tree, none };

struct IovaAlloc {
  Iova iova = 0;  // 0: the space is exhausted
  Ps cost = 0;    // waiting for a lock included
  IovaSource from = IovaSource::none;
};

class IovaAllocator {
 public:
  static constexpr std::uint32_t magazine_size = 128;
  static constexpr std::uint32_t cached_orders = 6;  // 4 KB .. 128 KB

  explicit IovaAllocator(const IovaParams& params);

  // `pick` is the explorer's choice: 0 is what Linux does; k takes the k-th most recently freed of
  // the loaded magazine, and a k past its end a fresh one from the tree.
  IovaAlloc alloc(CpuId cpu, std::uint32_t order, Ps now, std::uint32_t pick = 0);
  // Throws InternalError if [iova, iova + order) is not live: double frees are the facade's to
  // stop.
  Ps free(CpuId cpu, Iova iova, std::uint32_t order, Ps now);

  std::uint64_t live() const { return live_; }  // handed out and not yet freed, in ranges
  std::uint64_t tree_pages() const { return tree_pages_; }       // live or parked in a magazine
  std::uint32_t reusable(CpuId cpu, std::uint32_t order) const;  // in the loaded magazine
  const IovaParams& params() const { return params_; }

 private:
  static constexpr std::uint32_t no_magazine = ~0u;
  struct Magazine {
    std::uint32_t count = 0;
    std::array<Pfn, magazine_size> pages;
  };
  struct CpuClass {
    std::uint32_t loaded = no_magazine;
    std::uint32_t previous = no_magazine;
  };
  struct Depot {
    std::vector<std::uint32_t> full;  // last in, first out
    Ps busy_until = 0;
  };

  CpuClass& cpu_class(CpuId cpu, std::uint32_t order);
  IovaAlloc alloc_from_tree(std::uint32_t order, Ps now);
  IovaAlloc hand_out(Pfn page, std::uint32_t order, Ps cost, IovaSource from);
  Pfn take(Magazine& magazine, std::uint32_t pick);
  Ps make_room(CpuClass& own, std::uint32_t order, Ps now);
  void spill(std::uint32_t magazine, std::uint32_t order);
  void spill_everything();
  std::uint32_t new_magazine();
  std::uint32_t count(std::uint32_t magazine) const;
  Pfn tree_insert(std::uint32_t order);
  Pfn search_below(std::uint32_t limit, std::uint32_t order) const;
  void tree_erase(Pfn page, std::uint32_t order);

  IovaParams params_;
  std::vector<Magazine> magazines_;
  std::vector<std::uint32_t> spare_;  // empty magazines
  std::vector<CpuClass> classes_;     // cpu * cached_orders + order
  std::array<Depot, cached_orders> depots_;
  std::vector<std::uint64_t> tree_bits_;  // one bit a page: known to the tree
  std::vector<std::uint64_t> live_bits_;  // one bit a page: in somebody's hands
  std::uint32_t cursor_;                  // the tree searches below this page first
  Ps tree_busy_until_ = 0;
  std::uint64_t live_ = 0;
  std::uint64_t tree_pages_ = 0;
};

}  // namespace poolrace::models
