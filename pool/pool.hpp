// SPDX-License-Identifier: MIT
// A page_pool as those around it see it: the driver, whoever holds its pages, whoever looks on.
// PagePool implements it on any platform; so may a pool that comes from elsewhere, such as one
// compiled from a kernel tree of the user's own.
// Left out: how a pool is built and what its own tests ask (page_pool.hpp has that).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "pool/stats.hpp"

namespace poolrace::pool {

template <class PageHandle>
class Pool {
 public:
  using Page = PageHandle;
  struct Fragment {
    Page page;
    std::uint32_t offset = 0, size = 0;
  };
  static constexpr std::uint32_t whole_page = UINT32_MAX;  // "-1": sync as much as max_len

  virtual ~Pool() = default;

  // Consumer side: the one NAPI context.
  virtual Page alloc_pages() = 0;
  virtual Fragment alloc_frag(std::uint32_t size_bytes) = 0;
  virtual Fragment alloc(std::uint32_t size_bytes) = 0;  // a whole page when two would not fit
  virtual void update_nid(int nid) = 0;

  // Any context but hard interrupts.
  virtual void put_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) = 0;
  virtual void put_page_bulk(std::vector<Page> pages) = 0;
  void put_full_page(Page page, bool allow_direct) { put_page(page, whole_page, allow_direct); }
  void recycle_direct(Page page) { put_full_page(page, true); }
  // Drivers that count fragments themselves (mlx5): set the bias, drop the unused rest.
  virtual void fragment_page(Page page, std::int64_t count) = 0;
  virtual bool unref_page(Page page, std::int64_t count) = 0;
  virtual void put_unrefed_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) = 0;
  // The skb free path: the pool is the one that the page names, whichever was asked.  False: it
  // names none, and the kernel would have followed that.
  virtual bool skb_put_page(Page page) = 0;

  // XDP memory model: one more user, told when the pool is finally gone.
  virtual void use_xdp_mem(std::function<void()> disconnect) = 0;
  virtual void set_visible(bool visible) = 0;  // to netlink
  virtual void destroy() = 0;

  // For whoever looks on from outside: no steps, no time.
  [[nodiscard]] virtual AllocStats alloc_stats() const = 0;
  [[nodiscard]] virtual RecycleStats recycle_stats() const = 0;
  [[nodiscard]] virtual int peek_inflight() const = 0;
  [[nodiscard]] virtual bool peek_owns(Page page) const = 0;       // the page says so
  [[nodiscard]] virtual std::vector<Page> peek_ring() const = 0;   // the next to go first
  [[nodiscard]] virtual std::vector<Page> peek_cache() const = 0;  // the next to go last
  using NamedValue = std::pair<std::string, std::string>;
  [[nodiscard]] virtual std::vector<NamedValue> peek_words() const = 0;
  // What the retry worker waits for: objects of the explorer's; none in other worlds.
  [[nodiscard]] virtual std::vector<std::uint64_t> peek_progress() const = 0;
};

}  // namespace poolrace::pool
