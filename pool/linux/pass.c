/* SPDX-License-Identifier: MIT
 *
 * The loop of a benchmark, as a driver's poll: compiled with the tree's own headers, it calls the
 * pool's functions and inlines what a driver inlines.  Mirrors pass_once() of pool/bench_paths.hpp.
 */
#include "pr_kernel.h"
#ifdef PR_HAS_TYPES_HEADER
#include <net/page_pool/helpers.h>
#else
#include <net/page_pool.h>
#endif

unsigned long pr_pass(void* pool, unsigned long pages, int allow_direct, int shared);
unsigned long pr_pass(void* pool, unsigned long pages, int allow_direct, int shared) {
  for (unsigned long i = 0; i < pages; ++i) {
    struct page* page = page_pool_alloc_pages(pool, GFP_ATOMIC | __GFP_NOWARN);
    if (page == NULL) return i;
    if (shared) get_page(page);
    page_pool_put_page(pool, page, -1, allow_direct != 0);
    if (shared) put_page(page);
  }
  return pages;
}
