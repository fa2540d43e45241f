// SPDX-License-Identifier: MIT
// The page_pool allocator: mainline as it stood before any of the fixes (v6.14).
//
// A page travels: page allocator -> alloc cache -> driver and stack -> ring or cache -> … and
// leaves through return_page().  The virtual functions are exactly the places that the published
// fixes touched; a file in variants/ overrides some of them and reads like its patch.
// Left out: memory providers, devmem, netlink (a pool is "visible" or not), NUMA statistics.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pool/platform.hpp"
#include "pool/pool.hpp"
#include "pool/ptr_ring.hpp"
#include "pool/variant.hpp"

namespace poolrace::pool {

template <class P>
class PagePool : public Pool<typename P::Page> {
 public:
  using Page = typename P::Page;
  using Device = typename P::Device;
  using Napi = typename P::Napi;
  using Interface = Pool<Page>;
  using Interface::whole_page;
  using typename Interface::Fragment;
  using typename Interface::NamedValue;

  PagePool(P& p, Device& dev, Napi* napi, const PoolParams& params, const Limits& limits,
           int cpuid = -1);
  ~PagePool() override = default;
  PagePool(const PagePool&) = delete;
  PagePool& operator=(const PagePool&) = delete;

  static CreateError validate(const PoolParams& params);
  void open();  // the last step of create: from here on the pool is in use

  Page alloc_pages() final;
  Fragment alloc_frag(std::uint32_t size_bytes) final;
  Fragment alloc(std::uint32_t size_bytes) final;
  void update_nid(int nid) final;

  void put_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) final;
  void put_page_bulk(std::vector<Page> pages) override;
  void fragment_page(Page page, std::int64_t count) final;
  bool unref_page(Page page, std::int64_t count) final;
  void put_unrefed_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) override;
  bool skb_put_page(Page page) final;

  void use_xdp_mem(std::function<void()> disconnect) final;
  void set_visible(bool visible) final { visible_ = visible; }
  void destroy() final;

  [[nodiscard]] AllocStats alloc_stats() const final { return alloc_stats_; }
  [[nodiscard]] RecycleStats recycle_stats() const final;
  [[nodiscard]] int peek_inflight() const final {
    return static_cast<int>(hold_cnt_.peek() - release_cnt_.peek());
  }
  [[nodiscard]] bool peek_owns(Page page) const final;
  [[nodiscard]] std::vector<Page> peek_ring() const final { return ring_.peek(); }
  [[nodiscard]] std::vector<Page> peek_cache() const final;
  [[nodiscard]] std::vector<NamedValue> peek_words() const override;
  [[nodiscard]] std::vector<std::uint64_t> peek_progress() const final;

 protected:
  // ---- what the fixes changed ---------------------------------------------------------------
  virtual bool take_page(Page page);    // make a fresh page the pool's own; false: given back
  virtual bool map_page(Page page);     // map, track, first sync-for-device
  virtual void release_dma(Page page);  // unmap, unless somebody else did
  virtual void return_page(Page page);  // out of the pool, back to the page allocator
  virtual void return_own(Page page) { return_page(page); }  // one that no put brought back
  virtual void forget_owner(Page page);  // its last words, once it is counted out
  virtual void follow_tracker(Page) {}   // from a page to its pool through tracking memory
  virtual void sync_if_needed(Page page, std::uint32_t dma_sync_size);  // guarded how?
  virtual void recycle(Page page, std::uint32_t dma_sync_size, bool allow_direct);
  virtual void recycle_bulk_one(Page page, bool allow_direct, std::vector<Page>& for_ring);
  virtual std::uint32_t produce_bulk(const std::vector<Page>& pages);  // how many went in
  virtual std::uint32_t fill_ring(const std::vector<Page>& pages);     // the same, in the lock
  virtual bool recycle_in_ring(Page page);
  virtual void scrub();
  virtual int release();
  virtual void destroy_order();  // the steps of destroy once the last user is gone
  virtual void uninit() {}       // before the last of it is freed
  virtual bool keep_retrying(int inflight) { return inflight != 0; }
  virtual bool holds_device_reference() { return true; }
  virtual bool dma_sync_is_a_bit() { return true; }  // beside dma_map
  virtual bool may_empty_cache(std::uint64_t destroy_cnt) { return destroy_cnt == 0; }

  // ---- pieces the orders are made of ---------------------------------------------------------
  void sync_for_device(Page page, std::uint32_t dma_sync_size);
  bool recycle_in_cache(Page page);
  void finish_return(Page page);  // count it out, forget the owner, drop the reference
  bool lock_producer();
  void unlock_producer(bool bh);
  bool napi_local();  // may the caller push into the alloc cache?
  virtual bool napi_polls_on(int cpu);
  void disable_direct_recycling();
  void free_frag();
  void empty_alloc_cache_once();
  void empty_ring();
  int inflight(bool strict);
  void free_if_idle(int inflight);
  void detach_and_retry();
  void count(RecycleStat stat, std::uint64_t by = 1);
  void count_bulk(std::uint32_t produced, std::size_t offered);

  void set_owner(Page page, std::uint64_t more_magic = 0);  // extra bits go in with the signature
  static bool has_signature(std::uint64_t magic) { return (magic & ~3ULL) == pp_signature; }
  virtual bool is_pp_page(std::uint64_t magic) { return has_signature(magic); }

  template <class T>
  using Word = typename P::template Word<T>;
  using Line = typename P::Line;
  using Pages = std::vector<Page>;

  P& p_;
  Device& dev_;
  PoolParams params_;
  Limits limits_;
  typename P::Region region_;

  // One line each, as the kernel groups them.
  Line fast_line_, alloc_line_, release_line_, user_line_;
  Word<Napi*> napi_;
  Word<int> cpuid_;
  Word<bool> dma_map_, dma_sync_;
  Word<std::uint32_t> hold_cnt_;
  Word<std::uint32_t> release_cnt_;
  Word<int> user_cnt_;
  Word<std::uint64_t> destroy_cnt_;
  PtrRing<P> ring_;

 private:
  Page alloc_cached();
  Page refill_alloc_cache();
  Page alloc_slow();
  Page drain_frag();
  void push_cache(Page page);
  Page pop_cache();
  void produce_in_batches(const std::vector<Page>& pages);
  void release_retry();
  void final_destroy();

  Word<std::uint32_t> cache_count_;
  std::vector<std::unique_ptr<Line>> cache_lines_;
  std::vector<Word<Page>> cache_;
  typename P::ConsumerOwner cache_owner_;

  // The fragment allocator: the alloc side's own.
  Page frag_page_{};
  std::uint32_t frag_offset_bytes_ = 0;
  std::int64_t frag_users_ = 0;

  AllocStats alloc_stats_;
  struct PerCpuStats {
    Line line;
    std::array<Word<std::uint64_t>, recycle_stat_count> count;
    PerCpuStats(P& p, typename P::Region& r)
        : line(p, r),
          count{Word<std::uint64_t>{line, 0}, {line, 0}, {line, 0}, {line, 0}, {line, 0}} {}
  };
  std::vector<std::unique_ptr<PerCpuStats>> recycle_stats_;

  std::function<void()> disconnect_;
  bool visible_ = false;
  bool took_device_reference_ = false;
  std::int64_t defer_start_ms_ = 0, defer_warn_at_ms_ = 0;
  typename P::DelayedWork release_dw_;
};

template <class P>
PagePool<P>::PagePool(P& p, Device& dev, Napi* napi, const PoolParams& params, const Limits& limits,
                      int cpuid)
    : p_(p),
      dev_(dev),
      params_(params),
      limits_(limits),
      region_(p, P::Region::pool),
      fast_line_(p, region_),
      alloc_line_(p, region_),
      release_line_(p, region_),
      user_line_(p, region_),
      napi_(fast_line_, napi),
      cpuid_(fast_line_, cpuid),
      dma_map_(fast_line_, (params.flags & pp_flag_dma_map) != 0),
      dma_sync_(fast_line_, (params.flags & pp_flag_dma_sync_dev) != 0),
      hold_cnt_(alloc_line_, 0),
      release_cnt_(release_line_, 0),
      user_cnt_(user_line_, 1),
      destroy_cnt_(user_line_, 0),
      ring_(p, region_, params.pool_size != 0 ? params.pool_size : limits.ring, limits.ring_batch),
      cache_count_(alloc_line_, 0),
      cache_owner_(p),
      release_dw_(p, [this] { release_retry(); }) {
  constexpr std::uint32_t slots_per_line = 8;
  for (std::uint32_t i = 0; i < (limits.alloc_cache + slots_per_line - 1) / slots_per_line; ++i)
    cache_lines_.push_back(std::make_unique<Line>(p, region_));
  cache_.reserve(limits.alloc_cache);
  for (std::uint32_t i = 0; i < limits.alloc_cache; ++i)
    cache_.emplace_back(*cache_lines_[i / slots_per_line], Page{});
  for (int cpu = 0; cpu < p.nr_cpus(); ++cpu)
    recycle_stats_.push_back(std::make_unique<PerCpuStats>(p, region_));
}

template <class P>
CreateError PagePool<P>::validate(const PoolParams& params) {
  if ((params.flags & ~std::uint32_t{pp_flag_all}) != 0) return CreateError::einval;
  if (params.pool_size > pp_max_ring) return CreateError::e2big;
  if (params.order > pp_max_order) return CreateError::einval;
  const bool map = (params.flags & pp_flag_dma_map) != 0;
  if (map && params.dma_dir == DmaDirection::to_device) return CreateError::einval;
  if ((params.flags & pp_flag_dma_sync_dev) != 0 && (!map || params.max_len == 0))
    return CreateError::einval;
  return CreateError::none;
}

template <class P>
void PagePool<P>::open() {
  if (dma_sync_is_a_bit()) p_.one_bitfield(dma_map_, dma_sync_);
  if (!holds_device_reference() || (params_.flags & pp_flag_dma_map) == 0) return;
  p_.get_device(dev_);
  took_device_reference_ = true;
}

template <class P>
RecycleStats PagePool<P>::recycle_stats() const {
  RecycleStats sum;
  std::uint64_t* field[] = {&sum.cached, &sum.cache_full, &sum.ring, &sum.ring_full,
                            &sum.released_refcnt};
  for (const auto& cpu : recycle_stats_)
    for (std::size_t i = 0; i < recycle_stat_count; ++i) *field[i] += cpu->count[i].peek();
  return sum;
}

template <class P>
std::vector<typename PagePool<P>::Page> PagePool<P>::peek_cache() const {
  std::vector<Page> pages;
  for (std::uint32_t i = 0; i < cache_count_.peek(); ++i) pages.push_back(cache_[i].peek());
  return pages;
}

template <class P>
bool PagePool<P>::peek_owns(Page page) const {
  return page.pp().peek() == this;
}

template <class P>
std::vector<typename PagePool<P>::NamedValue> PagePool<P>::peek_words() const {
  return {{"p.napi", napi_.peek() != nullptr ? "set" : "NULL"},
          {"dma_sync", dma_sync_.peek() ? "true" : "false"},
          {"hold_cnt", std::to_string(hold_cnt_.peek())},
          {"release_cnt", std::to_string(release_cnt_.peek())},
          {"user_cnt", std::to_string(user_cnt_.peek())},
          {"destroy_cnt", std::to_string(destroy_cnt_.peek())}};
}

template <class P>
std::vector<std::uint64_t> PagePool<P>::peek_progress() const {
  std::vector<std::uint64_t> objects;
  const auto add = [&objects](const auto& word) {
    if constexpr (requires { word.object(); }) objects.push_back(word.object());
  };
  add(release_cnt_);
  ring_.visit_slots(add);
  return objects;
}

template <class P>
void PagePool<P>::count(RecycleStat stat, std::uint64_t by) {
  auto& cpu = *recycle_stats_[static_cast<std::size_t>(p_.smp_processor_id())];
  auto& word = cpu.count[static_cast<std::size_t>(stat)];
  word.this_cpu_add("count a recycle statistic", by);
}

template <class P>
void PagePool<P>::use_xdp_mem(std::function<void()> disconnect) {
  disconnect_ = std::move(disconnect);
  user_cnt_.add_return("xdp: take a user reference", 1, relaxed);
}

}  // namespace poolrace::pool

#include "pool/page_pool_alloc.hpp"
#include "pool/page_pool_destroy.hpp"
#include "pool/page_pool_fragments.hpp"
#include "pool/page_pool_put.hpp"
