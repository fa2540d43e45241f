// SPDX-License-Identifier: MIT
// What items-v2 and items-v3 share: an array that records every page of the pool, each returned
// page under destroy_lock once destroy has begun, and the end of the mappings of all recorded.
//
// Count: roundup_pow2((pool_size or the ring's limit) + alloc cache + 8 refills), 2048 by default.
// Add: linear probe from a moving cursor; full => the allocation fails.  A page is given its item
// and owner first and is mapped afterwards.
// An item ends once its page is counted out, after pp_magic: the pool may be gone by then.
// Simplified: the fixes replace page->pp by the item and find the pool through it.  Here pp stays
// the pool and the item's index lies in pp_magic, as in the xarray fixes; a put reads the item.
// Kinds of what the series added are assumed: plain, but for its locks.
#pragma once

#include <bit>
#include <memory>
#include <vector>

#include "pool/page_index.hpp"
#include "pool/variants/bulk_stat.hpp"

namespace poolrace::pool {

template <class P>
class ItemsPool : public BulkStatInLock<PagePool<P>> {
  using Base = BulkStatInLock<PagePool<P>>;

 public:
  using typename Base::Page;
  ItemsPool(P& p, typename Base::Device& dev, typename Base::Napi* napi, const PoolParams& params,
            const Limits& limits, int cpuid = -1)
      : Base(p, dev, napi, params, limits, cpuid),
        destroy_line_(p, this->region_),
        destroy_lock_(p, destroy_line_),
        cursor_(p, "items.cursor", 0) {
    constexpr std::uint32_t items_per_line = 4;  // 16 B each
    const std::uint32_t ring = params.pool_size != 0 ? params.pool_size : limits.ring;
    const auto count = std::bit_ceil(ring + limits.alloc_cache + 8 * limits.refill);
    items_.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i % items_per_line == 0)
        lines_.push_back(std::make_unique<typename P::Line>(p, this->region_));
      items_.emplace_back(*lines_.back(), Page{});
    }
  }

  [[nodiscard]] std::size_t item_count() const { return items_.size(); }
  [[nodiscard]] std::uint64_t item_full() const { return item_full_; }  // a statistic of its own

 protected:
  bool holds_device_reference() override { return false; }
  bool is_pp_page(std::uint64_t magic) override { return this->has_signature(magic & ~index_mask); }

  bool take_page(Page page) override {
    const std::uint32_t id = add_item(page);
    if (id != 0) {
      this->set_owner(page, index_bits(id));
      if (!this->dma_map_.read("alloc: read dma_map", plain) || this->map_page(page)) return true;
      items_[id - 1].write("item: forget page not mapped", Page{}, plain);
      page.pp_magic().write("clear pp_magic of page not mapped", 0, plain);
      page.pp().write("clear owner of page not mapped", nullptr, plain);
    }
    this->p_.put_page_ref(page);
    return false;
  }

  // Once destroy has begun, returns take turns with item_uninit.
  void return_page(Page page) override {
    const bool locked = this->destroy_cnt_.read("return: read destroy_cnt", plain) != 0;
    if (locked) destroy_lock_.lock_bh("return: lock destroy_lock");
    Base::return_page(page);
    if (locked) destroy_lock_.unlock_bh("return: unlock destroy_lock");
  }

  void forget_owner(Page page) override {
    const std::uint32_t id = index_of(page.pp_magic().read("return: read item", plain));
    page.pp_magic().write("clear pp_magic", 0, plain);
    if (id == 0)  // the page had left before: the kernel would follow a null item
      this->p_.tracker_used(Page{}, "return: follow the page's item");
    else
      items_[id - 1].write("item: forget page", Page{}, plain);
    page.pp().write("clear page owner", nullptr, plain);
  }

  // (Its index is in the word that the series has in place of pp: no read of its own.)
  void follow_tracker(Page page) override {
    const std::uint32_t id = index_of(page.pp_magic().peek());
    if (id != 0) items_[id - 1].read("skb free: find the pool through the item", plain);
  }

  // Ends the mapping of every page still recorded; `check` sees how many there were, in the lock.
  template <class F>
  void item_uninit(F check) {
    if (!this->dma_map_.read("uninit: read dma_map", plain)) return;
    destroy_lock_.lock_bh("uninit: lock destroy_lock");
    int unmapped = 0;
    for (auto& item : items_) {
      Page page = item.read("uninit: read item", plain);
      if (!page) continue;
      this->p_.tracker_used(page, "uninit: read item");
      const std::uint64_t addr = page.dma_addr().read("uninit: read dma_addr", plain);
      this->p_.dma_unmap_page(this->dev_, addr, this->params_.order, page);
      page.dma_addr().write("uninit: clear dma_addr", 0, plain);
      ++unmapped;
    }
    this->dma_map_.write("uninit: clear dma_map", false, plain);
    check(unmapped);
    destroy_lock_.unlock_bh("uninit: unlock destroy_lock");
  }

 private:
  std::uint32_t add_item(Page page) {
    const auto count = static_cast<std::uint32_t>(items_.size());
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t at = cursor_;
      cursor_ = (at + 1) & (count - 1);
      if (items_[at].read("item: probe", plain)) continue;
      items_[at].write("item: record page", page, plain);  // only the alloc side adds
      return at + 1;
    }
    ++item_full_;
    return 0;
  }

  typename P::Line destroy_line_;
  typename P::SpinLock destroy_lock_;
  std::vector<std::unique_ptr<typename P::Line>> lines_;
  std::vector<typename P::template Word<Page>> items_;
  typename P::template Plain<std::uint32_t> cursor_;  // the alloc side's own
  std::uint64_t item_full_ = 0;
};

}  // namespace poolrace::pool
