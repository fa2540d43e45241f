// SPDX-License-Identifier: MIT
// The pool's Platform in world `explore`: words, pages and DMA are those of the timed machine;
// locks, bottom halves, RCU and deferred work are conditions on who may take the next step.
//
// A lock, a CPU with bottom halves off, a grace period: never a loop, a context simply cannot go
// on.  A grace period ends as soon as every reader that was inside when it began has left.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "models/dma/device.hpp"
#include "models/dma/dma.hpp"
#include "models/memory/pages.hpp"
#include "models/memory/words.hpp"
#include "sim/explore/explore.hpp"

namespace poolrace::models {

struct ExploreParts {
  sim::Explore& world;
  Cpus& cpus;
  Memory& memory;
  Pages& pages;
  Dma& dma;
  Checker& checker;
};

class ExplorePlatform {
 public:
  using Site = sim::Site;
  using Page = models::Page;
  using Device = models::Device;
  using Napi = models::Napi;
  template <class T>
  using Word = models::Word<T>;
  template <class T>
  class Plain {
   public:
    Plain(ExplorePlatform& p, T value)
        : memory_(p.parts_.memory), number_(++p.plains_), value_(value) {}
    operator T() const {  // implicit on purpose: as a bare T
      memory_.touch(Object::plain, number_, sim::Touch::read);
      return value_;
    }
    Plain& operator=(T value) {
      memory_.touch(Object::plain, number_, sim::Touch::write);
      value_ = value;
      return *this;
    }
    [[nodiscard]] T peek() const { return value_; }

   private:
    Memory& memory_;
    std::uint32_t number_;
    T value_;
  };
  static constexpr std::uint64_t dma_mapping_error = Dma::mapping_error;

  struct Region : models::Region {
    Region(ExplorePlatform& p, Kind kind) : models::Region(p.parts_.memory, kind) {}
  };
  struct Line : models::Line {
    Line(ExplorePlatform& p, Region& region)
        : models::Line(p.parts_.memory, region), owner(region) {}
    Region& owner;
  };
  class SpinLock {
   public:
    SpinLock(ExplorePlatform& p, Line& line)
        : p_(p), region_(line.owner), object_(object(Object::lock, ++p.locks_)) {}
    void lock(Site site);
    void unlock(Site site);
    void lock_bh(Site site);
    void unlock_bh(Site site);

   private:
    ExplorePlatform& p_;
    Region& region_;
    std::uint64_t object_;
  };
  struct DelayedWork {
    DelayedWork(ExplorePlatform&, std::function<void()> body) : run(std::move(body)) {}
    std::function<void()> run;
  };
  struct ConsumerOwner {
    explicit ConsumerOwner(ExplorePlatform& p) : id(object(Object::lock, ++p.locks_)) {}
    std::uint64_t id;  // whether two overlap depends on the order of coming and going
    const sim::Context* inside = nullptr;
  };
  class ConsumerScope {
   public:
    ConsumerScope(ExplorePlatform& p, ConsumerOwner& owner);
    ~ConsumerScope();
    ConsumerScope(const ConsumerScope&) = delete;
    ConsumerScope& operator=(const ConsumerScope&) = delete;

   private:
    ExplorePlatform& p_;
    ConsumerOwner& owner_;
    bool mine_;
  };

  ExplorePlatform(const ExploreParts& parts, bool preemptible)
      : parts_(parts), preemptible_(preemptible) {}

  // ---- contexts of a program -----------------------------------------------------------
  void enter_kernel();  // a task's system call: a reader throughout, unless RCU is preemptible
  void leave_kernel();
  void softirq(const std::function<void()>& body);  // takes the CPU, runs, gives it back
  void bh_off(const std::function<void()>& body);
  // The worker: whenever something was scheduled and has changed since, at most so often.
  void serve_work(int passes);

  // ---- what the pool asks for ----------------------------------------------------------
  // (How often a call takes place is asked here as in the timed platform: seeded faults.)
  void kfree(Region& region) {
    for (int n = parts_.memory.effects("kfree"); n > 0; --n) free_once(region);
  }
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
  void lock_memory_hotplug() {}
  void unlock_memory_hotplug() {}

  std::uint64_t dma_map_page(Device& dev, Page page, std::uint32_t order) {
    return parts_.dma.map(dev, page, order);
  }
  void dma_unmap_page(Device& dev, std::uint64_t addr, std::uint32_t order, Page page) {
    for (int n = parts_.memory.effects("dma: unmap, clear the PTE"); n > 0; --n)
      parts_.dma.unmap(dev, addr, order, page);
  }
  void dma_sync_for_device(Device& dev, std::uint64_t addr, std::uint32_t offset,
                           std::uint32_t size, Page page) {
    if (parts_.memory.effects("dma: sync for device, look up") != 0)
      parts_.dma.sync_for_device(dev, addr, offset, size, page);
  }
  bool dma_dev_need_sync(Device& dev) { return parts_.dma.need_sync(dev); }
  void get_device(Device& dev) { dev.refcount.add_return("get_device", 1); }
  void put_device(Device& dev) {
    if (dev.refcount.add_return("put_device", -1) == 0) parts_.memory.kfree(dev.region);
  }
  void tracker_used(Page page, const char* site);
  // How far a walk of tracking memory goes is read, or raised, without a step of its own.
  void tracker_bound(bool raised) {
    parts_.memory.touch(Object::tracker, 0, raised ? sim::Touch::write : sim::Touch::read);
  }

  bool in_softirq() { return parts_.cpus.in_softirq(); }
  int smp_processor_id() { return static_cast<int>(parts_.cpus.self().cpu->id()); }
  int nr_cpus() { return static_cast<int>(parts_.cpus.size()); }
  void assert_not_hardirq(const char*) {}

  void rcu_read_lock();
  void rcu_read_unlock();
  void synchronize_rcu(Site site);
  void synchronize_net(Site site) { synchronize_rcu(site); }

  std::int64_t now_ms() { return 0; }
  void msleep(Site site, std::int64_t ms);
  void schedule_delayed_work(DelayedWork& work, std::int64_t delay_ms);
  void warn(const char* sentence) { warnings_.emplace_back(sentence); }

  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  [[nodiscard]] bool pool_freed() const { return pool_freed_; }
  // destroy has returned, or sleeps until the pages are back: a holder that waited goes on.
  void release_holder() {
    if (!std::exchange(holder_released_, true))
      parts_.memory.touch(Object::holder, 0, sim::Touch::signal);
  }
  [[nodiscard]] bool holder_released() const { return holder_released_; }
  [[nodiscard]] bool reading(std::uint32_t context) const {
    return context < readers_.size() && readers_[context].nesting > 0;
  }
  // Whom its grace period still waits for; empty: it waits for none.
  [[nodiscard]] std::string awaited_by(std::uint32_t context) const;
  struct NamedLock {
    std::string name;
    std::uint64_t object;
  };
  [[nodiscard]] const std::vector<NamedLock>& locks() const { return lock_names_; }
  [[nodiscard]] bool work_scheduled() const { return !scheduled_.empty(); }

 private:
  struct Awaited {
    std::uint32_t context;
    std::uint64_t sections;
  };
  struct Reader {
    int nesting = 0, naps = 0;
    std::uint64_t sections = 0;    // left so far
    std::vector<Awaited> awaited;  // by its grace period
  };
  [[nodiscard]] bool still_inside(const Awaited& awaited) const {
    return readers_[awaited.context].sections < awaited.sections;
  }
  void name_lock(std::uint64_t object, Site site);
  Reader& reader() { return reader_of(parts_.world.self().id()); }
  Reader& reader_of(std::uint32_t context);
  void free_once(Region& region);
  void enter_section();
  void leave_section();
  void bh_disable();
  void bh_enable();
  [[nodiscard]] std::uint64_t cpu_object() {
    return object(Object::cpu, parts_.cpus.self().cpu->id());
  }

  ExploreParts parts_;
  bool preemptible_;
  std::uint32_t locks_ = 0, plains_ = 0;
  std::vector<Reader> readers_;
  std::vector<DelayedWork*> scheduled_;
  std::vector<NamedLock> lock_names_;
  std::uint64_t works_ = 0, served_ = 0;
  std::vector<std::string> warnings_;
  bool pool_freed_ = false, holder_released_ = false, worker_began_ = false;
};

}  // namespace poolrace::models
