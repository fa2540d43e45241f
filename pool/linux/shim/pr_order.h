/* SPDX-License-Identifier: MIT
 *
 * READ_ONCE, WRITE_ONCE and the barriers.  Each access is a step; what is asked of its order is told
 * to whoever decides what accesses find, which is nothing where one comes after the other.  On real
 * threads (PR_NATIVE) the barriers are the machine's; for the thread sanitizer, which knows neither
 * barriers nor address dependencies, a marked load acquires and a marked store releases: it then
 * judges plain accesses, and no missing barrier.
 */
#ifndef POOLRACE_SHIM_ORDER_H
#define POOLRACE_SHIM_ORDER_H

#include "pr_base.h"

#ifdef PR_TSAN
#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_ACQUIRE)
#define WRITE_ONCE(x, value) \
  do { __typeof__(x) once_ = (value); __atomic_store_n(&(x), once_, __ATOMIC_RELEASE); } while (0)
#else
#define READ_ONCE(x) (*(const volatile __typeof__(x)*)&(x))
#define WRITE_ONCE(x, value) do { *(volatile __typeof__(x)*)&(x) = (value); } while (0)
#endif
#define __READ_ONCE(x) READ_ONCE(x)
#define __WRITE_ONCE(x, value) WRITE_ONCE(x, value)

#ifdef PR_NATIVE
#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, value) \
  do { __typeof__(*(p)) once_ = (value); __atomic_store_n(p, once_, __ATOMIC_RELEASE); } while (0)
#define mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#else
#define PR_MARKED(ordering, access) ({ pr_ops.mark(ordering); access; })
#define smp_load_acquire(p) ({ __typeof__(p) acquired_ = (p); PR_MARKED(PR_ACQUIRE, READ_ONCE(*acquired_)); })
#define smp_store_release(p, value)                                                             \
  do {                                                                                          \
    __typeof__(p) released_ = (p);                                                              \
    __typeof__(*(p)) by_ = (value);                                                             \
    pr_ops.mark(PR_RELEASE);                                                                    \
    WRITE_ONCE(*released_, by_);                                                                \
  } while (0)
#define PR_FENCE(which) do { barrier(); pr_ops.fence(which); } while (0)
#define mb() PR_FENCE(PR_MB)
#define rmb() PR_FENCE(PR_RMB)
#define wmb() PR_FENCE(PR_WMB)
#endif
#if defined(PR_NATIVE) && defined(__x86_64__)
#define smp_mb__before_atomic() barrier() /* the atomic orders by itself */
#else
#define smp_mb__before_atomic() mb()
#endif
#define smp_mb__after_atomic() smp_mb__before_atomic()
#define smp_mb__after_spinlock() smp_mb__before_atomic()
#define smp_acquire__after_ctrl_dep() rmb()
#define smp_store_mb(x, value) do { WRITE_ONCE(x, value); mb(); } while (0)
#define dma_rmb() rmb()
#define dma_wmb() wmb()
#define smp_mb() mb()
#define smp_rmb() rmb()
#define smp_wmb() wmb()
#define cpu_relax() pr_ops.relax()

#define PR_ORDER __ATOMIC_SEQ_CST /* what returns a value and says nothing more */
#define PR_ORDER_relaxed __ATOMIC_RELAXED
#define PR_ORDER_acquire __ATOMIC_ACQUIRE
#define PR_ORDER_release __ATOMIC_RELEASE

#endif
