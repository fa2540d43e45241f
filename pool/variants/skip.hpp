// SPDX-License-Identifier: MIT
// `skip`: once destroy has started, never unmap (proposed 12 Sep 2024, never posted).
//
// destroy: as mainline.  The alloc cache is still emptied with unmaps; from the raise of
//          destroy_cnt on, the ring's pages, late pages and retries go back without.
// put:     as mainline, but no sync either once destroy_cnt is above 0; then publish.
// The device counts as unusable as soon as destroy_cnt > 0.  Taken literally that includes the
// pages parked in the ring at the first scrub, which leaves them mapped too.
// The proposal is silent about everything else.  Our choices: destroy_cnt is tested bare (a test
// passed just before destroy still unmaps or syncs), sync is skipped with the unmap because it
// needs the device as much, dma_addr keeps its value, and the device reference stays.
// Its tests of destroy_cnt are assumed plain.
#pragma once

#include "pool/page_pool.hpp"

namespace poolrace::pool {

template <class P>
class Skip final : public PagePool<P> {
  using Base = PagePool<P>;

 public:
  static constexpr VariantInfo info{
      .name = "skip",
      .help = "once destroy has started, never unmap (proposed, never posted)",
      .clears_dma_sync = true,
      .skips_unmap = true,
  };

  using Base::Base;
  using typename Base::Page;

 protected:
  void release_dma(Page page) override {
    if (this->destroy_cnt_.read("release: read destroy_cnt", plain) != 0) return;
    Base::release_dma(page);
  }

  void sync_if_needed(Page page, std::uint32_t dma_sync_size) override {
    if (this->destroy_cnt_.read("put: read destroy_cnt", plain) != 0) return;
    Base::sync_if_needed(page, dma_sync_size);
  }
};

}  // namespace poolrace::pool
