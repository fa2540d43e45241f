/* SPDX-License-Identifier: MIT
 *
 * A pool seen from outside: compiled without the pass, so that looking is no step.
 */
#include "pr_kernel.h"
#ifdef PR_HAS_TYPES_HEADER
#include <net/page_pool/helpers.h>
#else
#include <net/page_pool.h>
#endif

void pr_look(const void* at, struct pr_seen* seen);
void pr_look(const void* at, struct pr_seen* seen) {
  const struct page_pool* pool = at;
  seen->cache = (void**)pool->alloc.cache;
  seen->cache_count = pool->alloc.count;
  seen->ring = pool->ring.queue;
  seen->ring_size = pool->ring.size;
  seen->ring_head = pool->ring.consumer_head;
  seen->hold_cnt = &pool->pages_state_hold_cnt;
  seen->release_cnt = &pool->pages_state_release_cnt.counter;
  seen->user_cnt = pool->user_cnt.refs.counter;
  seen->destroy_cnt = pool->destroy_cnt;
#ifdef PR_HAS_NAPI
  seen->has_napi = pool->p.napi != NULL;
#endif
#ifdef PR_HAS_DMA_SYNC_BIT
  seen->dma_sync = pool->dma_sync;
#else
  seen->dma_sync = (pool->p.flags & PP_FLAG_DMA_SYNC_DEV) != 0;
#endif
}

void pr_ring_batch(void* pool, int slots);
void pr_ring_batch(void* pool, int slots) {
  ((struct page_pool*)pool)->ring.batch = slots;
}

void pr_stats(const void* at, struct pr_alloc_stats* alloc, struct pr_recycle_stats* recycle);
void pr_stats(const void* at, struct pr_alloc_stats* alloc, struct pr_recycle_stats* recycle) {
#ifdef CONFIG_PAGE_POOL_STATS
  const struct page_pool* pool = at;
  alloc->fast = pool->alloc_stats.fast;
  alloc->slow = pool->alloc_stats.slow;
  alloc->slow_high_order = pool->alloc_stats.slow_high_order;
  alloc->empty = pool->alloc_stats.empty;
  alloc->refill = pool->alloc_stats.refill;
  alloc->waive = pool->alloc_stats.waive;
  for (int cpu = 0; cpu < PR_CPUS; ++cpu) {
    const struct page_pool_recycle_stats* of = per_cpu_ptr(pool->recycle_stats, cpu);
    recycle->cached += of->cached;
    recycle->cache_full += of->cache_full;
    recycle->ring += of->ring;
    recycle->ring_full += of->ring_full;
    recycle->released_refcnt += of->released_refcnt;
  }
#else
  (void)at;
  (void)alloc;
  (void)recycle;
#endif
}
