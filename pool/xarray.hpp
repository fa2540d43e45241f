// SPDX-License-Identifier: MIT
// The array of mapped pages that the merged fix keeps: id -> page, ids from 1, lowest free first.
//
// Mirrors the kernel's xarray as that fix uses it: one lock for writers, entries read without it,
// leaves of 64 slots of which each is eight cache lines.  The walk takes no lock and may run beside
// an alloc that adds a leaf: as under RCU it reaches leaves by pointers that are published when
// what they lead to is complete.  Left out: inner nodes are one shared line (the root), and emptied
// leaves stay until the pool goes.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include "pool/platform.hpp"

namespace poolrace::pool {

template <class P>
class XArray {
 public:
  using Page = typename P::Page;

  XArray(P& p, typename P::Region& region)
      : p_(p),
        region_(region),
        root_line_(p, region),
        lock_(p, root_line_),
        used_(root_line_, 0),
        first_free_(p, "xarray.first_free", 0) {}

  // A new id for `page`; the caller runs in the consumer context.
  std::uint32_t alloc(Page page) {
    const bool bh = lock();
    const std::uint32_t id = lowest_free();
    slot(id).write("xarray: store page", page, Ordering::release);
    used_.write("xarray: raise count", used_.read("xarray: read count to raise", plain) + 1,
                Ordering::release);
    unlock(bh);
    return id;
  }

  // Puts null in place of `page` and says what stood there.
  Page cmpxchg_null(std::uint32_t id, Page page) {
    const bool bh = lock();
    Page old = id <= taken_.size() ? slot(id).read("xarray: load to compare", once) : Page{};
    if (old == page) {
      slot(id).write("xarray: claim page", Page{}, Ordering::release);
      used_.write("xarray: lower count", used_.read("xarray: read count to lower", plain) - 1,
                  once);
      taken_[id - 1] = false;
      first_free_ = std::min<std::uint32_t>(first_free_, id - 1);
    }
    unlock(bh);
    return old;
  }

  // xa_destroy(): empty by now, but under the lock, which puts it behind whoever stored there last.
  void destroy() { unlock(lock()); }

  bool empty() { return used_.read("xarray: test for empty", plain) == 0; }

  // Visits the entries present when it passes them, without the lock.
  template <class Visit>
  void for_each(Visit visit) {
    Leaf* leaf = nullptr;
    for (std::uint32_t id = 1; id <= ids(); ++id) {
      const std::uint32_t in_leaf = (id - 1) % leaf_slots;
      if (in_leaf == 0) leaf = (id == 1 ? first_leaf_ : leaf->next).load(std::memory_order_acquire);
      auto& slot = leaf->slots[in_leaf];
      Page page = slot.read("xarray: walk to next page", once);
      if (!page) continue;
      // For the checker: is the entry, if it still stands, one of a page that has gone?
      if (Page now = slot.peek()) p_.tracker_used(now, "xarray: walk to next page");
      visit(id, page);
    }
  }

 private:
  static constexpr std::uint32_t leaf_slots = 64, slots_per_line = 8;
  struct Leaf {
    std::vector<std::unique_ptr<typename P::Line>> lines;
    std::vector<typename P::template Word<Page>> slots;
    std::atomic<Leaf*> next{nullptr};  // for the walk
    Leaf(P& p, typename P::Region& region) {
      for (std::uint32_t i = 0; i < leaf_slots / slots_per_line; ++i)
        lines.push_back(std::make_unique<typename P::Line>(p, region));
      slots.reserve(leaf_slots);
      for (std::uint32_t i = 0; i < leaf_slots; ++i)
        slots.emplace_back(*lines[i / slots_per_line], Page{});
    }
  };

  std::uint32_t ids() {
    p_.tracker_bound(false);
    return published_ids_.load(std::memory_order_acquire);
  }

  // Under the lock.
  auto& slot(std::uint32_t id) {
    return leaves_[(id - 1) / leaf_slots]->slots[(id - 1) % leaf_slots];
  }

  std::uint32_t lowest_free() {
    std::uint32_t at = first_free_;
    while (at < taken_.size() && taken_[at]) ++at;
    if (at == taken_.size()) {
      if (taken_.size() % leaf_slots == 0) add_leaf();
      taken_.push_back(false);
      p_.tracker_bound(true);
      published_ids_.store(at + 1, std::memory_order_release);
    }
    taken_[at] = true;
    first_free_ = at;
    return at + 1;
  }

  void add_leaf() {
    auto& link = leaves_.empty() ? first_leaf_ : leaves_.back()->next;
    leaves_.push_back(std::make_unique<Leaf>(p_, region_));
    link.store(leaves_.back().get(), std::memory_order_release);
  }

  bool lock() {
    const bool bh = !p_.in_softirq();
    if (bh)
      lock_.lock_bh("xarray: lock, bh");
    else
      lock_.lock("xarray: lock");
    return bh;
  }
  void unlock(bool bh) {
    if (bh)
      lock_.unlock_bh("xarray: unlock, bh");
    else
      lock_.unlock("xarray: unlock");
  }

  P& p_;
  typename P::Region& region_;
  typename P::Line root_line_;
  typename P::SpinLock lock_;
  typename P::template Word<std::uint32_t> used_;  // for xa_head, which xa_empty() reads plain
  // No words of the platform: they cost the walk no step, and the lines of a leaf's node are not
  // modelled.  tracker_bound() tells the explorer.
  std::atomic<Leaf*> first_leaf_{nullptr};
  std::atomic<std::uint32_t> published_ids_{0};           // that have a slot
  std::vector<std::unique_ptr<Leaf>> leaves_;             // under the lock
  std::vector<bool> taken_;                               // the same; by id
  typename P::template Plain<std::uint32_t> first_free_;  // no lower id is free; told for both
};

}  // namespace poolrace::pool
