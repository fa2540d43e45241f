// SPDX-License-Identifier: MIT
// What the pool's Platform is in both worlds of the simulated machine: words, pages, DMA, and the
// checker's eyes, each forwarded to the part that models it.  No behaviour of its own; but every
// call asks how often it takes place, which is where seeded faults drop or repeat it.
// Left to the worlds (SimPlatform, ExplorePlatform): locks, RCU, time and deferred work.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "models/address_sites.hpp"
#include "models/checker/in_flight.hpp"
#include "models/cpu/cpu.hpp"
#include "models/dma/device.hpp"
#include "models/dma/dma.hpp"
#include "models/memory/pages.hpp"
#include "models/memory/words.hpp"

namespace poolrace::models {

// A work item that a kworker runs some time after it was scheduled.
struct DelayedWork {
  template <class P>
  DelayedWork(P&, std::function<void()> body) : run(std::move(body)) {}
  std::function<void()> run;
  bool scheduled = false;  // where there is time
};

struct MachineParts {
  Cpus& cpus;
  Memory& memory;
  Pages& pages;
  Dma& dma;
  Checker& checker;
};

// Seeded faults of what the pool asks for; a healthy platform has none.
struct PlatformFaults {
  bool free_pools_early = false;   // at the first retry
  bool short_sync = false;         // of a line, whatever was asked for
  bool shifted_sync = false;       // a line further on
  bool last_sync_address = false;  // that of the sync before
  bool double_unmap_size = false;  // an order too many
  int cpu_told = -1;               // smp_processor_id(), if not negative
};

class MachinePlatform {
 public:
  using Site = sim::Site;
  using Page = models::Page;
  using Device = models::Device;
  using Napi = models::Napi;
  using DelayedWork = models::DelayedWork;
  template <class T>
  using Word = models::Word<T>;
  static constexpr std::uint64_t dma_mapping_error = Dma::mapping_error;

  // The pool builds its structs from the platform; the parts want the memory.
  struct Region : models::Region {
    Region(MachinePlatform& p, Kind kind) : models::Region(p.parts_.memory, kind) {
      if (kind == pool) p.pool_regions_.push_back(this);
    }
  };
  struct Line : models::Line {
    Line(MachinePlatform& p, Region& region) : models::Line(p.parts_.memory, region) {}
  };

  // The consumer-only alloc cache: who is inside, and the alarm when two are.
  struct ConsumerOwner {
    explicit ConsumerOwner(MachinePlatform& p) : number(++p.locks_) {}
    std::uint32_t number;  // whether two overlap depends on the order of coming and going
    const sim::Context* inside = nullptr;
  };
  class ConsumerScope {
   public:
    ConsumerScope(MachinePlatform& p, ConsumerOwner& owner);
    ~ConsumerScope();
    ConsumerScope(const ConsumerScope&) = delete;
    ConsumerScope& operator=(const ConsumerScope&) = delete;

   private:
    MachinePlatform& p_;
    ConsumerOwner& owner_;
    bool mine_;
  };

  void kfree(Region& region) {
    for (int n = parts_.memory.effects("kfree"); n > 0; --n) free_once(region);
  }
  [[nodiscard]] std::uint32_t freed_pools() const { return freed_pools_; }
  // Pools in the order of their creation.
  [[nodiscard]] bool pool_alive(std::size_t nth) const { return pool_regions_[nth]->alive(); }

  Page alloc_pages(std::uint32_t order, int nid) { return parts_.pages.alloc(order, nid); }
  std::vector<Page> alloc_pages_bulk(std::uint32_t count, int nid) {
    return parts_.pages.alloc_bulk(count, nid);
  }
  void put_page_ref(Page page) {
    for (int n = parts_.memory.effects("page allocator: free"); n > 0; --n)
      parts_.pages.put_ref(page);
  }
  int numa_mem_id() { return 0; }
  template <class Visit>
  void for_each_populated_page(Visit visit) {
    const char* outer = std::exchange(parts_.cpus.self().doing, doing_scan);
    parts_.pages.for_each_populated(visit);
    parts_.cpus.self().doing = outer;
  }
  void lock_memory_hotplug() {}  // nobody plugs memory here
  void unlock_memory_hotplug() {}

  std::uint64_t dma_map_page(Device& dev, Page page, std::uint32_t order) {
    return parts_.dma.map(dev, page, order);
  }
  void dma_unmap_page(Device& dev, std::uint64_t addr, std::uint32_t order, Page page) {
    for (int n = parts_.memory.effects(site_unmap); n > 0; --n)
      parts_.dma.unmap(dev, addr, order + faults_.double_unmap_size, page);
  }
  void dma_sync_for_device(Device& dev, std::uint64_t addr, std::uint32_t offset,
                           std::uint32_t size, Page page) {
    if (parts_.memory.effects(site_sync_for_device) == 0) return;
    if (faults_.short_sync) size = std::min(size, line_bytes);
    if (faults_.shifted_sync) offset += line_bytes;
    if (faults_.last_sync_address) std::swap(addr, last_synced_);
    parts_.dma.sync_for_device(dev, addr, offset, size, page);
  }
  bool dma_dev_need_sync(Device& dev) { return parts_.dma.need_sync(dev); }
  void get_device(Device& dev) { dev.refcount.add_return("get_device", 1, Ordering::relaxed); }
  void put_device(Device& dev) {
    if (dev.refcount.add_return("put_device", -1, Ordering::full) == 0)
      parts_.memory.kfree(dev.region);
  }
  // Called where a tracking entry has just been read: an entry outlives its page only if somebody
  // forgot to erase it.
  void tracker_used(Page page, const char* site);
  // How far a walk of tracking memory goes is read, or raised, without a step of its own.
  void tracker_bound(bool raised) {
    parts_.memory.touch(Object::tracker, 0, raised ? sim::Touch::write : sim::Touch::read);
  }

  void smp_mb() { parts_.memory.fence(sim::Fence::mb); }
  void smp_wmb() { parts_.memory.fence(sim::Fence::wmb); }
  void smp_rmb() { parts_.memory.fence(sim::Fence::rmb); }

  bool in_softirq() { return parts_.cpus.in_softirq(); }
  int smp_processor_id() {
    return faults_.cpu_told >= 0 ? faults_.cpu_told
                                 : static_cast<int>(parts_.cpus.self().cpu->id());
  }
  int nr_cpus() { return static_cast<int>(parts_.cpus.size()); }
  void assert_not_hardirq(const char* site);

  void warn(const char* sentence) { warnings_.emplace_back(sentence); }
  void stalled_pool_shutdown(int inflight, std::int64_t age_s);
  [[nodiscard]] const StallWarnings& stall_warnings() const { return stall_warnings_; }
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  PlatformFaults& faults() { return faults_; }

 protected:
  explicit MachinePlatform(const MachineParts& parts) : parts_(parts) {}
  ~MachinePlatform() = default;
  MachinePlatform(const MachinePlatform&) = delete;
  MachinePlatform& operator=(const MachinePlatform&) = delete;

  void retry_scheduled() {
    if (faults_.free_pools_early) parts_.memory.kfree(*pool_regions_.back());
  }

  MachineParts parts_;
  std::uint32_t locks_ = 0;  // and consumers, as the explorer numbers them

 private:
  void free_once(Region& region);

  std::vector<Region*> pool_regions_;
  std::uint32_t freed_pools_ = 0;
  std::vector<std::string> warnings_;
  StallWarnings stall_warnings_;
  PlatformFaults faults_;
  std::uint64_t last_synced_ = 0;
};

}  // namespace poolrace::models
