// SPDX-License-Identifier: MIT
// What the pool asks of the world it runs in.  The pool is written once against this concept; the
// simulated machine (models/) and real threads (pool/native/) each implement it.
//
// Every access to shared state names its *site*, a short phrase in kernel words given as a string
// literal.  A platform may charge time for it, let another context run before it, count it as a
// choice of the explorer, or ignore it.  Each is one indivisible step; what it asks of the order of
// accesses (Ordering) only the explorer's weaker memories, who looks for data races and real threads
// need to know.  There is no default: a site without a kind does not compile.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "pool/ordering.hpp"

namespace poolrace::pool {

// The sizes the kernel fixes at compile time.  The explorer needs small ones; verdicts print them.
struct Limits {
  std::uint32_t alloc_cache = 128;  // PP_ALLOC_CACHE_SIZE
  std::uint32_t refill = 64;        // PP_ALLOC_CACHE_REFILL: also the slow path's bulk
  std::uint32_t ring = 1024;        // when pool_size is 0
  std::uint32_t ring_batch = 16;    // consumed slots cleared at once; below 2 nothing is reversed
  std::uint32_t bulk = 16;          // XDP_BULK_QUEUE_SIZE
  std::int64_t frag_bias = INT64_MAX >> 1;  // BIAS_MAX
};

enum PoolFlags : std::uint32_t {
  pp_flag_dma_map = 1U << 0,
  pp_flag_dma_sync_dev = 1U << 1,
  pp_flag_system_pool = 1U << 2,
  pp_flag_allow_unreadable_netmem = 1U << 3,
  pp_flag_all = (1U << 4) - 1,
};

enum class DmaDirection : std::uint8_t { bidirectional, to_device, from_device };

struct PoolParams {
  std::uint32_t flags = pp_flag_dma_map | pp_flag_dma_sync_dev;
  std::uint32_t order = 0;
  std::uint32_t pool_size = 0;  // 0: Limits::ring
  std::int32_t nid = 0;
  DmaDirection dma_dir = DmaDirection::from_device;
  std::uint32_t max_len = 4096;  // the most any sync covers, in bytes
  std::uint32_t offset = 0;      // where the device starts to write, in bytes
};

// Why creating a pool failed, in the kernel's numbers.
enum class CreateError : std::uint8_t { none, einval, e2big, enomem };

inline constexpr std::uint64_t pp_signature = 0xdead000000000040ULL;  // 0x40 + poison delta
inline constexpr std::uint32_t pp_max_order = 10;                     // MAX_PAGE_ORDER
inline constexpr std::uint32_t pp_max_ring = 32768;                   // V0 era: above is -E2BIG
inline constexpr std::int64_t defer_time_ms = 1000;                   // DEFER_TIME
inline constexpr std::int64_t defer_warn_ms = 60'000;                 // DEFER_WARN_INTERVAL

// Plain data of the pool, which a lock or its one user guards: no word, for reading it is no step.
// The explorer, which also breaks the guards, is told (its platform has a Plain of its own), and by
// its name who looks for data races.
template <class T>
class Unwatched {
 public:
  template <class P>
  Unwatched(P&, const char* /*name*/, T value) : value_(value) {}
  operator T() const { return value_; }  // implicit on purpose: as a bare T
  Unwatched& operator=(T value) {
    value_ = value;
    return *this;
  }
  [[nodiscard]] T peek() const { return value_; }

 private:
  T value_;
};

// Requirements, by example of how the pool uses them.
template <class P>
concept Platform = requires(P& p, typename P::Page page, typename P::Device& dev,
                            typename P::Region& region, typename P::SpinLock& lock,
                            typename P::DelayedWork& work, typename P::template Word<int>& word) {
  // Shared words.  A Region is the lifetime of one struct, a Line one cache line of it.
  { word.read("site", Ordering::acquire) } -> std::same_as<int>;
  word.write("site", 1, Ordering::release);
  { word.add_return("site", 1, relaxed) } -> std::same_as<int>;
  word.this_cpu_add("site", 1);  // a counter that only this CPU changes
  { word.cmpxchg("site", 0, 1, full) } -> std::same_as<int>;  // the value found
  // A read that costs nothing and is no step of its own, but told to who looks for data races.
  { word.look("site", plain) } -> std::same_as<int>;
  p.one_bitfield(word, word);  // bits of one unit: who writes one writes the other
  p.smp_mb();
  p.smp_wmb();
  p.smp_rmb();
  p.kfree(region);

  // Pages: a handle that knows which life of the frame it refers to; a null one is false.
  {static_cast<bool>(page)};
  { page.pp_magic().read("site", plain) } -> std::same_as<std::uint64_t>;
  { page.dma_addr().read("site", plain) } -> std::same_as<std::uint64_t>;
  { page.pp_ref_count().read("site", once) } -> std::same_as<std::int64_t>;
  { page.page_refcount().read("site", once) } -> std::same_as<std::int64_t>;
  { page.pp().peek() } -> std::convertible_to<const void*>;  // no step
  { page.nid() } -> std::convertible_to<int>;
  { page.pfmemalloc() } -> std::same_as<bool>;
  { p.alloc_pages(0U, 0) } -> std::same_as<typename P::Page>;
  p.put_page_ref(page);  // drops _refcount; the last one frees the page

  // The streaming DMA interface.  The page is there for the checker's books, not for the mapping.
  { p.dma_map_page(dev, page, 0U) } -> std::same_as<std::uint64_t>;  // 0 = failed
  p.dma_unmap_page(dev, std::uint64_t{}, 0U, page);
  p.dma_sync_for_device(dev, std::uint64_t{}, 0U, 0U, page);
  { p.dma_dev_need_sync(dev) } -> std::same_as<bool>;
  p.get_device(dev);
  p.put_device(dev);

  // Where am I, and who may interrupt me.
  { p.in_softirq() } -> std::same_as<bool>;
  { p.smp_processor_id() } -> std::convertible_to<int>;
  lock.lock("site");
  lock.unlock("site");
  lock.lock_bh("site");
  lock.unlock_bh("site");
  p.rcu_read_lock();
  p.rcu_read_unlock();
  p.synchronize_rcu("site");
  p.synchronize_net("site");

  // Time and deferred work.
  { p.now_ms() } -> std::convertible_to<std::int64_t>;
  p.schedule_delayed_work(work, std::int64_t{});
  p.stalled_pool_shutdown(0, std::int64_t{});  // the worker's warning: in flight, seconds
  p.warn("sentence");
};

}  // namespace poolrace::pool
