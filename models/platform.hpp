// SPDX-License-Identifier: MIT
// The pool's Platform on the simulated machine: each thing the pool asks for, forwarded to the
// part that models it.  No behaviour of its own, so that the pool runs on the models themselves;
// but every call asks how often it takes place, which is where seeded faults drop or repeat it.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "models/cpu/rcu.hpp"
#include "models/cpu/timers.hpp"
#include "models/dma/device.hpp"
#include "models/dma/dma.hpp"
#include "models/memory/locks.hpp"
#include "models/memory/pages.hpp"
#include "models/memory/words.hpp"
#include "pool/platform.hpp"

namespace poolrace::models {

// A work item that a kworker runs some time after it was scheduled.
struct DelayedWork {
  template <class P>
  DelayedWork(P&, std::function<void()> body) : run(std::move(body)) {}
  std::function<void()> run;
  bool scheduled = false;
};

struct PlatformParts {
  Cpus& cpus;
  Memory& memory;
  Rcu& rcu;
  Pages& pages;
  Dma& dma;
  Timers& timers;
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

class SimPlatform {
 public:
  using Site = sim::Site;
  using Page = models::Page;
  using Device = models::Device;
  using Napi = models::Napi;
  using DelayedWork = models::DelayedWork;
  template <class T>
  using Word = models::Word<T>;
  template <class T>
  using Plain = pool::Unwatched<T>;
  static constexpr std::uint64_t dma_mapping_error = Dma::mapping_error;

  // The pool builds its structs from the platform; the parts want the memory.
  struct Region : models::Region {
    Region(SimPlatform& p, Kind kind) : models::Region(p.parts_.memory, kind) {
      if (kind == pool) p.pool_regions_.push_back(this);
    }
  };
  struct Line : models::Line {
    Line(SimPlatform& p, Region& region) : models::Line(p.parts_.memory, region) {}
  };
  class SpinLock {
   public:
    SpinLock(SimPlatform& p, Line& line) : memory_(p.parts_.memory), lock_(memory_, line) {}
    void lock(Site site) {
      if (memory_.effects(site) != 0) lock_.lock(site);
    }
    void unlock(Site site) {
      if (memory_.effects(site) != 0) lock_.unlock(site);
    }
    void lock_bh(Site site) {
      if (memory_.effects("local_bh_disable") != 0) memory_.cpus().local_bh_disable();
      lock(site);
    }
    void unlock_bh(Site site) {
      unlock(site);
      if (memory_.effects("local_bh_enable") != 0) memory_.cpus().local_bh_enable();
    }

   private:
    Memory& memory_;
    models::SpinLock lock_;
  };

  // The consumer-only alloc cache: who is inside, and the alarm when two are.
  struct ConsumerOwner {
    explicit ConsumerOwner(SimPlatform&) {}
    const sim::Context* inside = nullptr;
    int depth = 0;
  };
  class ConsumerScope {
   public:
    ConsumerScope(SimPlatform& p, ConsumerOwner& owner);
    ~ConsumerScope();
    ConsumerScope(const ConsumerScope&) = delete;
    ConsumerScope& operator=(const ConsumerScope&) = delete;

   private:
    ConsumerOwner& owner_;
    bool mine_;
  };

  SimPlatform(const PlatformParts& parts, CpuId worker_cpu);

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
    const char* outer = std::exchange(parts_.cpus.self().doing, "destroy's scan");
    parts_.pages.for_each_populated(visit);
    parts_.cpus.self().doing = outer;
  }
  void lock_memory_hotplug() {}  // nobody plugs memory here
  void unlock_memory_hotplug() {}

  std::uint64_t dma_map_page(Device& dev, Page page, std::uint32_t order) {
    return parts_.dma.map(dev, page, order);
  }
  void dma_unmap_page(Device& dev, std::uint64_t addr, std::uint32_t order, Page page) {
    for (int n = parts_.memory.effects("dma: unmap, clear the PTE"); n > 0; --n)
      parts_.dma.unmap(dev, addr, order + faults_.double_unmap_size, page);
  }
  void dma_sync_for_device(Device& dev, std::uint64_t addr, std::uint32_t offset,
                           std::uint32_t size, Page page) {
    if (parts_.memory.effects("dma: sync for device, look up") == 0) return;
    if (faults_.short_sync) size = std::min(size, line_bytes);
    if (faults_.shifted_sync) offset += line_bytes;
    if (faults_.last_sync_address) std::swap(addr, last_synced_);
    parts_.dma.sync_for_device(dev, addr, offset, size, page);
  }
  bool dma_dev_need_sync(Device& dev) { return parts_.dma.need_sync(dev); }
  void get_device(Device& dev) { dev.refcount.add_return("get_device", 1); }
  void put_device(Device& dev) {
    if (dev.refcount.add_return("put_device", -1) == 0) parts_.memory.kfree(dev.region);
  }
  void tracker_used(Page page, const char* site);
  void tracker_bound(bool) {}

  bool in_softirq() { return parts_.cpus.in_softirq(); }
  int smp_processor_id() {
    return faults_.cpu_told >= 0 ? faults_.cpu_told
                                 : static_cast<int>(parts_.cpus.self().cpu->id());
  }
  int nr_cpus() { return static_cast<int>(parts_.cpus.size()); }
  void assert_not_hardirq(const char* site);

  // The guard: its time is what the guarded sync costs over the bare one.
  void rcu_read_lock();
  void rcu_read_unlock();
  [[nodiscard]] Ps time_in_guard() const { return time_in_guard_; }
  void synchronize_rcu(Site site) { synchronize(site, false); }
  void synchronize_net(Site site) { synchronize(site, rtnl_held_); }
  void hold_rtnl(bool held) { rtnl_held_ = held; }
  PlatformFaults& faults() { return faults_; }

  void msleep(Site site, std::int64_t ms) {
    parts_.memory.step(site, parts_.memory.costs().local, 0);
    parts_.cpus.sleep_until(parts_.cpus.world().now() + ms * ps_per_ms);
  }

  std::int64_t now_ms() { return parts_.cpus.world().now() / ps_per_ms; }
  void schedule_delayed_work(DelayedWork& work, std::int64_t delay_ms);
  void warn(const char* sentence) { warnings_.emplace_back(sentence); }
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  void free_once(Region& region);
  void synchronize(Site site, bool expedited);
  void run_at(Ps due, DelayedWork& work);
  void worker_body();

  PlatformParts parts_;
  Thread* worker_ = nullptr;
  std::vector<DelayedWork*> ready_;
  std::vector<std::string> warnings_;
  std::vector<Region*> pool_regions_;
  bool rtnl_held_ = false;
  PlatformFaults faults_;
  std::uint64_t last_synced_ = 0;
  std::uint32_t freed_pools_ = 0;
  Ps time_in_guard_ = 0;
};

}  // namespace poolrace::models
