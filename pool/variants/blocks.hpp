// SPDX-License-Identifier: MIT
// What blocks-v5 and blocks-v11 share: page-sized blocks of items, one item for every page of the
// pool, with the state bit MAPPED; and the sync after publication, in bulk inside the producer lock.
//
// 254 items a block; 2 x pool_size + alloc cache + 8 refills are there from the start (pool_size as
// it was given: 640 for 0), further blocks come when they run out.  Free items: a list of the alloc side's own, refilled by taking
// the lock-free list of released items whole.  Owner and item first, then the mapping.
// An item holds its page or, once it is free again, the link of its list: one word.  It ends when
// its page is counted out, after pp_magic: the pool may be gone by then.
// Simplified: pp stays the pool and the item's index lies in pp_magic (the series replaces pp by
// the item and masks it to find the block), and a put reads the block's line; blocks are part of
// the pool and stay until it goes.  Left out: the bit USED, of CONFIG_DEBUG_NET.
// Kinds of what the series added are assumed: plain; the released list is an llist's.
#pragma once

#include <memory>
#include <vector>

#include "pool/page_index.hpp"
#include "pool/page_pool.hpp"
#include "pool/variants/sync_in_bulk.hpp"

namespace poolrace::pool {

template <class P>
class BlocksPool : public SyncInBulk<PagePool<P>> {
  using Base = SyncInBulk<PagePool<P>>;

 public:
  using typename Base::Page;
  BlocksPool(P& p, typename Base::Device& dev, typename Base::Napi* napi, const PoolParams& params,
             const Limits& limits, int cpuid = -1)
      : Base(p, dev, napi, params, limits, cpuid),
        item_line_(p, this->region_),
        item_lock_(p, item_line_),
        released_line_(p, this->region_),
        release_items_(released_line_, 0),
        hold_items_(p, "blocks.hold_items", 0) {
    const std::uint32_t wanted = 2 * params.pool_size + limits.alloc_cache + 8 * limits.refill;
    while (items_.size() < wanted) hold_items_ = add_block(hold_items_);
  }

  [[nodiscard]] std::size_t item_count() const { return items_.size(); }

 protected:
  struct Item {
    typename P::template Word<bool> mapped;
    typename P::template Word<Page> page;            // null: the union holds the link
    typename P::template Plain<std::uint32_t> next;  // the link: who has the item reads it
    Item(P& p, typename P::Line& line, std::uint32_t next_id)
        : mapped(line, false), page(line, Page{}), next(p, "item.next", next_id) {}
  };

  bool holds_device_reference() override { return false; }
  bool is_pp_page(std::uint64_t magic) override { return this->has_signature(magic & ~index_mask); }

  bool take_page(Page page) override {
    const std::uint32_t id = take_item(page);
    this->set_owner(page, index_bits(id));
    if (!this->dma_map_.read("alloc: read dma_map", plain)) return true;
    if (this->map_page(page)) {
      item(id).mapped.write("item: set MAPPED", true, plain);
      return true;
    }
    give_item(id);
    page.pp_magic().write("clear pp_magic of page not mapped", 0, plain);
    page.pp().write("clear owner of page not mapped", nullptr, plain);
    this->p_.put_page_ref(page);
    return false;
  }

  Item& item(std::uint32_t id) { return *items_[id - 1]; }
  std::uint32_t id_of(Page page) {
    return index_of(page.pp_magic().read("item: read the page's item", plain));
  }

  bool is_mapped(std::uint32_t id) { return item(id).mapped.read("item: test MAPPED", plain); }

  void forget_owner(Page page) override {
    const std::uint32_t id = id_of(page);
    page.pp_magic().write("clear pp_magic", 0, plain);
    give_item(id);
    page.pp().write("clear page owner", nullptr, plain);
  }

  // (Its index is in the word that the series has in place of pp: no read of its own.)
  void follow_tracker(Page page) override {
    const std::uint32_t id = index_of(page.pp_magic().peek());
    if (id != 0) item(id).mapped.read("skb free: find the pool through the item's block", plain);
  }

  // The caller knows that the page is mapped, and that nobody else is about to unmap it.
  void unmap_item(std::uint32_t id, Page page) {
    const std::uint64_t addr = page.dma_addr().read("unmap: read dma_addr", plain);
    this->p_.dma_unmap_page(this->dev_, addr, this->params_.order, page);
    page.dma_addr().write("unmap: clear dma_addr", 0, plain);
    item(id).mapped.write("item: clear MAPPED", false, plain);
  }

  void give_item(std::uint32_t id) {
    if (id == 0) return;  // a page that had none: reported where the kernel would follow it
    for (;;) {
      const std::uint32_t head = release_items_.read("item: read released list", once);
      item(id).next = head;
      item(id).page.write("item: link to released list", Page{}, plain);
      if (release_items_.cmpxchg("item: push to released list", head, id, full) == head) return;
    }
  }

  typename P::Line item_line_;
  typename P::SpinLock item_lock_;
  std::vector<std::unique_ptr<Item>> items_;

 private:
  std::uint32_t take_item(Page page) {
    if (hold_items_ == 0) hold_items_ = grab_released();
    if (hold_items_ == 0) hold_items_ = add_block(0);
    const std::uint32_t id = hold_items_;
    hold_items_ = static_cast<std::uint32_t>(item(id).next);
    item(id).page.write("item: record page", page, plain);
    return id;
  }

  std::uint32_t grab_released() {
    for (;;) {
      const std::uint32_t head = release_items_.read("item: look for released ones", once);
      if (head == 0 || release_items_.cmpxchg("item: take released list", head, 0, full) == head)
        return head;
    }
  }

  // A fresh block in front of the list that begins with `rest`; its first item.
  std::uint32_t add_block(std::uint32_t rest) {
    constexpr std::uint32_t items_per_block = 254, items_per_line = 4;
    const auto first = static_cast<std::uint32_t>(items_.size()) + 1;
    for (std::uint32_t i = 0; i < items_per_block; ++i) {
      if (i % items_per_line == 0)
        lines_.push_back(std::make_unique<typename P::Line>(this->p_, this->region_));
      const std::uint32_t next = i + 1 < items_per_block ? first + i + 1 : rest;
      items_.push_back(std::make_unique<Item>(this->p_, *lines_.back(), next));
    }
    return first;
  }

  typename P::Line released_line_;
  typename P::template Word<std::uint32_t> release_items_;
  typename P::template Plain<std::uint32_t> hold_items_;  // the alloc side's own
  std::vector<std::unique_ptr<typename P::Line>> lines_;
};

}  // namespace poolrace::pool
