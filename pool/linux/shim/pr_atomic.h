/* SPDX-License-Identifier: MIT
 *
 * Atomics, reference counts, bit operations, lists.  Each atomic operation is one indivisible step;
 * its order matters on real threads alone (pr_order.h).
 */
#ifndef POOLRACE_SHIM_ATOMIC_H
#define POOLRACE_SHIM_ATOMIC_H

#include "pr_order.h"

#define PR_CMPXCHG(p, old, value, order)                                                        \
  ({                                                                                            \
    __typeof__(*(p)) old_ = (old);                                                              \
    __atomic_compare_exchange_n(p, &old_, value, 0, order, PR_ORDER_relaxed);                   \
    old_;                                                                                       \
  })
#define xchg(p, value) __atomic_exchange_n(p, value, PR_ORDER)
#define cmpxchg(p, old, value) PR_CMPXCHG(p, old, value, PR_ORDER)
#define try_cmpxchg(p, old, value)                                                              \
  __atomic_compare_exchange_n(p, old, value, 0, PR_ORDER, PR_ORDER_relaxed)
#define xchg_relaxed(p, value) __atomic_exchange_n(p, value, PR_ORDER_relaxed)
#define cmpxchg_relaxed(p, old, value) PR_CMPXCHG(p, old, value, PR_ORDER_relaxed)
#define cmpxchg_acquire(p, old, value) PR_CMPXCHG(p, old, value, PR_ORDER_acquire)
#define cmpxchg_release(p, old, value) PR_CMPXCHG(p, old, value, PR_ORDER_release)

typedef struct { int counter; } atomic_t;
typedef struct { long counter; } atomic_long_t;
typedef struct { s64 counter; } atomic64_t;
#define ATOMIC_INIT(n) { (n) }
#define ATOMIC_LONG_INIT(n) { (n) }

/* The three families are one but for their type. */
#define PR_ATOMIC_RETURN(name, type, op, by_type, suffix)                                       \
  static __always_inline by_type name##_##op##_return##suffix(by_type by, type* v) {            \
    return __atomic_fetch_##op(&v->counter, by, PR_ORDER##suffix) + (#op[0] == 'a' ? by : -by); \
  }                                                                                             \
  static __always_inline by_type name##_fetch_##op##suffix(by_type by, type* v) {               \
    return __atomic_fetch_##op(&v->counter, by, PR_ORDER##suffix);                              \
  }
#define PR_ATOMIC_STEP(name, type, by_type, suffix)                                             \
  PR_ATOMIC_RETURN(name, type, add, by_type, suffix)                                            \
  PR_ATOMIC_RETURN(name, type, sub, by_type, suffix)                                            \
  static __always_inline by_type name##_inc_return##suffix(type* v) {                           \
    return __atomic_fetch_add(&v->counter, 1, PR_ORDER##suffix) + 1;                            \
  }                                                                                             \
  static __always_inline by_type name##_dec_return##suffix(type* v) {                           \
    return __atomic_fetch_sub(&v->counter, 1, PR_ORDER##suffix) - 1;                            \
  }                                                                                             \
  static __always_inline by_type name##_xchg##suffix(type* v, by_type value) {                  \
    return __atomic_exchange_n(&v->counter, value, PR_ORDER##suffix);                           \
  }                                                                                             \
  static __always_inline by_type name##_cmpxchg##suffix(type* v, by_type old, by_type value) {  \
    __atomic_compare_exchange_n(&v->counter, &old, value, 0, PR_ORDER##suffix, PR_ORDER_relaxed); \
    return old;                                                                                 \
  }                                                                                             \
  static __always_inline bool name##_try_cmpxchg##suffix(type* v, by_type* old, by_type value) { \
    return __atomic_compare_exchange_n(&v->counter, old, value, 0, PR_ORDER##suffix, PR_ORDER_relaxed); \
  }
#define PR_ATOMIC(name, type, by_type)                                                          \
  static __always_inline by_type name##_read(const type* v) { return READ_ONCE(v->counter); }   \
  static __always_inline by_type name##_read_acquire(const type* v) {                           \
    return smp_load_acquire(&v->counter);                                                       \
  }                                                                                             \
  static __always_inline void name##_set(type* v, by_type value) { WRITE_ONCE(v->counter, value); } \
  static __always_inline void name##_set_release(type* v, by_type value) {                      \
    smp_store_release(&v->counter, value);                                                      \
  }                                                                                             \
  static __always_inline void name##_add(by_type by, type* v) {                                 \
    __atomic_fetch_add(&v->counter, by, PR_ORDER_relaxed);                                      \
  }                                                                                             \
  static __always_inline void name##_sub(by_type by, type* v) {                                 \
    __atomic_fetch_sub(&v->counter, by, PR_ORDER_relaxed);                                      \
  }                                                                                             \
  static __always_inline void name##_inc(type* v) { name##_add(1, v); }                         \
  static __always_inline void name##_dec(type* v) { name##_sub(1, v); }                         \
  static __always_inline void name##_or(by_type bits, type* v) {                                \
    __atomic_fetch_or(&v->counter, bits, PR_ORDER_relaxed);                                     \
  }                                                                                             \
  static __always_inline void name##_and(by_type bits, type* v) {                               \
    __atomic_fetch_and(&v->counter, bits, PR_ORDER_relaxed);                                    \
  }                                                                                             \
  PR_ATOMIC_STEP(name, type, by_type, )                                                         \
  PR_ATOMIC_STEP(name, type, by_type, _relaxed)                                                 \
  PR_ATOMIC_STEP(name, type, by_type, _acquire)                                                 \
  PR_ATOMIC_STEP(name, type, by_type, _release)                                                 \
  static __always_inline bool name##_dec_and_test(type* v) { return name##_dec_return(v) == 0; } \
  static __always_inline bool name##_inc_and_test(type* v) { return name##_inc_return(v) == 0; } \
  static __always_inline bool name##_sub_and_test(by_type by, type* v) {                        \
    return name##_sub_return(by, v) == 0;                                                       \
  }                                                                                             \
  static __always_inline bool name##_add_negative(by_type by, type* v) {                        \
    return name##_add_return(by, v) < 0;                                                        \
  }                                                                                             \
  static __always_inline bool name##_add_unless(type* v, by_type by, by_type not) {             \
    by_type old = name##_read(v);                                                               \
    while (old != not && !name##_try_cmpxchg(v, &old, old + by)) {}                             \
    return old != not;                                                                          \
  }                                                                                             \
  static __always_inline bool name##_inc_not_zero(type* v) { return name##_add_unless(v, 1, 0); }
PR_ATOMIC(atomic, atomic_t, int)
PR_ATOMIC(atomic_long, atomic_long_t, long)
PR_ATOMIC(atomic64, atomic64_t, s64)

typedef struct refcount_struct { atomic_t refs; } refcount_t;
#define REFCOUNT_INIT(n) { .refs = ATOMIC_INIT(n) }
static __always_inline void refcount_set(refcount_t* r, int n) { atomic_set(&r->refs, n); }
static __always_inline unsigned int refcount_read(const refcount_t* r) {
  return atomic_read(&r->refs);
}
static __always_inline void refcount_inc(refcount_t* r) { atomic_inc(&r->refs); }
static __always_inline void refcount_dec(refcount_t* r) { atomic_fetch_sub_release(1, &r->refs); }
static __always_inline void refcount_add(int by, refcount_t* r) { atomic_add(by, &r->refs); }
static __always_inline bool refcount_dec_and_test(refcount_t* r) {
  return atomic_dec_and_test(&r->refs);
}
static __always_inline bool refcount_sub_and_test(int by, refcount_t* r) {
  return atomic_sub_and_test(by, &r->refs);
}
static __always_inline bool refcount_inc_not_zero(refcount_t* r) {
  return atomic_inc_not_zero(&r->refs);
}

#define PR_WORD(n) ((n) / BITS_PER_LONG)
#define PR_MASK(n) (1UL << ((n) % BITS_PER_LONG))
static __always_inline bool test_bit(long n, const volatile unsigned long* a) {
  return (READ_ONCE(a[PR_WORD(n)]) & PR_MASK(n)) != 0;
}
static __always_inline void set_bit(long n, volatile unsigned long* a) {
  __atomic_fetch_or(a + PR_WORD(n), PR_MASK(n), PR_ORDER_relaxed);
}
static __always_inline void clear_bit(long n, volatile unsigned long* a) {
  __atomic_fetch_and(a + PR_WORD(n), ~PR_MASK(n), PR_ORDER_relaxed);
}
static __always_inline bool test_and_set_bit(long n, volatile unsigned long* a) {
  return (__atomic_fetch_or(a + PR_WORD(n), PR_MASK(n), PR_ORDER) & PR_MASK(n)) != 0;
}
static __always_inline bool test_and_clear_bit(long n, volatile unsigned long* a) {
  return (__atomic_fetch_and(a + PR_WORD(n), ~PR_MASK(n), PR_ORDER) & PR_MASK(n)) != 0;
}
static __always_inline void __set_bit(long n, unsigned long* a) { a[PR_WORD(n)] |= PR_MASK(n); }
static __always_inline void __clear_bit(long n, unsigned long* a) { a[PR_WORD(n)] &= ~PR_MASK(n); }
static __always_inline bool __test_and_set_bit(long n, unsigned long* a) {
  const unsigned long old = a[PR_WORD(n)];
  a[PR_WORD(n)] = old | PR_MASK(n);
  return (old & PR_MASK(n)) != 0;
}
static __always_inline bool __test_and_clear_bit(long n, unsigned long* a) {
  const unsigned long old = a[PR_WORD(n)];
  a[PR_WORD(n)] = old & ~PR_MASK(n);
  return (old & PR_MASK(n)) != 0;
}
static inline bool bitmap_empty(const unsigned long* a, unsigned int bits) {
  unsigned long any = 0;
  for (unsigned int i = 0; i < bits; i += BITS_PER_LONG)
    any |= a[PR_WORD(i)] & (bits - i < BITS_PER_LONG ? PR_MASK(bits) - 1 : ~0UL);
  return any == 0;
}
static inline void bitmap_fill(unsigned long* a, unsigned int bits) {
  for (unsigned int i = 0; i < bits; i += BITS_PER_LONG)
    a[PR_WORD(i)] = bits - i < BITS_PER_LONG ? PR_MASK(bits) - 1 : ~0UL;
}
static inline void bitmap_clear(unsigned long* a, unsigned int start, int count) {
  for (int i = 0; i < count; ++i) __clear_bit(start + i, a);
}
static inline void bitmap_set(unsigned long* a, unsigned int start, int count) {
  for (int i = 0; i < count; ++i) __set_bit(start + i, a);
}
static inline unsigned long find_next_bit(const unsigned long* a, unsigned long bits,
                                          unsigned long from) {
  while (from < bits) {
    const unsigned long word = a[PR_WORD(from)] >> (from % BITS_PER_LONG);
    if (word != 0) return min(from + __ffs(word), bits);
    from = (PR_WORD(from) + 1) * BITS_PER_LONG;
  }
  return bits;
}
#define find_first_bit(a, bits) find_next_bit(a, bits, 0)

struct list_head { struct list_head *next, *prev; };
struct hlist_node { struct hlist_node *next, **pprev; };
struct hlist_head { struct hlist_node* first; };
#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)
#define HLIST_HEAD_INIT { .first = NULL }
static inline void INIT_LIST_HEAD(struct list_head* list) { list->next = list->prev = list; }
static inline bool list_empty(const struct list_head* head) { return READ_ONCE(head->next) == head; }
static inline void list_add(struct list_head* it, struct list_head* after) {
  it->next = after->next;
  it->prev = after;
  after->next->prev = it;
  WRITE_ONCE(after->next, it);
}
static inline void list_add_tail(struct list_head* it, struct list_head* head) {
  list_add(it, head->prev);
}
static inline void list_del(struct list_head* it) {
  it->next->prev = it->prev;
  WRITE_ONCE(it->prev->next, it->next);
}
static inline void list_del_init(struct list_head* it) {
  list_del(it);
  INIT_LIST_HEAD(it);
}
#define list_entry(pointer, type, member) container_of(pointer, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_for_each_entry(it, head, member)                                                   \
  for (it = list_first_entry(head, __typeof__(*it), member); &it->member != (head);             \
       it = list_entry(it->member.next, __typeof__(*it), member))
#define list_for_each_entry_safe(it, next_, head, member)                                       \
  for (it = list_first_entry(head, __typeof__(*it), member),                                    \
      next_ = list_entry(it->member.next, __typeof__(*it), member);                             \
       &it->member != (head);                                                                   \
       it = next_, next_ = list_entry(next_->member.next, __typeof__(*it), member))

#endif
