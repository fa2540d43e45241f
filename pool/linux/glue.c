/* SPDX-License-Identifier: MIT
 *
 * What can be asked of a pool, in the words of whatever tree it comes from.  PR_HAS_... says what
 * the tree has, read out of its files (tree.cpp), never out of a version.
 */
#include "pr_kernel.h"
#ifdef PR_HAS_TYPES_HEADER
#include <net/page_pool/helpers.h>
#else
#include <net/page_pool.h>
#endif
#ifdef PR_HAS_PRIV_HEADER
#include "page_pool_priv.h"
#endif
#include <linux/poison.h>

static void* create(const struct pr_params* from, long* error) {
  struct page_pool_params params = {
      .flags = from->flags,
      .order = from->order,
      .pool_size = from->pool_size,
      .nid = from->nid,
      .dev = from->dev,
      .dma_dir = (enum dma_data_direction)from->dma_dir,
      .max_len = from->max_len,
      .offset = from->offset,
  };
#ifdef PR_HAS_NAPI
  params.napi = from->napi;
#endif
#if defined(PP_FLAG_PAGE_FRAG) && !defined(PR_NATIVE) /* where fragments must be asked for, everybody counts them */
  params.flags |= PP_FLAG_PAGE_FRAG;
#endif
  struct page_pool* pool = page_pool_create(&params);
  *error = IS_ERR(pool) ? PTR_ERR(pool) : 0;
  return IS_ERR(pool) ? NULL : pool;
}

static void fragment_page(void* page, long count) {
  page_pool_fragment_page(page, count);
}

static void* alloc_pages_(void* pool) {
  struct page* page = page_pool_alloc_pages(pool, GFP_ATOMIC | __GFP_NOWARN);
#if defined(PP_FLAG_PAGE_FRAG) && !defined(PR_NATIVE)
  if (page != NULL) page_pool_fragment_page(page, 1);
#endif
  return page;
}

static void* alloc_frag(void* pool, unsigned int* offset, unsigned int size) {
  return page_pool_alloc_frag(pool, offset, size, GFP_ATOMIC | __GFP_NOWARN);
}

static void update_nid(void* pool, int nid) {
  page_pool_nid_changed(pool, nid);
}

static void put_page_(void* pool, void* page, unsigned int dma_sync_size, int allow_direct) {
  page_pool_put_page(pool, page, dma_sync_size, allow_direct != 0);
}

static void put_page_bulk(void* pool, void** pages, int count) {
#if defined(PR_HAS_NETMEM_BULK_OF_POOL)
  page_pool_put_netmem_bulk(pool, (netmem_ref*)pages, (u32)count);
#elif defined(PR_HAS_NETMEM_BULK)
  (void)pool;
  page_pool_put_netmem_bulk((netmem_ref*)pages, (u32)count);
#else
  page_pool_put_page_bulk(pool, pages, count);
#endif
}

static long unref_page(void* page, long count) {
#ifdef PR_HAS_UNREF
  return page_pool_unref_page(page, count);
#else
  return page_pool_defrag_page(page, count);
#endif
}

static void put_unrefed_page(void* pool, void* page, unsigned int dma_sync_size, int direct) {
#ifdef PR_HAS_UNREF
  page_pool_put_unrefed_page(pool, page, dma_sync_size, direct != 0);
#else
  page_pool_put_defragged_page(pool, page, dma_sync_size, direct != 0);
#endif
}

/* Frees of skbs ask the page whose it is, and the pool is the one that it names. */
static int skb_put_page(void* at) {
  struct page* page = at;
#ifdef PR_HAS_RETURN_SKB_PAGE
  return page_pool_return_skb_page(page);
#else
#if defined(PR_HAS_NETMEM_IS_PP)
  if (!netmem_is_pp(page_to_netmem(page))) return 0;
#elif defined(PR_HAS_PAGE_IS_PP)
  if (!page_pool_page_is_pp(page)) return 0;
#else
  if ((page->pp_magic & ~3UL) != PP_SIGNATURE) return 0;
#endif
  struct page_pool* pool = READ_ONCE(page->pp);
  page_pool_put_full_page(pool, page, false);
  return 1;
#endif
}

static void use_xdp_mem(void* pool, void (*disconnect)(void*)) {
  struct xdp_mem_info mem = {0, 1};
  page_pool_use_xdp_mem(pool, disconnect, &mem);
}

static void destroy(void* pool) {
  page_pool_destroy(pool);
}

#ifdef PR_HAS_PRIV_HEADER /* netlink's list of pools is nobody's here */
int page_pool_list(struct page_pool* pool) {
  (void)pool;
  return 0;
}
void page_pool_unlist(struct page_pool* pool) {
  (void)pool;
}
void page_pool_detached(struct page_pool* pool) {
  (void)pool;
}
#endif

static const struct pr_page_layout layout = {
    sizeof(struct page), offsetof(struct page, pp_magic), offsetof(struct page, pp),
    offsetof(struct page, dma_addr), offsetof(struct page, pp_ref_count)};

void pr_limits(unsigned int cache, unsigned int refill);
void pr_ring_batch(void* pool, int slots);
void pr_look(const void* pool, struct pr_seen* seen);
void pr_stats(const void* pool, struct pr_alloc_stats* alloc, struct pr_recycle_stats* recycle);

const struct pr_glue* poolrace_glue(void) __attribute__((visibility("default")));
const struct pr_glue* poolrace_glue(void) {
  static const struct pr_glue glue = {
      .limits = pr_limits,
      .page = &layout,
      .device_size = sizeof(struct device),
      .napi_size = sizeof(struct napi_struct),
      .napi_list_owner = offsetof(struct napi_struct, list_owner),
#ifdef PR_HAS_XARRAY
      .node_rcu_free = (void (*)(void*))radix_tree_node_rcu_free,
#endif
      .create = create,
      .alloc_pages = alloc_pages_,
      .alloc_frag = alloc_frag,
      .update_nid = update_nid,
      .put_page = put_page_,
      .put_page_bulk = put_page_bulk,
      .fragment_page = fragment_page,
      .unref_page = unref_page,
      .put_unrefed_page = put_unrefed_page,
      .skb_put_page = skb_put_page,
      .use_xdp_mem = use_xdp_mem,
      .destroy = destroy,
      .ring_batch = pr_ring_batch,
      .look = pr_look,
      .stats = pr_stats,
  };
  return &glue;
}
