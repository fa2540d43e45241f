// SPDX-License-Identifier: MIT
// The bulk put of the fixes that publish first, on top of any pool: into the cache and then synced,
// or produced under RCU with a sync after each page, inside the producer lock.
#pragma once

#include "pool/page_pool.hpp"

namespace poolrace::pool {

template <class Pool>
class SyncInBulk : public Pool {
 public:
  using Pool::Pool;
  using typename Pool::Page;

 protected:
  void recycle_bulk_one(Page page, bool allow_direct, std::vector<Page>& for_ring) override {
    if (allow_direct && this->recycle_in_cache(page))
      this->sync_if_needed(page, Pool::whole_page);
    else
      for_ring.push_back(page);
  }

  std::uint32_t fill_ring(const std::vector<Page>& pages) override {
    this->p_.rcu_read_lock();
    std::uint32_t produced = 0;
    while (produced < pages.size() && this->ring_.produce(pages[produced])) {
      this->sync_if_needed(pages[produced], Pool::whole_page);
      ++produced;
    }
    this->p_.rcu_read_unlock();
    return produced;
  }
};

}  // namespace poolrace::pool
