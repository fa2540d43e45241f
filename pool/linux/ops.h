/* SPDX-License-Identifier: MIT
 *
 * What a kernel tree's pool asks of the world it runs in: one table of calls, filled by whoever
 * loads the object, read by the headers of shim/.  And the other way round: what can be asked of
 * the pool, whatever its version.  C, for both sides include it.
 *
 * Every call may let other contexts run before it takes place, and may leave by a C++ exception.
 */
#ifndef POOLRACE_LINUX_OPS_H
#define POOLRACE_LINUX_OPS_H

#ifdef __cplusplus
extern "C" {
#endif

#define PR_CPUS 8
#define PR_PERCPU_STRIDE 256 /* of one CPU's share of a per-CPU allocation, in bytes */

enum pr_access { PR_READ, PR_WRITE, PR_RMW, PR_ACCESS_MASK };
/* What the code asks of its order, as pool/ordering.hpp has it, and an update of a CPU's own counter. */
#define PR_ORDERED(ordering) ((ordering) << 4)
enum pr_ordering { PR_PLAIN, PR_ONCE, PR_ACQUIRE, PR_RELEASE, PR_RELAXED, PR_FULL, PR_THIS_CPU };
enum pr_fence { PR_MB, PR_WMB, PR_RMB };

/* What a piece of memory is, for reports: the pool itself is known by what create returns. */
enum pr_memory { PR_STRUCT, PR_ARRAY, PR_PERCPU, PR_NODE };

struct pr_ops {
  /* An access of `size` bytes comes next, at the call's return address or `from`; `how`: pr_access and
   * PR_ORDERED. */
  void (*access)(const volatile void* at, unsigned long size, int how, const void* from);
  void (*mark)(int ordering); /* of the next access, whatever it says */
  void (*fence)(int fence);   /* no step */
  void (*quiet)(int by);      /* from here on accesses race on purpose, or (-1) no more */

  void (*lock)(void* lock, int bh);
  void (*unlock)(void* lock, int bh);
  void (*bh)(int disable);
  void (*rcu_read)(int lock);
  void (*grace)(int net);
  void (*rcu_call)(void* head, void (*func)(void*));
  void (*free_later)(const void* at);

  void* (*alloc)(unsigned long size, int what); /* zeroed */
  void (*free)(const void* at);

  void* (*page_alloc)(int nid, unsigned int order);
  unsigned int (*page_bulk)(int nid, unsigned int count, void** pages);
  void (*page_put)(void* page);
  int (*page_refs)(void* page);
  void (*page_ref)(void* page, int by);
  int (*page_nid)(void* page);
  int (*page_reserve)(void* page);
  unsigned long (*page_pfn)(void* page);

  unsigned long long (*map)(void* dev, void* page, unsigned int order);
  void (*unmap)(void* dev, unsigned long long addr, unsigned int order);
  void (*sync)(void* dev, unsigned long long addr, unsigned long offset, unsigned long size);
  int (*need_sync)(void* dev);
  void (*device)(void* dev, int by);
  void (*napi_idle)(void* napi);

  int (*softirq)(void);
  int (*cpu)(void);
  void (*not_hardirq)(void);
  unsigned long (*now)(void);
  void (*work)(void* work, void (*func)(void*), unsigned long delay);
  void (*sleep)(unsigned int ms);
  void (*relax)(void);
  void (*warn)(const char* sentence);
};

struct pr_params {
  unsigned int flags, order, pool_size, max_len, offset;
  int nid, dma_dir;
  void* dev;
  void* napi;
};

/* Where the words of struct page lie that the machine shows and the driver reads, in bytes. */
struct pr_page_layout {
  unsigned long size, magic, pp, dma_addr, ref_count;
};

struct pr_alloc_stats {
  unsigned long long fast, slow, slow_high_order, empty, refill, waive;
};
struct pr_recycle_stats {
  unsigned long long cached, cache_full, ring, ring_full, released_refcnt;
};

/* What can be seen of a pool from outside. */
struct pr_seen {
  void** cache;
  unsigned int cache_count;
  void** ring;
  int ring_size, ring_head;
  const unsigned int* hold_cnt;
  const int* release_cnt;
  int user_cnt;
  unsigned long long destroy_cnt;
  int has_napi;
  int dma_sync;
};

struct pr_glue {
  /* Called once an execution, before anything else. */
  void (*limits)(unsigned int cache, unsigned int refill);
  const struct pr_page_layout* page;
  unsigned long device_size, napi_size, napi_list_owner;
  void (*node_rcu_free)(void* head); /* null: no tracking */

  void* (*create)(const struct pr_params* params, long* error); /* null: failed */
  void* (*alloc_pages)(void* pool);
  void* (*alloc_frag)(void* pool, unsigned int* offset, unsigned int size);
  void (*update_nid)(void* pool, int nid);
  void (*put_page)(void* pool, void* page, unsigned int dma_sync_size, int allow_direct);
  void (*put_page_bulk)(void* pool, void** pages, int count);
  void (*fragment_page)(void* page, long count);
  long (*unref_page)(void* page, long count);
  void (*put_unrefed_page)(void* pool, void* page, unsigned int dma_sync_size, int allow_direct);
  int (*skb_put_page)(void* page);
  void (*use_xdp_mem)(void* pool, void (*disconnect)(void*));
  void (*destroy)(void* pool);

  /* No steps, no time. */
  void (*ring_batch)(void* pool, int slots); /* that the consumer clears at once */
  void (*look)(const void* pool, struct pr_seen* seen);
  void (*stats)(const void* pool, struct pr_alloc_stats* alloc, struct pr_recycle_stats* recycle);
};

#ifdef __cplusplus
}
#endif
#endif
