// SPDX-License-Identifier: MIT
// A software IOMMU: a table of translations that is asked before it is believed.  Every mapping
// gets an address that was never used before, so that a late call meets nothing or its own.
// It looks mappings up and moves no bytes; invalidation and caches are the simulation's.
#pragma once

#include "pool/native/pages.hpp"

namespace poolrace::pool::native {

struct Line {
  template <class P>
  Line(P&, Region& r) : region(&r) {}
  explicit Line(Region& r) : region(&r) {}
  Region* region;
};

struct Device {
  explicit Device(Reports& reports, bool coherent = false)
      : region(reports, Region::device),
        line(region),
        refcount(line, 1),
        dma_skip_sync(line, coherent) {}
  Region region;
  Line line;
  Word<int> refcount;
  Word<bool> dma_skip_sync;
  std::atomic<bool> bound{true};  // a driver is bound: the DMA API may be called
};

struct Napi {
  explicit Napi(Reports& reports)
      : region(reports, Region::napi), line(region), sched(line, false), list_owner(line, -1) {}
  Region region;
  Line line;
  Word<bool> sched;      // scheduled, running or disabled
  Word<int> list_owner;  // the CPU that polls it, else -1
};

class Dma {
 public:
  static constexpr std::uint64_t mapping_error = 0;

  Dma(Reports& reports, std::uint32_t slots);
  std::uint64_t map(Device& dev, Page page);  // mapping_error: no slot is left
  void unmap(Device& dev, std::uint64_t addr, Page page);
  void sync_for_device(Device& dev, std::uint64_t addr, Page page);
  // What is mapped there, or a null page: for who is not told which page it is about.
  [[nodiscard]] Page page_at(std::uint64_t addr);
  [[nodiscard]] std::uint32_t live() const { return live_.load(std::memory_order_relaxed); }
  void reset();  // with no thread about: forgets what is still mapped

 private:
  struct Mapping {
    std::atomic<std::uint64_t> addr{0};  // 0: free
    std::atomic<std::uint64_t> page{0};  // Page::bits
    std::uint64_t uses = 0;              // under the lock
  };
  Mapping& slot_of(std::uint64_t addr) { return table_[(addr >> page_shift) % size_]; }

  static constexpr unsigned page_shift = 12;
  Reports& reports_;
  std::uint32_t size_;
  std::unique_ptr<Mapping[]> table_;
  SpinLock lock_{nullptr};
  std::vector<std::uint32_t> free_;  // under the lock
  std::atomic<std::uint32_t> live_{0};
};

}  // namespace poolrace::pool::native
