/* SPDX-License-Identifier: MIT
 *
 * What the compiler's thread-sanitizer pass calls at every access, hidden in the object: each says
 * what comes next and returns, or does an atomic access itself.  Linked without any sanitizer's
 * runtime; compiled without the pass.
 */
#include "ops.h"

struct pr_ops pr_ops;
unsigned int pr_cache_size = 128, pr_cache_refill = 64;

#define FROM __builtin_return_address(0)

#define PLAIN(kind, name, size)                       \
  void __tsan_##name##size(void* at);                 \
  void __tsan_##name##size(void* at) {                \
    pr_ops.access(at, size, kind, FROM);              \
  }                                                   \
  void __tsan_volatile_##name##size(void* at);        \
  void __tsan_volatile_##name##size(void* at) {       \
    pr_ops.access(at, size, (kind) | PR_ORDERED(PR_ONCE), FROM); \
  }
#define UNALIGNED(kind, name, size)                   \
  void __tsan_unaligned_##name##size(void* at);       \
  void __tsan_unaligned_##name##size(void* at) {      \
    pr_ops.access(at, size, kind, FROM);              \
  }                                                   \
  void __tsan_unaligned_volatile_##name##size(void*); \
  void __tsan_unaligned_volatile_##name##size(void* at) { \
    pr_ops.access(at, size, (kind) | PR_ORDERED(PR_ONCE), FROM); \
  }
#define SIZES(kind, name) \
  PLAIN(kind, name, 1)    \
  PLAIN(kind, name, 2)    \
  PLAIN(kind, name, 4)    \
  PLAIN(kind, name, 8)    \
  PLAIN(kind, name, 16)   \
  UNALIGNED(kind, name, 2) UNALIGNED(kind, name, 4) UNALIGNED(kind, name, 8)
SIZES(PR_READ, read)
SIZES(PR_WRITE, write)
SIZES(PR_RMW, read_write)

void __tsan_read_range(void* at, unsigned long size);
void __tsan_read_range(void* at, unsigned long size) {
  pr_ops.access(at, size, PR_READ, FROM);
}
void __tsan_write_range(void* at, unsigned long size);
void __tsan_write_range(void* at, unsigned long size) {
  pr_ops.access(at, size, PR_WRITE, FROM);
}

void __tsan_init(void);
void __tsan_init(void) {}
void __tsan_func_entry(void* caller);
void __tsan_func_entry(void* caller) {
  (void)caller;
}
void __tsan_func_exit(void);
void __tsan_func_exit(void) {}
void __tsan_vptr_update(void** vptr, void* value);
void __tsan_vptr_update(void** vptr, void* value) {
  (void)vptr;
  (void)value;
}
void __tsan_vptr_read(void** vptr);
void __tsan_vptr_read(void** vptr) {
  (void)vptr;
}

/* An update that is no more than acquire and release is full to us: the kernel has none. */
#define UPDATE(order)                                        \
  (PR_RMW | PR_ORDERED((order) == __ATOMIC_RELAXED   ? PR_RELAXED \
                       : (order) == __ATOMIC_ACQUIRE ? PR_ACQUIRE \
                       : (order) == __ATOMIC_RELEASE ? PR_RELEASE \
                                                     : PR_FULL))
#define LOAD(order) (PR_READ | PR_ORDERED((order) == __ATOMIC_RELAXED ? PR_ONCE : PR_ACQUIRE))
#define STORE(order) (PR_WRITE | PR_ORDERED((order) == __ATOMIC_RELAXED ? PR_ONCE : PR_RELEASE))
#define ATOMIC_OP(bits, type, op)                                              \
  type __tsan_atomic##bits##_##op(volatile type* at, type value, int order);   \
  type __tsan_atomic##bits##_##op(volatile type* at, type value, int order) {  \
    pr_ops.access(at, sizeof(type), UPDATE(order), FROM);                      \
    return __atomic_##op(at, value, __ATOMIC_SEQ_CST);                         \
  }
#define ATOMIC_CAS(bits, type, how)                                                             \
  _Bool __tsan_atomic##bits##_compare_exchange_##how(volatile type*, type*, type, int, int);    \
  _Bool __tsan_atomic##bits##_compare_exchange_##how(volatile type* at, type* old, type value, \
                                                     int good, int bad) {                       \
    (void)bad;                                                                                  \
    pr_ops.access(at, sizeof(type), UPDATE(good), FROM);                                        \
    return __atomic_compare_exchange_n(at, old, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);  \
  }
#define ATOMIC(bits, type)                                                       \
  type __tsan_atomic##bits##_load(const volatile type* at, int order);           \
  type __tsan_atomic##bits##_load(const volatile type* at, int order) {          \
    pr_ops.access(at, sizeof(type), LOAD(order), FROM);                          \
    return *at;                                                                  \
  }                                                                              \
  void __tsan_atomic##bits##_store(volatile type* at, type value, int order);    \
  void __tsan_atomic##bits##_store(volatile type* at, type value, int order) {   \
    pr_ops.access(at, sizeof(type), STORE(order), FROM);                         \
    *at = value;                                                                 \
  }                                                                              \
  type __tsan_atomic##bits##_exchange(volatile type* at, type value, int order); \
  type __tsan_atomic##bits##_exchange(volatile type* at, type value, int order) { \
    pr_ops.access(at, sizeof(type), UPDATE(order), FROM);                        \
    return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST);                     \
  }                                                                              \
  ATOMIC_OP(bits, type, fetch_add)                                               \
  ATOMIC_OP(bits, type, fetch_sub)                                               \
  ATOMIC_OP(bits, type, fetch_and)                                               \
  ATOMIC_OP(bits, type, fetch_or)                                                \
  ATOMIC_OP(bits, type, fetch_xor) ATOMIC_CAS(bits, type, strong) ATOMIC_CAS(bits, type, weak)
ATOMIC(8, unsigned char)
ATOMIC(16, unsigned short)
ATOMIC(32, unsigned int)
ATOMIC(64, unsigned long)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_thread_fence(int order) {
  (void)order;
  pr_ops.fence(PR_MB);
}
void __tsan_atomic_signal_fence(int order);
void __tsan_atomic_signal_fence(int order) {
  (void)order;
}

/* A long copy is one step: two ranges announced in a row.  A short one is two, a read and a write, each
 * with its effect behind it. */
void pr_copy(void* to, const void* from, unsigned long size);
void pr_copy(void* to, const void* from, unsigned long size) {
  char read[16];
  const char* source = from;
  pr_ops.access(from, size, PR_READ, FROM);
  if (size <= sizeof read) {
    for (unsigned long i = 0; i < size; ++i) read[i] = ((const volatile char*)from)[i];
    source = read;
  }
  pr_ops.access(to, size, PR_WRITE, FROM);
  if (to < from || source == read)
    for (unsigned long i = 0; i < size; ++i) ((volatile char*)to)[i] = source[i];
  else
    for (unsigned long i = size; i > 0; --i) ((volatile char*)to)[i - 1] = source[i - 1];
}
void pr_fill(void* to, int value, unsigned long size);
void pr_fill(void* to, int value, unsigned long size) {
  pr_ops.access(to, size, PR_WRITE, FROM);
  for (unsigned long i = 0; i < size; ++i) ((volatile char*)to)[i] = (char)value;
}

/* Sizes that the kernel fixes when it is compiled, and the explorer wants small. */
void pr_limits(unsigned int cache, unsigned int refill);
void pr_limits(unsigned int cache, unsigned int refill) {
  pr_cache_size = cache;
  pr_cache_refill = refill;
}

/* What the loader looks up, and nothing else is seen from outside. */
struct pr_ops* poolrace_ops(void) __attribute__((visibility("default")));
struct pr_ops* poolrace_ops(void) {
  return &pr_ops;
}
