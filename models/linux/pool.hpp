// SPDX-License-Identifier: MIT
// A pool of a kernel tree, as the driver and whoever holds its pages see it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/linux/stage.hpp"
#include "models/variants.hpp"

namespace poolrace::models::linux_tree {

class TreePool final : public SimPool {
 public:
  TreePool(std::shared_ptr<Stage> stage, Napi* napi, const pool::PoolParams& params,
           const pool::Limits& limits);

  Page alloc_pages() override;
  Fragment alloc_frag(std::uint32_t size_bytes) override;
  Fragment alloc(std::uint32_t size_bytes) override;
  void update_nid(int nid) override;
  void put_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) override;
  void put_page_bulk(std::vector<Page> pages) override;
  void fragment_page(Page page, std::int64_t count) override;
  bool unref_page(Page page, std::int64_t count) override;
  void put_unrefed_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) override;
  bool skb_put_page(Page page) override;
  void use_xdp_mem(std::function<void()> disconnect) override;
  void set_visible(bool) override {}  // netlink is not there
  void destroy() override;

  [[nodiscard]] pool::AllocStats alloc_stats() const override;
  [[nodiscard]] pool::RecycleStats recycle_stats() const override;
  [[nodiscard]] int peek_inflight() const override;
  [[nodiscard]] bool peek_owns(Page page) const override;
  [[nodiscard]] std::vector<Page> peek_ring() const override;
  [[nodiscard]] std::vector<Page> peek_cache() const override;
  [[nodiscard]] std::vector<NamedValue> peek_words() const override;
  [[nodiscard]] std::vector<std::uint64_t> peek_progress() const override;

 private:
  [[nodiscard]] const pr_glue& glue() const { return stage_->glue(); }
  [[nodiscard]] pr_seen look() const;

  std::shared_ptr<Stage> stage_;
  MachinePlatform::Region region_;
  void* pool_ = nullptr;
};

}  // namespace poolrace::models::linux_tree
