// SPDX-License-Identifier: MIT
// Pool<Page> over the glue of a tree's object (pool/linux/ops.h), each call inside of it.
// Left out: fragments of the pool's own, netlink's list, what onlookers ask about order.
#pragma once

#include "pool/native/tree.hpp"
#include "pool/pool.hpp"

namespace poolrace::pool::native {

class TreePool final : public Pool<Page> {
 public:
  // TreeError: the tree's create fails.
  TreePool(TreeWorld& world, Device& dev, const PoolParams& params, const Limits& limits);
  ~TreePool() override;
  TreePool(const TreePool&) = delete;
  TreePool& operator=(const TreePool&) = delete;
  // Allocates and puts, as a driver's poll does; how many pages were to be had.
  std::uint64_t pass(std::uint64_t pages, bool allow_direct, bool shared);

  Page alloc_pages() override;
  Fragment alloc_frag(std::uint32_t size_bytes) override;
  Fragment alloc(std::uint32_t size_bytes) override { return alloc_frag(size_bytes); }
  void update_nid(int nid) override;
  void put_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) override;
  void put_page_bulk(std::vector<Page> pages) override;
  void fragment_page(Page page, std::int64_t count) override;
  bool unref_page(Page page, std::int64_t count) override;
  void put_unrefed_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) override;
  bool skb_put_page(Page page) override;
  void use_xdp_mem(std::function<void()>) override {}
  void set_visible(bool) override {}
  void destroy() override;

  [[nodiscard]] AllocStats alloc_stats() const override;
  [[nodiscard]] RecycleStats recycle_stats() const override;
  [[nodiscard]] int peek_inflight() const override;
  [[nodiscard]] bool peek_owns(Page page) const override;
  [[nodiscard]] std::vector<Page> peek_ring() const override { return {}; }
  [[nodiscard]] std::vector<Page> peek_cache() const override { return {}; }
  [[nodiscard]] std::vector<NamedValue> peek_words() const override { return {}; }
  [[nodiscard]] std::vector<std::uint64_t> peek_progress() const override { return {}; }

 private:
  [[nodiscard]] const pr_glue& glue() const { return world_.glue(); }
  TreeWorld& world_;
  void* pool_;
  NativePlatform::Region region_;
};

}  // namespace poolrace::pool::native
