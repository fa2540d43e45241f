// SPDX-License-Identifier: MIT
// A Platform (pool/platform.hpp) as small as one can be: one CPU, no interrupts, no time but the
// worker's, so that locks and grace periods are nothing.  It has what every pool needs; the variants
// that scan memory or track pages ask for a little more.  A site is printed where `told` says so.
#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <vector>

#include "pool/page_pool.hpp"

namespace poolrace::pool::example {

struct Smallest {
  using Site = const char*;
  static constexpr std::uint64_t dma_mapping_error = 0;
  inline static bool told = false;
  static void step(Site site) {
    if (told) std::printf("    %s\n", site);
  }

  // ---- memory: a Region is a struct, a Line a cache line of it --------------------------------
  struct Region {
    enum Kind { pool };
    Region(Smallest&, Kind) {}
  };
  struct Line {
    Line(Smallest&, Region&) {}
  };
  template <class T>
  struct Word {
    template <class Place>
    Word(Place&, T initial) : value(initial) {}
    T read(Site site, Ordering) { return step(site), value; }
    T look(Site, Ordering) { return value; }
    void write(Site site, T to, Ordering) { step(site), value = to; }
    void this_cpu_add(Site site, T by) { add_return(site, by, plain); }
    T add_return(Site site, T by, Ordering) {
      return step(site), value = static_cast<T>(value + by);
    }
    T cmpxchg(Site site, T expected, T to, Ordering ordering) {
      const T found = read(site, ordering);
      if (found == expected) value = to;
      return found;
    }
    [[nodiscard]] T peek() const { return value; }
    T value;
  };
  template <class T>
  using Plain = Unwatched<T>;
  void smp_mb() {}
  void smp_wmb() {}
  void smp_rmb() {}
  template <class T>
  void one_bitfield(Word<T>&, Word<T>&) {}
  void kfree(Region&) { std::printf("    kfree: the pool is gone\n"); }

  // ---- pages ----------------------------------------------------------------------------------
  struct Frame {
    Word<std::uint64_t> pp_magic{*this, 0}, dma_addr{*this, 0};
    Word<void*> pp{*this, nullptr};
    Word<std::int64_t> pp_ref_count{*this, 0}, page_refcount{*this, 1};
  };
  struct Page {
    Frame* frame = nullptr;
    explicit operator bool() const { return frame != nullptr; }
    bool operator==(const Page&) const = default;
    [[nodiscard]] auto& pp_magic() const { return frame->pp_magic; }
    [[nodiscard]] auto& pp() const { return frame->pp; }
    [[nodiscard]] auto& dma_addr() const { return frame->dma_addr; }
    [[nodiscard]] auto& pp_ref_count() const { return frame->pp_ref_count; }
    [[nodiscard]] auto& page_refcount() const { return frame->page_refcount; }
    [[nodiscard]] int nid() const { return 0; }
    [[nodiscard]] bool pfmemalloc() const { return false; }
  };
  std::vector<std::unique_ptr<Frame>> frames;
  Page alloc_pages(std::uint32_t, int) {
    return {frames.emplace_back(std::make_unique<Frame>()).get()};
  }
  std::vector<Page> alloc_pages_bulk(std::uint32_t count, int nid) {
    std::vector<Page> pages;
    while (count-- > 0) pages.push_back(alloc_pages(0, nid));
    return pages;
  }
  void put_page_ref(Page page) { page.frame->page_refcount.value -= 1; }
  int numa_mem_id() { return 0; }

  // ---- the device -----------------------------------------------------------------------------
  struct Device {
    bool bound = true;
    std::uint64_t mapped = 0;
  };
  std::uint64_t dma_map_page(Device& dev, Page, std::uint32_t) { return ++dev.mapped << 12; }
  void dma_unmap_page(Device& dev, std::uint64_t addr, std::uint32_t, Page) {
    std::printf("    dma_unmap_page(%#llx)%s\n", static_cast<unsigned long long>(addr),
                dev.bound ? "" : ": the device has no driver any more");
  }
  void dma_sync_for_device(Device&, std::uint64_t, std::uint32_t, std::uint32_t, Page) {}
  bool dma_dev_need_sync(Device&) { return false; }
  void get_device(Device&) {}
  void put_device(Device&) {}

  // ---- who runs, and who may interrupt it -----------------------------------------------------
  struct SpinLock {
    SpinLock(Smallest&, Line&) {}
    void lock(Site) {}
    void unlock(Site) {}
    void lock_bh(Site) {}
    void unlock_bh(Site) {}
  };
  struct Napi {
    Word<bool> sched{*this, true};
    Word<int> list_owner{*this, -1};
  };
  struct ConsumerOwner {
    explicit ConsumerOwner(Smallest&) {}
  };
  struct ConsumerScope {
    ConsumerScope(Smallest&, ConsumerOwner&) {}
  };
  bool in_softirq() { return false; }
  int smp_processor_id() { return 0; }
  [[nodiscard]] int nr_cpus() const { return 1; }
  void assert_not_hardirq(const char*) {}
  void rcu_read_lock() {}
  void rcu_read_unlock() {}
  void synchronize_rcu(Site) {}
  void synchronize_net(Site) {}

  // ---- later: one work at a time --------------------------------------------------------------
  struct DelayedWork {
    DelayedWork(Smallest&, std::function<void()> body) : run(std::move(body)) {}
    std::function<void()> run;
  };
  DelayedWork* due = nullptr;
  std::int64_t time_ms = 0;
  std::int64_t now_ms() { return time_ms; }
  void schedule_delayed_work(DelayedWork& work, std::int64_t delay_ms) {
    due = &work;
    time_ms += delay_ms;
  }
  void warn(const char* sentence) { std::printf("    warning: %s\n", sentence); }
  void stalled_pool_shutdown(int, std::int64_t) { warn("stalled pool shutdown"); }
};

static_assert(Platform<Smallest>);

}  // namespace poolrace::pool::example
