// SPDX-License-Identifier: MIT
// Shared memory on real threads: a word is a std::atomic.  Plain and READ_ONCE accesses are
// relaxed, read-modify-writes acquire and release; a page handle is published with release and
// taken with acquire, as ptr_ring and the xarray do.  What other order the kernel has comes from
// the locks and from RCU.
//
// A Region is the lifetime of one struct.  kfree() only marks it dead, and the storage stays with
// whoever made it, so that a late access is counted instead of ending the process.
#pragma once

#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <type_traits>

#include "pool/native/context.hpp"
#include "pool/native/report.hpp"
#include "pool/ordering.hpp"

namespace poolrace::pool::native {

class Region {
 public:
  enum Kind : std::uint8_t { pool, device, napi, tracker, other };
  Region(Reports& reports, Kind kind) : reports_(reports), kind_(kind) {}
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  void touch() {
    if (!alive_.load(std::memory_order_relaxed)) [[unlikely]]
      reports_.add(kind_of_use());
  }
  void kfree() {
    if (!alive_.exchange(false, std::memory_order_acq_rel)) reports_.add(kind_of_use());
  }
  [[nodiscard]] bool alive() const { return alive_.load(std::memory_order_acquire); }

 private:
  [[nodiscard]] pool::Kind kind_of_use() const {
    if (kind_ == device) return pool::Kind::device_use_after_free;
    return kind_ == napi ? pool::Kind::napi_use_after_free : pool::Kind::pool_use_after_free;
  }
  std::atomic<bool> alive_{true};
  Reports& reports_;
  const Kind kind_;
};

template <class T>
class Word {
  static_assert(std::atomic<T>::is_always_lock_free);
  static constexpr bool publishes = std::is_class_v<T>;  // a page handle
  static constexpr auto load_order =
      publishes ? std::memory_order_acquire : std::memory_order_relaxed;
  static constexpr auto store_order =
      publishes ? std::memory_order_release : std::memory_order_relaxed;

 public:
  // A Line here is only a way to its region: the compiler lays out the cache lines.
  template <class Line>
  Word(Line& line, T initial) : region_(line.region), value_(initial) {}
  // For vectors, which reserve first and never move.
  Word(const Word& o) : region_(o.region_), value_(o.peek()) {}
  Word& operator=(const Word&) = delete;

  T read(const char*, Ordering ordering) {
    region_->touch();
    return value_.load(ordering == Ordering::acquire ? std::memory_order_acquire : load_order);
  }
  T look(const char*, Ordering) { return peek(); }
  void write(const char*, T value, Ordering ordering) {
    region_->touch();
    value_.store(value, ordering == Ordering::release ? std::memory_order_release : store_order);
  }
  T add_return(const char*, std::type_identity_t<T> by, Ordering ordering) {
    region_->touch();
    const auto order =
        ordering == Ordering::full ? std::memory_order_acq_rel : std::memory_order_relaxed;
    return static_cast<T>(value_.fetch_add(by, order) + by);
  }
  void this_cpu_add(const char*, std::type_identity_t<T> by) {  // one instruction, without a lock
    region_->touch();
    value_.store(static_cast<T>(value_.load(std::memory_order_relaxed) + by),
                 std::memory_order_relaxed);
  }
  T cmpxchg(const char*, T expected, T desired, Ordering) {  // the value found
    region_->touch();
    value_.compare_exchange_strong(expected, desired, std::memory_order_acq_rel);
    return expected;
  }
  [[nodiscard]] T peek() const { return value_.load(load_order); }  // not an access
  void poke(T value) { value_.store(value, store_order); }

 private:
  Region* region_;
  std::atomic<T> value_;
};

// Gives the processor away after a while: there are more threads than processors, and a holder
// may have been preempted, which a kernel's never is.
class SpinLock {
 public:
  explicit SpinLock(Region* region) : region_(region) {
    pthread_spin_init(&lock_, PTHREAD_PROCESS_PRIVATE);
  }
  ~SpinLock() { pthread_spin_destroy(&lock_); }
  SpinLock(const SpinLock&) = delete;
  SpinLock& operator=(const SpinLock&) = delete;

  void lock(const char*) {
    constexpr int tries = 100;
    if (region_ != nullptr) region_->touch();
    for (int i = 0; pthread_spin_trylock(&lock_) != 0; ++i)
      if (i >= tries) sched_yield();
  }
  void unlock(const char*) {
    if (region_ != nullptr) region_->touch();
    pthread_spin_unlock(&lock_);
  }
  void lock_bh(const char* site) {
    local_bh_disable();
    lock(site);
  }
  void unlock_bh(const char* site) {
    unlock(site);
    local_bh_enable();
  }

 private:
  pthread_spinlock_t lock_;
  Region* region_;
};

}  // namespace poolrace::pool::native
