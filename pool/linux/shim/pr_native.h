/* SPDX-License-Identifier: MIT
 *
 * The table of calls where the pool runs on real threads: constant, so that the compiler sees
 * through it.  Hot are locks, bottom halves, RCU, references of pages: inlined, at what they cost a
 * kernel that nobody contends with.  The rest asks the host.
 * A lock is a word that is taken by one compare-and-exchange and left by a store, as a queued spin
 * lock is while nobody waits; waiters have no queue.  Left out: interrupts, mitigations of
 * indirect branches, and that a kernel's per-CPU data is one segment's offset away.
 */
#ifndef POOLRACE_SHIM_NATIVE_H
#define POOLRACE_SHIM_NATIVE_H

#include "native.h"

extern struct pr_host pr_host __attribute__((visibility("hidden")));
extern __thread struct pr_context pr_me __attribute__((tls_model("initial-exec")));
__attribute__((visibility("hidden"))) void pr_lock_slowly(unsigned int* word);
__attribute__((visibility("hidden"))) void pr_tell(void); /* that this thread is outside of every read section */

/* The end of a section: a store behind its accesses.  That is the order of the machine; the thread
 * sanitizer is told. */
#ifdef PR_TSAN
#define PR_END __ATOMIC_RELEASE
#else
#define PR_END __ATOMIC_RELAXED
#endif

static __always_inline void pr_enter(unsigned int share) {
  __atomic_store_n(&pr_me.inside.preempt_count, pr_me.inside.preempt_count + share, __ATOMIC_RELAXED);
  barrier();
}
static __always_inline void pr_leave(unsigned int share) {
  barrier();
  const unsigned int left = pr_me.inside.preempt_count - share;
  __atomic_store_n(&pr_me.inside.preempt_count, left, PR_END);
  if (left == 0 && unlikely(__atomic_load_n(&pr_me.asked, __ATOMIC_RELAXED))) pr_tell();
}

static __always_inline void pr_n_lock(void* lock, int bh) {
  unsigned int free = 0;
  if (bh) pr_enter(PR_BH_OFF);
#ifdef CONFIG_PREEMPTION
  else pr_enter(PR_LOCK_HELD);
#endif
  if (unlikely(!__atomic_compare_exchange_n((unsigned int*)lock, &free, 1u, 0, __ATOMIC_ACQUIRE,
                                            __ATOMIC_RELAXED)))
    pr_lock_slowly(lock);
}
static __always_inline void pr_n_unlock(void* lock, int bh) {
  __atomic_store_n((unsigned int*)lock, 0u, __ATOMIC_RELEASE);
  if (bh) pr_leave(PR_BH_OFF);
#ifdef CONFIG_PREEMPTION
  else pr_leave(PR_LOCK_HELD);
#endif
}
static __always_inline void pr_n_bh(int disable) {
  if (disable)
    pr_enter(PR_BH_OFF);
  else
    pr_leave(PR_BH_OFF);
}
static __always_inline void pr_n_rcu_read(int lock) {
#ifdef CONFIG_PREEMPT_RCU
  const int nesting = pr_me.inside.rcu_nesting + (lock ? 1 : -1);
  if (lock) {
    __atomic_store_n(&pr_me.inside.rcu_nesting, nesting, __ATOMIC_RELAXED);
    barrier();
    return;
  }
  barrier();
  __atomic_store_n(&pr_me.inside.rcu_nesting, nesting, PR_END);
  if (nesting == 0 && unlikely(__atomic_load_n(&pr_me.asked, __ATOMIC_RELAXED))) pr_tell();
#else
  (void)lock;
  barrier();
#endif
}

static __always_inline int pr_n_page_refs(void* page) {
  return atomic_read(&((struct page*)page)->_refcount);
}
static __always_inline void pr_n_page_ref(void* page, int by) {
  atomic_add(by, &((struct page*)page)->_refcount);
}
static __always_inline void pr_n_page_put(void* page) {
  if (atomic_dec_and_test(&((struct page*)page)->_refcount)) pr_host.page_free(pr_host.self, page);
}
static __always_inline int pr_n_page_nid(void* page) {
  return (int)(((struct page*)page)->flags >> 58);
}
static __always_inline int pr_n_page_reserve(void* page) {
  return (((struct page*)page)->pp_magic & 2) != 0;
}
static __always_inline unsigned long pr_n_page_pfn(void* page) { return (unsigned long)page >> 6; }
static __always_inline int pr_n_need_sync(void* dev) {
  return !READ_ONCE(((struct device*)dev)->dma_skip_sync);
}
static __always_inline int pr_n_softirq(void) {
  return pr_me.inside.preempt_count >= PR_IN_SOFTIRQ;
}
static __always_inline int pr_n_cpu(void) { return pr_me.cpu; }
static __always_inline void pr_n_nothing(void) {}
static __always_inline void pr_n_napi_idle(void* napi) { (void)napi; }
static __always_inline void pr_n_relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
  barrier();
}

/* ---- the host's ---- */

static inline unsigned int pr_n_page_bulk(int nid, unsigned int count, void** pages) {
  (void)nid;
  const unsigned int got = pr_host.pages(pr_host.self, count, pages);
  for (unsigned int i = 0; i < got; ++i) atomic_set(&((struct page*)pages[i])->_refcount, 1);
  return got;
}
static inline void* pr_n_page_alloc(int nid, unsigned int order) { /* one frame, whatever the order */
  void* page = NULL;
  (void)order;
  return pr_n_page_bulk(nid, 1, &page) == 1 ? page : NULL;
}
static inline void* pr_n_alloc(unsigned long size, int what) {
  (void)what;
  return pr_host.alloc(pr_host.self, size);
}
static inline void pr_n_free(const void* at) { pr_host.free(pr_host.self, (void*)at); }
static inline void pr_n_rcu_call(void* head, void (*func)(void*)) {
  pr_host.rcu_call(pr_host.self, head, func);
}
static inline void pr_n_free_later(const void* at) { pr_host.free_later(pr_host.self, (void*)at); }
static inline void pr_n_grace(int net) {
  (void)net;
  pr_host.grace(pr_host.self);
}
static inline unsigned long long pr_n_map(void* dev, void* page, unsigned int order) {
  (void)dev;
  (void)order;
  const unsigned long long addr = pr_host.map(pr_host.self, page);
  return addr == 0 ? DMA_MAPPING_ERROR : addr;
}
static inline void pr_n_unmap(void* dev, unsigned long long addr, unsigned int order) {
  (void)dev;
  (void)order;
  pr_host.unmap(pr_host.self, addr);
}
static inline void pr_n_sync(void* dev, unsigned long long addr, unsigned long offset,
                             unsigned long size) {
  (void)dev;
  (void)offset;
  (void)size;
  pr_host.sync(pr_host.self, addr);
}
static inline void pr_n_device(void* dev, int by) {
  (void)dev;
  pr_host.device(pr_host.self, by);
}
static inline unsigned long pr_n_now(void) { return pr_host.now(pr_host.self); }
static inline void pr_n_work(void* work, void (*func)(void*), unsigned long delay) {
  pr_host.work(pr_host.self, work, func, delay);
}
static inline void pr_n_sleep(unsigned int ms) { pr_host.sleep(pr_host.self, ms); }
static inline void pr_n_warn(const char* sentence) { pr_host.warn(pr_host.self, sentence); }

static const struct pr_ops pr_ops = {
    .lock = pr_n_lock,
    .unlock = pr_n_unlock,
    .bh = pr_n_bh,
    .rcu_read = pr_n_rcu_read,
    .grace = pr_n_grace,
    .rcu_call = pr_n_rcu_call,
    .free_later = pr_n_free_later,
    .alloc = pr_n_alloc,
    .free = pr_n_free,
    .page_alloc = pr_n_page_alloc,
    .page_bulk = pr_n_page_bulk,
    .page_put = pr_n_page_put,
    .page_refs = pr_n_page_refs,
    .page_ref = pr_n_page_ref,
    .page_nid = pr_n_page_nid,
    .page_reserve = pr_n_page_reserve,
    .page_pfn = pr_n_page_pfn,
    .map = pr_n_map,
    .unmap = pr_n_unmap,
    .sync = pr_n_sync,
    .need_sync = pr_n_need_sync,
    .device = pr_n_device,
    .napi_idle = pr_n_napi_idle,
    .softirq = pr_n_softirq,
    .cpu = pr_n_cpu,
    .not_hardirq = pr_n_nothing,
    .now = pr_n_now,
    .work = pr_n_work,
    .sleep = pr_n_sleep,
    .relax = pr_n_relax,
    .warn = pr_n_warn,
};

#endif
