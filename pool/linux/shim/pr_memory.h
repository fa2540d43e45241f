/* SPDX-License-Identifier: MIT
 *
 * Memory: slab, arrays, per-CPU, and struct page with what the pool asks of it.  One struct page
 * satisfies every tree: its unions give each era the names it uses at the offsets it asserts.
 * The count of references is the machine's own; the pool's words lie here.
 */
#ifndef POOLRACE_SHIM_MEMORY_H
#define POOLRACE_SHIM_MEMORY_H

#include "pr_lock.h"

#define __GFP_DMA 0x01u
#define __GFP_HIGHMEM 0x02u
#define __GFP_DMA32 0x04u
#define __GFP_ZERO 0x100u
#define __GFP_COMP 0x40000u
#define __GFP_NOWARN 0x2000u
#define __GFP_ACCOUNT 0x400000u
#define __GFP_RECLAIM 0xc00u
#define __GFP_DIRECT_RECLAIM 0x400u
#define __GFP_NOMEMALLOC 0x80000u
#define __GFP_NOFAIL 0x8000u
#define __GFP_NORETRY 0x10000u
#define __GFP_MEMALLOC 0x20000u
#define __GFP_HIGH 0x20u
#define __GFP_BITS_SHIFT 26
#define GFP_ATOMIC (__GFP_HIGH | 0x800u)
#define GFP_KERNEL (__GFP_RECLAIM | 0x40u)
#define GFP_NOWAIT (0x800u | __GFP_NOWARN)
#define GFP_DMA __GFP_DMA
#define GFP_DMA32 __GFP_DMA32
#define KMALLOC_MAX_SIZE (1UL << 22)
#define KMALLOC_MAX_CACHE_SIZE (1UL << 13)
#define gfpflags_allow_blocking(gfp) (((gfp) & __GFP_DIRECT_RECLAIM) != 0)

#define kzalloc(size, gfp) pr_ops.alloc(size, PR_STRUCT)
#define kmalloc(size, gfp) pr_ops.alloc(size, PR_STRUCT)
#define kzalloc_node(size, gfp, node) pr_ops.alloc(size, PR_STRUCT)
#define kvzalloc(size, gfp) pr_ops.alloc(size, PR_ARRAY)
#define kmalloc_array(n, size, gfp) pr_ops.alloc((n) * (size), PR_ARRAY)
#define kcalloc(n, size, gfp) pr_ops.alloc((n) * (size), PR_ARRAY)
#define kvmalloc_array(n, size, gfp) pr_ops.alloc((n) * (size), PR_ARRAY)
#define kvcalloc(n, size, gfp) pr_ops.alloc((n) * (size), PR_ARRAY)
#define kmalloc_noprof(size, gfp) kmalloc(size, gfp)
#define kmalloc_array_noprof(n, size, gfp) kmalloc_array(n, size, gfp)
#define kcalloc_noprof(n, size, gfp) kcalloc(n, size, gfp)
#define kvmalloc_array_noprof(n, size, gfp) kvmalloc_array(n, size, gfp)
#define kvcalloc_noprof(n, size, gfp) kvcalloc(n, size, gfp)
#define kzalloc_obj(x, ...) ((__typeof__(x)*)pr_ops.alloc(sizeof(x), PR_STRUCT))
#define kzalloc_flex(x, flex, n) \
  ((__typeof__(x)*)pr_ops.alloc(sizeof(x) + (n) * sizeof(((__typeof__(x)*)0)->flex[0]), PR_STRUCT))
#define alloc_hooks(call) (call)
#define kfree(p) pr_ops.free(p)
#define kvfree(p) pr_ops.free(p)
#define kfree_sensitive(p) pr_ops.free(p)

struct kmem_cache { unsigned int size; };
struct list_lru;
#define kmem_cache_alloc(cache, gfp) pr_ops.alloc((cache)->size, PR_NODE)
#define kmem_cache_zalloc(cache, gfp) kmem_cache_alloc(cache, gfp)
#define kmem_cache_alloc_lru(cache, lru, gfp) pr_node_alloc()
#define kmem_cache_free(cache, p) pr_ops.free(p)
/* The nodes of an xarray come with an empty list, and are freed after a grace period. */
void* pr_node_alloc(void);
extern struct kmem_cache* const radix_tree_node_cachep;
void radix_tree_node_rcu_free(struct rcu_head* head);

#define alloc_percpu(type) ((type*)pr_percpu_alloc(sizeof(type)))
#define alloc_percpu_gfp(type, gfp) alloc_percpu(type)
#define free_percpu(p) pr_ops.free(p)
#define DEFINE_PER_CPU(type, name) __typeof__(type) name
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name
#define per_cpu_ptr(p, cpu) ((__typeof__(p))((char*)(p) + (cpu) * PR_PERCPU_STRIDE))
#define this_cpu_ptr(p) per_cpu_ptr(p, pr_ops.cpu())
#define raw_cpu_ptr(p) this_cpu_ptr(p)
#ifdef PR_NATIVE /* one instruction of the CPU that it belongs to, and no other's */
#define this_cpu_add(x, by) ((void)(*this_cpu_ptr(&(x)) += (by)))
#else
#define this_cpu_add(x, by)                                                                     \
  do {                                                                                          \
    __typeof__(&(x)) mine_ = this_cpu_ptr(&(x));                                                \
    pr_ops.mark(PR_THIS_CPU);                                                                   \
    __atomic_fetch_add(mine_, by, PR_ORDER_relaxed);                                            \
  } while (0)
#endif
#define this_cpu_inc(x) this_cpu_add(x, 1)
#define this_cpu_dec(x) this_cpu_add(x, -1)
#define __this_cpu_add(x, by) (*this_cpu_ptr(&(x)) += (by))
#define __this_cpu_inc(x) __this_cpu_add(x, 1)
#define raw_cpu_add(x, by) __this_cpu_add(x, by)
#define raw_cpu_inc(x) __this_cpu_add(x, 1)
#define this_cpu_read(x) READ_ONCE(*this_cpu_ptr(&(x)))
#define this_cpu_write(x, value) WRITE_ONCE(*this_cpu_ptr(&(x)), value)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < PR_CPUS; ++(cpu))
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)
#define nr_cpu_ids PR_CPUS
static __always_inline void* pr_percpu_alloc(unsigned long size) {
  return size > PR_PERCPU_STRIDE ? NULL : pr_ops.alloc(PR_CPUS * PR_PERCPU_STRIDE, PR_PERCPU);
}

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define NUMA_NO_NODE (-1)
#define numa_mem_id() 0
#define numa_node_id() 0
#define MAX_PAGE_ORDER 10

struct page_pool;
typedef struct { unsigned long f; } memdesc_flags_t;
struct page {
  unsigned long flags;
  union {
    struct {
      unsigned long pp_magic;
      struct page_pool* pp;
      unsigned long _pp_mapping_pad;
      unsigned long dma_addr;
      union {
        atomic_long_t pp_ref_count;
        atomic_long_t pp_frag_count;
        unsigned long dma_addr_upper;
      };
    };
    struct {
      union { struct list_head lru; struct { void* __filler; unsigned int mlock_count; }; };
      void* mapping;
      union { pgoff_t index; unsigned long share; };
      unsigned long private;
    };
    struct { unsigned long compound_head; };
    struct rcu_head rcu_head;
  };
  union { unsigned int page_type; atomic_t _mapcount; };
  atomic_t _refcount;
};

#define compound_head(page) ((__typeof__(page))(page))
#define virt_to_head_page(address) ((struct page*)(address))
#define virt_to_page(address) ((struct page*)(address))
#define page_address(page) ((void*)(page))
#define page_ref_count(page) pr_ops.page_refs((void*)(page))
#define page_count(page) page_ref_count(page)
#define page_ref_inc(page) pr_ops.page_ref(page, 1)
#define page_ref_dec(page) pr_ops.page_ref(page, -1)
#define page_ref_add(page, by) pr_ops.page_ref(page, by)
#define page_ref_sub(page, by) pr_ops.page_ref(page, -(by))
#define get_page(page) pr_ops.page_ref(page, 1)
#define put_page(page) pr_ops.page_put(page)
#define __free_pages(page, order) pr_ops.page_put(page)
#define __free_page(page) pr_ops.page_put(page)
#define page_to_nid(page) pr_ops.page_nid((void*)(page))
#define page_to_pfn(page) pr_ops.page_pfn((void*)(page))
#define page_is_pfmemalloc(page) (pr_ops.page_reserve((void*)(page)) != 0)
#define PageTail(page) false
#define alloc_pages_node(nid, gfp, order) ((struct page*)pr_ops.page_alloc(nid, order))
#define alloc_pages(gfp, order) alloc_pages_node(NUMA_NO_NODE, gfp, order)
#define alloc_pages_node_noprof(nid, gfp, order) alloc_pages_node(nid, gfp, order)
#define alloc_pages_bulk_array_node(gfp, nid, n, array) \
  pr_ops.page_bulk(nid, n, (void**)(array))
#define alloc_pages_bulk_node(gfp, nid, n, array) \
  pr_ops.page_bulk(nid, n, (void**)(array))
/* A page's type is nobody's business but the allocator's. */
#define PageNetpp(page) ((page)->page_type == 0xf5000000u)
#define __SetPageNetpp(page) ((void)((page)->page_type = 0xf5000000u))
#define __ClearPageNetpp(page) ((void)((page)->page_type = 0))

#endif
