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

#include "models/machine_platform.hpp"
#include "sim/explore/explore.hpp"
#include "sim/weak/memory_order.hpp"

namespace poolrace::models {

class ExplorePlatform : public MachinePlatform {
 public:
  template <class T>
  class Plain {
   public:
    Plain(ExplorePlatform& p, const char* name, T value)
        : memory_(p.parts_.memory), name_(name), number_(++p.plains_), value_(value) {}
    operator T() const {  // implicit on purpose: as a bare T
      memory_.touch(Object::plain, number_, sim::Touch::read);
      WeakWords* weak = memory_.weak();
      if (weak == nullptr) return value_;
      const WeakWords::Named named(*weak, site("read "));
      return weak->read(place(), value_, pool::plain);
    }
    Plain& operator=(T value) {
      memory_.touch(Object::plain, number_, sim::Touch::write);
      WeakWords* weak = memory_.weak();
      if (weak == nullptr) return value_ = value, *this;
      const WeakWords::Named named(*weak, site("write "));
      weak->write(site("write "), place(), value_, value, pool::plain);
      return *this;
    }
    [[nodiscard]] T peek() const { return value_; }

   private:
    [[nodiscard]] sim::Site site(const char* verb) const {
      return sim::Site::interned(verb + std::string(name_));
    }
    [[nodiscard]] std::uint64_t place() const { return object(Object::plain, number_); }
    Memory& memory_;
    const char* name_;
    std::uint32_t number_;
    T value_;
  };

  class SpinLock {
   public:
    SpinLock(ExplorePlatform& p, Line& line)
        : p_(p), region_(*line.region()), object_(object(Object::lock, ++p.locks_)) {}
    void lock(Site site);
    void unlock(Site site);
    void lock_bh(Site site);
    void unlock_bh(Site site);

   private:
    ExplorePlatform& p_;
    models::Region& region_;
    std::uint64_t object_;
  };

  // `order`: of memory weaker than one access after the other, or null.
  ExplorePlatform(sim::Explore& world, sim::MemoryOrder* order, const MachineParts& parts,
                  bool tasks_read)
      : MachinePlatform(parts), world_(world), order_(order), tasks_read_(tasks_read) {}

  // ---- contexts of a program -----------------------------------------------------------
  void enter_kernel();  // a task's system call: a reader throughout, where tasks are
  void leave_kernel();
  void softirq(const std::function<void()>& body);  // takes the CPU, runs, gives it back
  void bh_off(const std::function<void()>& body);
  void bh_disable();
  void bh_enable();
  // The worker: whenever something was scheduled and has changed since, at most so often.
  void serve_work(int passes);

  // ---- for pools that bring words and locks of their own (models/linux) ----------------
  [[nodiscard]] sim::Explore& explore() { return world_; }
  [[nodiscard]] const MachineParts& parts() const { return parts_; }
  [[nodiscard]] sim::MemoryOrder* memory_order() { return order_; }  // or null

  // ---- what the pool asks for ----------------------------------------------------------
  void rcu_read_lock();
  void rcu_read_unlock();
  void synchronize_rcu(Site site);
  void synchronize_net(Site site) { synchronize_rcu(site); }

  std::int64_t now_ms() { return 0; }
  void msleep(Site site, std::int64_t ms);
  // A loop that looks at a word until it says something else than `found`.  To look again before it
  // does would find the same; looking again for a while would then find the change.
  template <class T>
  void spin_while(Site site, const Word<T>& word, const T& found) {
    world_.wait([&word, found] { return word.peek() != found; },
                "it spins until somebody writes what it looks at");
    parts_.memory.touch(Object::word, word.id(), sim::Touch::read);
    if (order_ != nullptr && order_->recording())
      order_->see(word.object(), sim::all_bytes, order_->newest(word.object()));
    parts_.memory.record(site, 0);
  }
  void schedule_delayed_work(DelayedWork& work, std::int64_t delay_ms);

  [[nodiscard]] bool pool_freed() const { return freed_pools() > 0; }
  // destroy has returned, or sleeps until the pages are back: a holder that waited goes on.
  void release_holder() {
    if (!std::exchange(holder_released_, true))
      parts_.memory.touch(Object::holder, 0, sim::Touch::signal);
  }
  [[nodiscard]] bool holder_released() const { return holder_released_; }
  [[nodiscard]] bool reading(std::uint32_t context) const {
    return context < readers_.size() && readers_[context].nesting > 0;
  }
  // How many outermost read sections it has left so far.
  [[nodiscard]] std::uint64_t sections_left(std::uint32_t context) const {
    return context < readers_.size() ? readers_[context].sections : 0;
  }
  // Whom its grace period still waits for; empty: it waits for none.
  [[nodiscard]] std::string awaited_by(std::uint32_t context) const;
  void name_lock(std::uint64_t object, Site site);  // by the site that first takes it
  struct NamedLock {
    std::string name;
    std::uint64_t object;
  };
  [[nodiscard]] const std::vector<NamedLock>& locks() const { return lock_names_; }
  [[nodiscard]] bool work_scheduled() const { return !scheduled_.empty(); }

  template <class T>
  void one_bitfield(Word<T>& bit, Word<T>& other) {
    if (order_ != nullptr) order_->one_unit(other.object(), bit.object());
  }
  // Of the running step, where memory is weak: an unlock, or what else a later lock of `object`
  // finds done before it; that lock.
  void order_release(std::uint64_t object) {
    if (order_ != nullptr && order_->recording()) order_->unlock(object);
  }
  void order_acquire(std::uint64_t object) {
    if (order_ != nullptr && order_->recording()) order_->lock(object);
  }

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
  // A sleep, the delay of a work: stores are on their way for less than a jiffy.
  void settle() {
    if (order_ != nullptr && order_->recording()) order_->settle();
  }
  Reader& reader() { return reader_of(world_.self().id()); }
  Reader& reader_of(std::uint32_t context);
  void enter_section();
  void leave_section();
  [[nodiscard]] std::uint64_t cpu_object() {
    return object(Object::cpu, parts_.cpus.self().cpu->id());
  }

  sim::Explore& world_;
  sim::MemoryOrder* order_;
  bool tasks_read_;
  std::uint32_t plains_ = 0;
  std::vector<Reader> readers_;
  std::vector<DelayedWork*> scheduled_;
  std::vector<NamedLock> lock_names_;
  std::uint64_t works_ = 0, served_ = 0;
  bool holder_released_ = false, worker_began_ = false;
};

}  // namespace poolrace::models
