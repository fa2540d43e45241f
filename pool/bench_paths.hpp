// SPDX-License-Identifier: MIT
// The paths of the public page_pool benchmark (the kernel's bench_page_pool_simple), and one more,
// as one body for every world.  There: a pool of 1024, order 0, no DMA map and no sync, 64 pages in
// the ring beforehand;
//   fast      alloc and recycle_direct: through the alloc cache
//   ptr_ring  alloc and a put that may not recycle directly: through the ring
//   slow      alloc and a put of a page that somebody else holds too: through the page allocator
// Nobody published what they cost a driver, which maps its pages:
//   ring-dma  the second with a sync a put, if the device needs it: what guards the sync shows
//   slow-dma  the third with map and unmap, and with such syncs
#pragma once

#include <vector>

#include "pool/platform.hpp"

namespace poolrace::pool {

enum class BenchPath : std::uint8_t { fast, ptr_ring, slow, ptr_ring_dma, slow_dma };

inline bool maps(BenchPath path) {
  return path == BenchPath::ptr_ring_dma || path == BenchPath::slow_dma;
}

inline bool shares(BenchPath path) {  // its page with somebody else: out of the pool it goes
  return path == BenchPath::slow || path == BenchPath::slow_dma;
}

struct BenchPathInfo {
  BenchPath path;
  const char* name;
};
inline constexpr BenchPathInfo bench_paths[] = {{BenchPath::fast, "fast"},
                                                {BenchPath::ptr_ring, "ptr_ring"},
                                                {BenchPath::slow, "slow"},
                                                {BenchPath::ptr_ring_dma, "ring-dma"},
                                                {BenchPath::slow_dma, "slow-dma"}};

inline PoolParams bench_params(BenchPath path) {
  PoolParams params;
  params.pool_size = 1024;
  if (!maps(path)) params.flags = 0;
  return params;
}

// False: the pool has not so many to give.
template <class Pool>
bool fill_ring(Pool& pool) {
  std::vector<typename Pool::Page> pages;
  for (int i = 0; i < 64; ++i) {
    pages.push_back(pool.alloc_pages());
    if (!pages.back()) return false;
  }
  for (auto page : pages) pool.put_page(page, Pool::whole_page, false);
  return true;
}

// Allocates and puts one page.  NAPI polls nowhere, or the put of ptr_ring would end in the cache.
template <class Pool, class P>
void pass_once(BenchPath path, Pool& pool, P& p) {
  auto page = pool.alloc_pages();
  switch (path) {
    case BenchPath::fast:
      return pool.put_page(page, Pool::whole_page, true);
    case BenchPath::ptr_ring:
    case BenchPath::ptr_ring_dma:
      return pool.put_page(page, Pool::whole_page, false);
    case BenchPath::slow:
    case BenchPath::slow_dma:
      page.page_refcount().add_return("bench: get_page", 1, relaxed);
      pool.put_page(page, Pool::whole_page, false);
      p.put_page_ref(page);
  }
}

}  // namespace poolrace::pool
