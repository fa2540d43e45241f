// SPDX-License-Identifier: MIT
// 271683bb2cf3 on top of any pool: the freeing of the ring waits for its last producer.
// Who puts the last page may still hold the producer lock when another CPU has drained that page
// and found nothing in flight.  So the statistic moves inside the lock, and release() takes and
// drops the lock once it has counted.
#pragma once

#include "pool/page_pool.hpp"

namespace poolrace::pool {

template <class Pool>
class RingFix : public Pool {
 public:
  using Pool::Pool;
  using typename Pool::Page;

 protected:
  bool recycle_in_ring(Page page) override {
    const bool bh = this->lock_producer();
    const bool produced = this->ring_.produce(page);
    if (produced) this->count(RecycleStat::ring);
    this->unlock_producer(bh);
    return produced;
  }

  int release() override {
    this->scrub();
    const int left = this->inflight(true);
    this->unlock_producer(this->lock_producer());
    this->free_if_idle(left);
    return left;
  }
};

}  // namespace poolrace::pool
