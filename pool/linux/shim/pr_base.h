/* SPDX-License-Identifier: MIT
 *
 * Types, attributes, bits and small macros that every taken file uses.  Mirrors names and meanings
 * of the kernel's own base headers; left out is all that page_pool, ptr_ring and xarray never name.
 */
#ifndef POOLRACE_SHIM_BASE_H
#define POOLRACE_SHIM_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ops.h"

#ifdef PR_NATIVE
static const struct pr_ops pr_ops; /* pr_native.h fills it */
#else
extern const struct pr_ops pr_ops; /* const here: reading it is no access of the pool's */
extern const unsigned int pr_cache_size, pr_cache_refill; /* PP_ALLOC_CACHE_SIZE, _REFILL */
#endif

typedef uint8_t u8, __u8;
typedef uint16_t u16, __u16;
typedef uint32_t u32, __u32;
typedef unsigned long long u64, __u64;
typedef int8_t s8, __s8;
typedef int16_t s16, __s16;
typedef int32_t s32, __s32;
typedef long long s64, __s64;
typedef unsigned int gfp_t;
typedef u64 dma_addr_t, phys_addr_t;
typedef long ssize_t;
typedef long long loff_t;
typedef long long ktime_t;
typedef unsigned long pgoff_t;
typedef u16 __be16, __le16;
typedef u32 __be32, __le32;

#define BITS_PER_LONG 64
#define __force
#define __bitwise
#define __user
#define __rcu
#define __percpu
#define __iomem
#define __private
#define __must_check
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)
#define __acquire(x) ((void)0)
#define __release(x) ((void)0)
#define __init
#define __exit
#define __read_mostly
#define __ro_after_init
#define __cold
#define __hot
#define __pure
#define __counted_by(x)
#define __nocast
#define __maybe_unused __attribute__((unused))
#define __always_unused __attribute__((unused))
#define __packed __attribute__((packed))
#define __aligned(n) __attribute__((aligned(n)))
#define __printf(a, b)
#define __always_inline inline __attribute__((always_inline))
#define noinline __attribute__((noinline))
#define noinline_for_stack noinline
#define fallthrough __attribute__((fallthrough))
#define asmlinkage
#define notrace
#define __same_type(a, b) __builtin_types_compatible_p(__typeof__(a), __typeof__(b))
#define typeof __typeof__
#define barrier() __asm__ __volatile__("" ::: "memory")
#define barrier_data(p) __asm__ __volatile__("" ::"r"(p) : "memory")
#define OPTIMIZER_HIDE_VAR(x) __asm__("" : "=r"(x) : "0"(x))
#ifdef PR_NATIVE
#define data_race(x) (x)
#else
#define data_race(x)                                                                            \
  ({                                                                                            \
    pr_ops.quiet(1);                                                                            \
    __typeof__(({ x; })) meant_ = (x);                                                          \
    pr_ops.quiet(-1);                                                                           \
    meant_;                                                                                     \
  })
#endif
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define __stringify_1(x...) #x
#define __stringify(x...) __stringify_1(x)
#define __PASTE2(a, b) a##b
#define __PASTE(a, b) __PASTE2(a, b)
#define __UNIQUE_ID(name) __PASTE(name, __COUNTER__)
#define _AC(value, suffix) __PASTE(value, suffix)
#define _UL(x) _AC(x, UL)
#define UL(x) _AC(x, UL)

#define static_assert(condition, ...) _Static_assert(condition, "" #condition)
#define BUILD_BUG_ON(condition) _Static_assert(1, "") /* what must be constant need not be at -Og */
#define BUILD_BUG_ON_MSG(condition, text) BUILD_BUG_ON(condition)
#define BUILD_BUG_ON_ZERO(e) 0

/* A config symbol counts when it is defined as 1. */
#define PR_IS_1 0,
#define PR_SECOND(ignored, value, ...) value
#define PR_IS_DEFINED_2(comma) PR_SECOND(comma 1, 0)
#define PR_IS_DEFINED_1(value) PR_IS_DEFINED_2(PR_IS_##value)
#define PR_IS_DEFINED(option) PR_IS_DEFINED_1(option)
#define IS_ENABLED(option) PR_IS_DEFINED(option)
#define IS_BUILTIN(option) PR_IS_DEFINED(option)
#define IS_REACHABLE(option) PR_IS_DEFINED(option)
#define IS_MODULE(option) 0

#define L1_CACHE_BYTES 64
#define L1_CACHE_SHIFT 6
#define SMP_CACHE_BYTES 64
#define ____cacheline_aligned __aligned(64)
#define ____cacheline_aligned_in_smp __aligned(64)
#define ____cacheline_internodealigned_in_smp __aligned(64)
#define __cacheline_group_begin(group) __u8 __PASTE(__begin_, group)[0]
#define __cacheline_group_end(group) __u8 __PASTE(__end_, group)[0]
#define __cacheline_group_begin_aligned(group, ...) \
  __cacheline_group_begin(group) __aligned((__VA_ARGS__ + 0) ?: 64)
#define __cacheline_group_end_aligned(group, ...) __cacheline_group_end(group)
#define CACHELINE_ASSERT_GROUP_MEMBER(type, group, member) ((void)0)
#define CACHELINE_ASSERT_GROUP_SIZE(type, group, size) ((void)0)

#define struct_group_tagged(tag, name, members...) \
  union {                                          \
    struct {                                       \
      members                                      \
    };                                             \
    struct tag {                                   \
      members                                      \
    } name;                                        \
  }
#define struct_group(name, members...) \
  union {                              \
    struct {                           \
      members                          \
    };                                 \
    struct {                           \
      members                          \
    } name;                            \
  }

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define sizeof_field(type, member) sizeof(((type*)0)->member)
#define offsetofend(type, member) (offsetof(type, member) + sizeof_field(type, member))
#define container_of(pointer, type, member) \
  ((type*)((char*)(pointer) - offsetof(type, member)))
#define container_of_const(pointer, type, member) container_of(pointer, type, member)
#define min_t(type, a, b) ({ type a_ = (a), b_ = (b); a_ < b_ ? a_ : b_; })
#define max_t(type, a, b) ({ type a_ = (a), b_ = (b); a_ > b_ ? a_ : b_; })
#define min(a, b) ({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ < b_ ? a_ : b_; })
#define max(a, b) ({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ > b_ ? a_ : b_; })
#define umin(a, b) min_t(u64, a, b)
#define umax(a, b) max_t(u64, a, b)
#define clamp(value, low, high) min(max(value, low), high)
#define clamp_t(type, value, low, high) min_t(type, max_t(type, value, low), high)
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define swap(a, b) do { __typeof__(a) t_ = (a); (a) = (b); (b) = t_; } while (0)
#define ALIGN(value, to) (((value) + (to) - 1) & ~((__typeof__(value))(to) - 1))
#define ALIGN_DOWN(value, to) ((value) & ~((__typeof__(value))(to) - 1))
#define IS_ALIGNED(value, to) (((value) & ((to) - 1)) == 0)
#define round_up(value, to) ALIGN(value, to)
#define round_down(value, to) ALIGN_DOWN(value, to)
#define roundup(value, to) ((((value) + (to) - 1) / (to)) * (to))
#define DIV_ROUND_UP(value, by) (((value) + (by) - 1) / (by))
#define upper_32_bits(n) ((u32)((n) >> 32))
#define lower_32_bits(n) ((u32)(n))
#define INT_MAX __INT_MAX__
#define INT_MIN (-INT_MAX - 1)
#define UINT_MAX (2U * INT_MAX + 1)
#define LONG_MAX __LONG_MAX__
#define LONG_MIN (-LONG_MAX - 1)
#define ULONG_MAX (2UL * LONG_MAX + 1)
#define SHRT_MAX __SHRT_MAX__
#define USHRT_MAX (2 * SHRT_MAX + 1)
#define U8_MAX UINT8_MAX
#define U16_MAX UINT16_MAX
#define U32_MAX UINT32_MAX
#define U64_MAX UINT64_MAX
#define S32_MAX INT32_MAX

#define BIT(n) (1UL << (n))
#define BIT_ULL(n) (1ULL << (n))
#define GENMASK(high, low) ((~0UL << (low)) & (~0UL >> (63 - (high))))
#define GENMASK_ULL(high, low) GENMASK(high, low)
#define BITS_PER_BYTE 8
#define BITS_TO_LONGS(n) DIV_ROUND_UP(n, BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]
/* Macros, for they stand in constant expressions too. */
#define __fls(word) ((unsigned long)(63 - __builtin_clzl(word)))
#define __ffs(word) ((unsigned long)__builtin_ctzl(word))
#define ffs(word) __builtin_ffs(word)
#define fls(word) ((word) != 0 ? 32 - __builtin_clz(word) : 0)
#define fls64(word) ((word) != 0 ? 64 - __builtin_clzll(word) : 0)
#define ilog2(n) (63 - __builtin_clzll(n))
#define is_power_of_2(n) ((n) != 0 && ((n) & ((n) - 1)) == 0)
#define roundup_pow_of_two(n) ((n) <= 1 ? 1UL : 1UL << (64 - __builtin_clzl((unsigned long)(n) - 1)))
#define hweight_long(n) __builtin_popcountl(n)
#define FIELD_PREP(mask, value) (((u64)(value) << __builtin_ctzll(mask)) & (mask))
#define FIELD_GET(mask, value) (((value) & (mask)) >> __builtin_ctzll(mask))

#define MAX_ERRNO 4095
#define IS_ERR_VALUE(x) unlikely((unsigned long)(void*)(x) >= (unsigned long)-MAX_ERRNO)
static inline void* ERR_PTR(long error) { return (void*)error; }
static inline long PTR_ERR(const void* pointer) { return (long)pointer; }
static inline bool IS_ERR(const void* pointer) { return IS_ERR_VALUE(pointer); }
static inline bool IS_ERR_OR_NULL(const void* pointer) { return !pointer || IS_ERR(pointer); }
enum {
  EPERM = 1, ENOENT = 2, EIO = 5, E2BIG = 7, EAGAIN = 11, ENOMEM = 12, EFAULT = 14, EBUSY = 16,
  EEXIST = 17, ENODEV = 19, EINVAL = 22, ENOSPC = 28, ERANGE = 34, EMSGSIZE = 90,
  EOPNOTSUPP = 95, ENOTSUPP = 524, ENOBUFS = 105,
};

#define EXPORT_SYMBOL(name) _Static_assert(1, "")
#define EXPORT_SYMBOL_GPL(name) EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_NS(name, space) EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_NS_GPL(name, space) EXPORT_SYMBOL(name)
#define EXPORT_IPV6_MOD(name) EXPORT_SYMBOL(name)
#define EXPORT_IPV6_MOD_GPL(name) EXPORT_SYMBOL(name)
#define ALLOW_ERROR_INJECTION(name, how) EXPORT_SYMBOL(name)
#define MODULE_LICENSE(text) EXPORT_SYMBOL(text)
#define late_initcall(name) EXPORT_SYMBOL(name)
#define subsys_initcall(name) EXPORT_SYMBOL(name)

/* Warnings are noted where somebody looks, and go on. */
#define PR_WARN(condition, text) ({ bool w_ = !!(condition); if (unlikely(w_)) pr_ops.warn(text); w_; })
#define WARN_ON(condition) PR_WARN(condition, #condition)
#define WARN_ON_ONCE(condition) PR_WARN(condition, #condition)
#define WARN(condition, format, ...) PR_WARN(condition, format)
#define WARN_ONCE(condition, format, ...) PR_WARN(condition, format)
#define DEBUG_NET_WARN_ON_ONCE(condition) PR_WARN(condition, #condition)
#define DEBUG_NET_WARN_ONCE(condition, format, ...) PR_WARN(condition, format)
#define VM_WARN_ON_ONCE(condition) PR_WARN(condition, #condition)
#define VM_BUG_ON_PAGE(condition, page) PR_WARN(condition, #condition)
#define BUG_ON(condition) PR_WARN(condition, #condition)
#define BUG() pr_ops.warn("BUG()")
#define PR_SAY(format, ...) \
  ({ char say_[200]; __builtin_snprintf(say_, sizeof say_, format, ##__VA_ARGS__); pr_ops.warn(say_); })
#define pr_warn(format, ...) PR_SAY(format, ##__VA_ARGS__)
#define pr_warn_once(format, ...) PR_SAY(format, ##__VA_ARGS__)
#define pr_warn_ratelimited(format, ...) PR_SAY(format, ##__VA_ARGS__)
#define pr_err(format, ...) PR_SAY(format, ##__VA_ARGS__)
#define pr_crit(format, ...) PR_SAY(format, ##__VA_ARGS__)
#define net_warn_ratelimited(format, ...) PR_SAY(format, ##__VA_ARGS__)
#define pr_info(format, ...) ((void)0)
#define pr_info_once(format, ...) ((void)0)
#define pr_debug(format, ...) ((void)0)
#define pr_cont(format, ...) ((void)0)
#define printk(format, ...) ((void)0)
#define dump_stack() ((void)0)
#define might_sleep() ((void)0)
#define cond_resched() ((void)0)
#define might_alloc(gfp) ((void)0)

#ifdef PR_NATIVE
#define memcpy(to, from, size) __builtin_memcpy(to, from, size)
#define memmove(to, from, size) __builtin_memmove(to, from, size)
#define memset(to, value, size) __builtin_memset(to, value, size)
#else /* no builtins: what is copied is announced first */
void pr_copy(void* to, const void* from, unsigned long size);
void pr_fill(void* to, int value, unsigned long size);
#define memcpy(to, from, size) pr_copy(to, from, size)
#define memmove(to, from, size) pr_copy(to, from, size)
#define memset(to, value, size) pr_fill(to, value, size)
#endif

#endif
