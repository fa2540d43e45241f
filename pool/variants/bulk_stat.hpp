// SPDX-License-Identifier: MIT
// The bulk put's statistic inside the producer lock, on top of any pool.  So it was up to v6.13,
// and so it is again since bdea4980182e (Sep 2026); in between it came after the unlock, when the
// last of the pages may have been drained and the pool freed.
// RFC v4 and v5, and the series before them, patch v6.13.  (That its bulk put takes all pages for
// the named pool's, without a look at their owners, is left out.)
#pragma once

#include "pool/page_pool.hpp"

namespace poolrace::pool {

template <class Pool>
class BulkStatInLock : public Pool {
 public:
  using Pool::Pool;
  using typename Pool::Page;

 protected:
  std::uint32_t produce_bulk(const std::vector<Page>& pages) override {
    const bool bh = this->lock_producer();
    const std::uint32_t produced = this->fill_ring(pages);
    this->count_bulk(produced, pages.size());
    this->unlock_producer(bh);
    return produced;
  }
};

}  // namespace poolrace::pool
