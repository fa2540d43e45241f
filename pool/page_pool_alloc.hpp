// SPDX-License-Identifier: MIT
// The alloc side: cache, refill from the ring, slow path in bulk.  One consumer context runs all
// of it; the kernel relies on that, and so does the plain data here.
#pragma once

#include "pool/page_pool.hpp"

namespace poolrace::pool {

template <class P>
void PagePool<P>::push_cache(Page page) {
  const std::uint32_t count = cache_count_.read("cache: read count to push", plain);
  cache_[count].write("cache: store page", page, plain);
  cache_count_.write("cache: raise count", count + 1, plain);
}

template <class P>
typename P::Page PagePool<P>::pop_cache() {
  const std::uint32_t count = cache_count_.read("cache: read count to pop", plain);
  if (count == 0) return Page{};
  Page page = cache_[count - 1].read("cache: load page", plain);
  cache_count_.write("cache: lower count", count - 1, plain);
  return page;
}

template <class P>
typename P::Page PagePool<P>::alloc_pages() {
  typename P::ConsumerScope consumer(p_, cache_owner_);
  Page page = alloc_cached();
  return page ? page : alloc_slow();
}

template <class P>
typename P::Page PagePool<P>::alloc_cached() {
  if (Page page = pop_cache()) {
    ++alloc_stats_.fast;
    return page;
  }
  return refill_alloc_cache();
}

template <class P>
typename P::Page PagePool<P>::refill_alloc_cache() {
  if (ring_.empty()) {
    ++alloc_stats_.empty;
    return Page{};
  }
  const int preferred_nid = params_.nid >= 0 ? params_.nid : p_.numa_mem_id();
  std::uint32_t filled = 0;
  while (filled < limits_.refill) {
    Page page = ring_.consume();
    if (!page) break;
    if (page.nid() != preferred_nid) {  // one page goes back, and the refill ends there
      return_own(page);
      ++alloc_stats_.waive;
      break;
    }
    push_cache(page);
    ++filled;
  }
  if (filled == 0) return Page{};
  ++alloc_stats_.refill;
  return pop_cache();
}

// Mainline maps first and makes the page the pool's own afterwards.
template <class P>
bool PagePool<P>::take_page(Page page) {
  if (dma_map_.read("alloc: read dma_map", plain) && !map_page(page)) {
    p_.put_page_ref(page);
    return false;
  }
  set_owner(page);
  return true;
}

template <class P>
void PagePool<P>::set_owner(Page page, std::uint64_t more_magic) {
  page.pp().write("set page owner", this, plain);
  const std::uint64_t magic = page.pp_magic().read("read pp_magic to sign", plain);
  page.pp_magic().write("sign pp_magic", magic | pp_signature | more_magic, plain);
  page.pp_ref_count().write("set pp_ref_count to 1", 1, once);
}

template <class P>
typename P::Page PagePool<P>::alloc_slow() {
  if (params_.order > 0) {
    Page page = p_.alloc_pages(params_.order, params_.nid);
    if (!page || !take_page(page)) return Page{};
    ++alloc_stats_.slow_high_order;
    hold_cnt_.write("raise pages_state_hold_cnt",
                    hold_cnt_.read("read pages_state_hold_cnt to raise it", plain) + 1, plain);
    return page;
  }
  if (Page page = pop_cache()) return page;  // unexpected, and not counted
  const auto fresh = p_.alloc_pages_bulk(limits_.refill, params_.nid);
  for (Page page : fresh) {
    if (!take_page(page)) continue;
    push_cache(page);
    hold_cnt_.write("raise pages_state_hold_cnt in bulk",
                    hold_cnt_.read("read pages_state_hold_cnt in bulk", plain) + 1, plain);
  }
  Page page = pop_cache();
  if (page) ++alloc_stats_.slow;
  return page;
}

template <class P>
bool PagePool<P>::map_page(Page page) {
  const std::uint64_t addr = p_.dma_map_page(dev_, page, params_.order);
  if (addr == P::dma_mapping_error) return false;
  page.dma_addr().write("map: store dma_addr", addr, plain);
  if (dma_sync_.read("map: read dma_sync", plain) && p_.dma_dev_need_sync(dev_))
    sync_for_device(page, params_.max_len);
  return true;
}

template <class P>
void PagePool<P>::update_nid(int nid) {
  params_.nid = nid;
  typename P::ConsumerScope consumer(p_, cache_owner_);
  while (Page page = pop_cache()) return_own(page);
}

}  // namespace poolrace::pool
