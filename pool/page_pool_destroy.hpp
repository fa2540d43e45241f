// SPDX-License-Identifier: MIT
// The end of a pool.  destroy() drains what the pool itself holds; pages still with the stack come
// back later, and a worker looks once a second whether the last one has.
#pragma once

#include "pool/page_pool.hpp"

namespace poolrace::pool {

template <class P>
void PagePool<P>::destroy() {
  // (refcount_dec_and_test: a release, and for the last an acquire.  full is a little more.)
  if (user_cnt_.add_return("destroy: drop user_cnt", -1, full) != 0) return;
  destroy_order();
}

template <class P>
void PagePool<P>::destroy_order() {
  disable_direct_recycling();
  free_frag();
  if (release() == 0) return;  // the pool is gone
  detach_and_retry();
}

// From now on the destroy path is the only consumer of the old cache.
template <class P>
void PagePool<P>::disable_direct_recycling() {
  cpuid_.write("destroy: clear cpuid", -1, once);
  Napi* napi = napi_.read("destroy: read p.napi", plain);
  if (napi == nullptr) return;
  if (!napi->sched.read("destroy: read NAPI state", once) ||
      napi->list_owner.read("destroy: read list_owner", once) != -1)
    p_.warn("NAPI may still run while its page_pool is destroyed");
  napi_.write("destroy: clear p.napi", nullptr, once);
}

template <class P>
int PagePool<P>::release() {
  scrub();
  const int left = inflight(true);
  free_if_idle(left);
  return left;
}

template <class P>
void PagePool<P>::free_if_idle(int inflight) {
  if (inflight == 0) final_destroy();
}

template <class P>
void PagePool<P>::scrub() {
  empty_alloc_cache_once();
  destroy_cnt_.add_return("scrub: raise destroy_cnt", 1, plain);
  empty_ring();
}

// Only the first scrub may: later the cache's memory is nobody's business.
template <class P>
void PagePool<P>::empty_alloc_cache_once() {
  if (!may_empty_cache(destroy_cnt_.read("scrub: read destroy_cnt", plain))) return;
  typename P::ConsumerScope consumer(p_, cache_owner_);
  while (Page page = pop_cache()) return_page(page);
}

template <class P>
void PagePool<P>::empty_ring() {
  while (Page page = ring_.consume_bh()) {
    if (page.page_refcount().read("scrub: read _refcount", once) != 1)
      p_.warn("a page parked in the ring has other references");
    return_page(page);
  }
}

// The release count is read first: a page that leaves between the two reads counts as in flight.
template <class P>
int PagePool<P>::inflight(bool strict) {
  const std::uint32_t released = release_cnt_.read("inflight: read release_cnt", once);
  const std::uint32_t held = hold_cnt_.read("inflight: read hold_cnt", once);
  const int left = static_cast<int>(held - released);  // wraps around, as it should
  if (strict && left < 0) p_.warn("negative number of pages in flight");
  return !strict && left < 0 ? 0 : left;
}

template <class P>
void PagePool<P>::detach_and_retry() {
  defer_start_ms_ = p_.now_ms();
  defer_warn_at_ms_ = defer_start_ms_ + defer_warn_ms;
  p_.schedule_delayed_work(release_dw_, defer_time_ms);
}

template <class P>
void PagePool<P>::release_retry() {
  const int left = release();
  if (left == 0 || !keep_retrying(left)) return;  // at 0 the pool no longer exists
  if (p_.now_ms() >= defer_warn_at_ms_ && !visible_) {
    defer_warn_at_ms_ = p_.now_ms() + defer_warn_ms;
    p_.stalled_pool_shutdown(left, (p_.now_ms() - defer_start_ms_) / 1000);
  }
  p_.schedule_delayed_work(release_dw_, defer_time_ms);
}

template <class P>
void PagePool<P>::final_destroy() {
  if (disconnect_) disconnect_();
  uninit();
  if (took_device_reference_) p_.put_device(dev_);
  p_.kfree(region_);  // at once: the kernel does not defer it past a grace period
}

}  // namespace poolrace::pool
