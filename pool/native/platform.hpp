// SPDX-License-Identifier: MIT
// The pool's Platform on real threads: atomics, liburcu, a page arena, a software IOMMU and a
// worker thread.  Sites are taken and ignored: nothing is traced and nobody is stalled, the
// machine itself decides who comes first.
#pragma once

#include <functional>

#include "pool/native/dma.hpp"
#include "pool/native/worker.hpp"
#include "pool/platform.hpp"

namespace poolrace::pool::native {

struct NativeSetup {
  std::uint32_t frames = 4096;
  // Sometimes preempted around DMA calls, between a put's check and its sync, and where a task puts
  // bottom halves on again, between a put's publication and its count.
  bool yields = false;
  int cpus = 8;  // threads number themselves below this; the worker is the last
};

class NativePlatform {
 public:
  using Site = const char*;
  using Page = native::Page;
  using Device = native::Device;
  using Napi = native::Napi;
  using Line = native::Line;
  using DelayedWork = native::DelayedWork;
  template <class T>
  using Word = native::Word<T>;
  template <class T>
  using Plain = pool::Unwatched<T>;
  static constexpr std::uint64_t dma_mapping_error = Dma::mapping_error;

  struct Region : native::Region {
    Region(NativePlatform& p, Kind kind) : native::Region(p.reports, kind), kind_(kind) {
      if (kind == pool) p.live_pools_.fetch_add(1, std::memory_order_relaxed);
    }
    const Kind kind_;
  };
  struct SpinLock : native::SpinLock {
    SpinLock(NativePlatform& p, Line& line) : native::SpinLock(line.region), p_(p) {}
    void unlock_bh(const char* site) {
      native::SpinLock::unlock_bh(site);
      if (!p_.in_softirq()) p_.maybe_yield();  // the kernel looks here who else wants to run
    }

   private:
    NativePlatform& p_;
  };

  // The alarm when two are in the consumer-only alloc cache.  Loads and stores, no exchange: it
  // may miss an overlap, but must not order what the pool leaves unordered.
  struct ConsumerOwner {
    explicit ConsumerOwner(NativePlatform&) {}
    std::atomic<const Context*> inside{nullptr};
  };
  class ConsumerScope {
   public:
    ConsumerScope(NativePlatform& p, ConsumerOwner& owner) : owner_(owner) {
      const Context* found = owner.inside.load(std::memory_order_relaxed);
      if (found != nullptr && found != &context) p.reports.add(Kind::cache_corruption);
      mine_ = found == nullptr;
      if (mine_) owner.inside.store(&context, std::memory_order_relaxed);
    }
    ~ConsumerScope() {
      if (mine_) owner_.inside.store(nullptr, std::memory_order_relaxed);
    }
    ConsumerScope(const ConsumerScope&) = delete;
    ConsumerScope& operator=(const ConsumerScope&) = delete;

   private:
    ConsumerOwner& owner_;
    bool mine_;
  };

  explicit NativePlatform(const NativeSetup& setup = {})
      : pages(reports, setup.frames),
        dma(reports, 2 * setup.frames),
        worker(setup.cpus - 1),
        cpus_(setup.cpus),
        yields_(setup.yields) {}

  void kfree(Region& region) {
    if (region.kind_ == Region::pool && region.alive())
      live_pools_.fetch_sub(1, std::memory_order_relaxed);
    region.kfree();
  }
  [[nodiscard]] int live_pools() const { return live_pools_.load(std::memory_order_acquire); }
  void forget_pools() { live_pools_ = 0; }  // those that nobody will free any more

  Page alloc_pages(std::uint32_t, int) { return pages.alloc(); }  // one frame, whatever the order
  std::vector<Page> alloc_pages_bulk(std::uint32_t count, int) { return pages.alloc_bulk(count); }
  void put_page_ref(Page page) { pages.put_ref(page); }
  int numa_mem_id() { return 0; }
  template <class Visit>
  void for_each_populated_page(Visit visit) {
    pages.for_each_populated(visit);
  }
  void lock_memory_hotplug() {}  // nobody plugs memory here
  void unlock_memory_hotplug() {}

  std::uint64_t dma_map_page(Device& dev, Page page, std::uint32_t) { return dma.map(dev, page); }
  void dma_unmap_page(Device& dev, std::uint64_t addr, std::uint32_t, Page page) {
    maybe_yield();
    dma.unmap(dev, addr, page);
  }
  void dma_sync_for_device(Device& dev, std::uint64_t addr, std::uint32_t, std::uint32_t,
                           Page page) {
    dma.sync_for_device(dev, addr, page);
  }
  bool dma_dev_need_sync(Device& dev) {
    maybe_yield();
    return !dev.dma_skip_sync.read("read dma_skip_sync", plain);
  }
  void get_device(Device& dev) { dev.refcount.add_return("get_device", 1, relaxed); }
  void put_device(Device& dev) {
    if (dev.refcount.add_return("put_device", -1, full) == 0) dev.region.kfree();
  }
  void tracker_bound(bool) {}
  void tracker_used(Page page, const char*) {
    if (!page || page.stale()) reports.add(Kind::tracker_corruption);
  }

  bool in_softirq() { return context.softirq || context.bh_off > 0; }
  int smp_processor_id() { return context.cpu; }
  [[nodiscard]] int nr_cpus() const { return cpus_; }
  void assert_not_hardirq(const char*) {}  // there are none

  void smp_mb() { std::atomic_thread_fence(std::memory_order_seq_cst); }
  void smp_wmb() { std::atomic_thread_fence(std::memory_order_release); }
  void smp_rmb() { std::atomic_thread_fence(std::memory_order_acquire); }
  template <class T>
  void one_bitfield(Word<T>&, Word<T>&) {}  // each has a byte of its own here

  void rcu_read_lock() { native::rcu_read_lock(); }
  void rcu_read_unlock() { native::rcu_read_unlock(); }
  void synchronize_rcu(Site) { synchronize(); }
  void synchronize_net(Site) { synchronize(); }

  std::int64_t now_ms() { return worker.now_ms(); }
  void msleep(Site, std::int64_t ms) {
    may_sleep();
    worker.msleep(ms);
  }
  void schedule_delayed_work(DelayedWork& work, std::int64_t delay_ms) {
    worker.schedule(work, delay_ms);
  }
  void warn(const char* sentence) { reports.warn(sentence); }
  void stalled_pool_shutdown(int, std::int64_t) { warn("stalled pool shutdown"); }

  void maybe_yield() {
    thread_local unsigned calls = 0;
    if (yields_ && (++calls * 2654435761U) >> 30 == 0) std::this_thread::yield();
  }

 private:
  bool may_sleep() {
    if (context.readers == 0) return true;
    reports.add(Kind::wrong_context);
    return false;
  }
  // A reader that waited for itself would wait for ever.
  void synchronize() {
    if (may_sleep()) native::synchronize_rcu();
  }

 public:
  Reports reports;
  Pages pages;
  Dma dma;
  Worker worker;  // last to be made, first to end

 private:
  int cpus_;
  bool yields_;
  std::atomic<int> live_pools_{0};
};

}  // namespace poolrace::pool::native
