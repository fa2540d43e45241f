/* SPDX-License-Identifier: MIT
 *
 * A tree's pool on real threads: what its code asks of its host that is not inlined
 * (shim/pr_native.h inlines the rest), and what the host can ask of the object.  C, for both sides
 * include it.  A thread stands for a CPU and for the task on it: nothing interrupts it.
 */
#ifndef POOLRACE_LINUX_NATIVE_H
#define POOLRACE_LINUX_NATIVE_H

#include "ops.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Shares of preempt_count, as the kernel has them: whatever is not zero is a reader of RCU. */
#define PR_LOCK_HELD 1u
#define PR_IN_SOFTIRQ 0x100u
#define PR_BH_OFF 0x200u

/* Of one thread, in one object. */
struct pr_context {
  union {
    struct {
      int rcu_nesting;
      unsigned int preempt_count;
    };
    unsigned long any; /* for who waits for readers: both at one time */
  } inside;
  int asked; /* by who waits: cleared where the thread has just been outside */
  int cpu;
};

/* Each first argument is the host itself. */
struct pr_host {
  void* self;
  void* (*alloc)(void*, unsigned long size); /* zeroed, aligned to a cache line */
  void (*free)(void*, void* at);
  void (*rcu_call)(void*, void* head, void (*func)(void*));
  void (*free_later)(void*, void* at);
  void (*grace)(void*);
  unsigned int (*pages)(void*, unsigned int count, void** pages);
  void (*page_free)(void*, void* page); /* whose last reference was dropped */
  unsigned long long (*map)(void*, void* page); /* 0: failed */
  void (*unmap)(void*, unsigned long long addr);
  void (*sync)(void*, unsigned long long addr);
  void (*device)(void*, int by);
  unsigned long (*now)(void*);
  void (*work)(void*, void* work, void (*func)(void*), unsigned long delay);
  void (*sleep)(void*, unsigned int ms);
  void (*yield)(void*); /* a lock's holder may have been preempted, which a kernel's never is */
  void (*warn)(void*, const char* sentence);
};

struct pr_native {
  struct pr_host* host; /* filled before anything else is called */
  const struct pr_glue* glue;
  struct pr_context* (*context)(void); /* of the calling thread; it lives as long as that */
  int preempt_rcu;                     /* else a read section is a compiler barrier */
  unsigned long page_size;             /* sizeof(struct page), rounded up to a cache line */
  /* Allocates and puts that many pages; `shared`: somebody else holds each meanwhile.  Ends early
   * where none is to be had. */
  unsigned long (*pass)(void* pool, unsigned long pages, int allow_direct, int shared);
};

#ifdef __cplusplus
}
#endif
#endif
