// SPDX-License-Identifier: MIT
// The put side: any context but hard interrupts.  Mainline syncs first and publishes afterwards;
// several fixes turned that round, and each guards the sync in its own way.
#pragma once

#include "pool/page_pool.hpp"

namespace poolrace::pool {

template <class P>
void PagePool<P>::put_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) {
  if (!unref_page(page, 1)) return;
  put_unrefed_page(page, dma_sync_size, allow_direct);
}

template <class P>
bool PagePool<P>::skb_put_page(Page page) {
  auto* pool = static_cast<PagePool*>(page.pp().read("skb free: read page owner", plain));
  // The kernel looks for the signature first; who comes here has a page of a pool, or a bug to show.
  page.pp_magic().look("skb free: read pp_magic", plain);
  if (pool == nullptr) return false;
  pool->follow_tracker(page);
  pool->put_page(page, whole_page, false);
  return true;
}

template <class P>
void PagePool<P>::put_unrefed_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) {
  p_.assert_not_hardirq("page_pool_put_page");
  if (!allow_direct) allow_direct = napi_local();
  if (page.page_refcount().read("put: read _refcount", once) == 1 && !page.pfmemalloc()) {
    recycle(page, dma_sync_size, allow_direct);
    return;
  }
  count(RecycleStat::released_refcnt);
  return_page(page);
}

// Mainline: the device may own the page again before anybody can see it in the pool.
template <class P>
void PagePool<P>::recycle(Page page, std::uint32_t dma_sync_size, bool allow_direct) {
  sync_if_needed(page, dma_sync_size);
  if (allow_direct && recycle_in_cache(page)) return;
  if (recycle_in_ring(page)) return;
  count(RecycleStat::ring_full);
  return_page(page);
}

// Mainline: the check and the sync stand bare.
template <class P>
void PagePool<P>::sync_if_needed(Page page, std::uint32_t dma_sync_size) {
  if (dma_sync_.read("put: read dma_sync", plain) && p_.dma_dev_need_sync(dev_))
    sync_for_device(page, dma_sync_size);
}

template <class P>
void PagePool<P>::sync_for_device(Page page, std::uint32_t dma_sync_size) {
  const std::uint64_t addr = page.dma_addr().read("sync: read dma_addr", plain);
  const std::uint32_t size = dma_sync_size < params_.max_len ? dma_sync_size : params_.max_len;
  p_.dma_sync_for_device(dev_, addr, params_.offset, size, page);
}

template <class P>
bool PagePool<P>::recycle_in_cache(Page page) {
  typename P::ConsumerScope consumer(p_, cache_owner_);
  if (cache_count_.read("cache: read count to test for full", plain) == limits_.alloc_cache) {
    count(RecycleStat::cache_full);
    return false;
  }
  push_cache(page);
  count(RecycleStat::cached);
  return true;
}

template <class P>
bool PagePool<P>::lock_producer() {
  const bool bh = !p_.in_softirq();
  if (bh)
    ring_.producer_lock().lock_bh("ring: lock producer, bh");
  else
    ring_.producer_lock().lock("ring: lock producer");
  return bh;
}

template <class P>
void PagePool<P>::unlock_producer(bool bh) {
  if (bh)
    ring_.producer_lock().unlock_bh("ring: unlock producer, bh");
  else
    ring_.producer_lock().unlock("ring: unlock producer");
}

// Before 271683bb2cf3 the statistic came after the unlock.
template <class P>
bool PagePool<P>::recycle_in_ring(Page page) {
  const bool bh = lock_producer();
  const bool produced = ring_.produce(page);
  unlock_producer(bh);
  if (produced) count(RecycleStat::ring);
  return produced;
}

template <class P>
void PagePool<P>::release_dma(Page page) {
  if (!dma_map_.read("release: read dma_map", plain)) return;
  const std::uint64_t addr = page.dma_addr().read("release: read dma_addr", plain);
  p_.dma_unmap_page(dev_, addr, params_.order, page);
  page.dma_addr().write("release: clear dma_addr", 0, plain);
}

template <class P>
void PagePool<P>::return_page(Page page) {
  release_dma(page);
  finish_return(page);
}

template <class P>
void PagePool<P>::finish_return(Page page) {
  P& p = p_;
  release_cnt_.add_return("raise pages_state_release_cnt", 1, relaxed);
  // From here the pool may be freed by somebody else: only the page may be touched.
  forget_owner(page);
  p.put_page_ref(page);
}

template <class P>
void PagePool<P>::forget_owner(Page page) {
  page.pp_magic().write("clear pp_magic", 0, plain);
  page.pp().write("clear page owner", nullptr, plain);
}

template <class P>
void PagePool<P>::put_page_bulk(std::vector<Page> pages) {
  p_.assert_not_hardirq("page_pool_put_page_bulk");
  std::vector<Page> mine, foreign;
  std::erase_if(pages, [this](Page page) { return !unref_page(page, 1); });
  while (!pages.empty()) {
    auto* pool = static_cast<PagePool*>(pages.front().pp().read("bulk: read page owner", plain));
    const bool allow_direct = pool->napi_local();
    mine.clear();
    foreign.clear();
    for (Page page : pages) {
      if (page.pp().read("bulk: compare page owner", plain) != pool) {
        foreign.push_back(page);
      } else if (page.page_refcount().read("bulk: read _refcount", once) != 1 ||
                 page.pfmemalloc()) {
        pool->count(RecycleStat::released_refcnt);
        pool->return_page(page);
      } else {
        pool->recycle_bulk_one(page, allow_direct, mine);
      }
    }
    pool->produce_in_batches(mine);
    pages.swap(foreign);
  }
}

template <class P>
void PagePool<P>::recycle_bulk_one(Page page, bool allow_direct, std::vector<Page>& for_ring) {
  sync_if_needed(page, whole_page);
  if (allow_direct && recycle_in_cache(page)) return;
  for_ring.push_back(page);
}

// Takes the producer lock once for up to Limits::bulk pages; leftovers return outside it.
template <class P>
void PagePool<P>::produce_in_batches(const std::vector<Page>& pages) {
  for (std::size_t first = 0; first < pages.size(); first += limits_.bulk) {
    const std::size_t end = std::min(pages.size(), first + limits_.bulk);
    const std::vector<Page> batch(pages.begin() + static_cast<std::ptrdiff_t>(first),
                                  pages.begin() + static_cast<std::ptrdiff_t>(end));
    const std::uint32_t produced = produce_bulk(batch);
    for (std::size_t i = produced; i < batch.size(); ++i) return_page(batch[i]);
  }
}

// Before bdea4980182e the statistic came after the unlock.
template <class P>
std::uint32_t PagePool<P>::produce_bulk(const std::vector<Page>& pages) {
  const bool bh = lock_producer();
  const std::uint32_t produced = fill_ring(pages);
  unlock_producer(bh);
  count_bulk(produced, pages.size());
  return produced;
}

// The caller has the producer lock.
template <class P>
std::uint32_t PagePool<P>::fill_ring(const std::vector<Page>& pages) {
  std::uint32_t produced = 0;
  while (produced < pages.size() && ring_.produce(pages[produced])) ++produced;
  return produced;
}

template <class P>
void PagePool<P>::count_bulk(std::uint32_t produced, std::size_t offered) {
  if (produced < offered) count(RecycleStat::ring_full);
  count(RecycleStat::ring, produced);
}

// Only the context that also pops from the cache may push into it.
template <class P>
bool PagePool<P>::napi_local() {
  if (!p_.in_softirq()) return false;
  const int cpu = p_.smp_processor_id();
  return cpuid_.read("napi_local: read cpuid", once) == cpu || napi_polls_on(cpu);
}

template <class P>
bool PagePool<P>::napi_polls_on(int cpu) {
  Napi* napi = napi_.read("napi_local: read p.napi", once);
  return napi != nullptr && napi->list_owner.read("napi_local: read list_owner", once) == cpu;
}

}  // namespace poolrace::pool
