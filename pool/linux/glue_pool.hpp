// SPDX-License-Identifier: MIT
// Pool<Page> over the glue of a tree's object (ops.h), whatever the world that its code runs in.
// A World has glue(), enter(call) around what is asked of the object, look(call) around what an
// onlooker asks, and struct_of(page), page_of(pointer) between a page and its struct.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "pool/linux/ops.h"
#include "pool/platform.hpp"
#include "pool/pool.hpp"

namespace poolrace::pool::linux_tree {

inline pr_params params_of(const PoolParams& params, const Limits& limits, void* dev, void* napi) {
  pr_params out{};
  out.flags = params.flags;
  out.order = params.order;
  out.pool_size = params.pool_size != 0 ? params.pool_size : limits.ring;
  out.max_len = params.max_len;
  out.offset = params.offset;
  out.nid = params.nid;
  out.dma_dir = static_cast<int>(params.dma_dir);  // the kernel's numbers are in our order
  out.dev = dev;
  out.napi = napi;
  return out;
}

template <class PageHandle, class World>
class GluePool : public Pool<PageHandle> {
 public:
  using Page = PageHandle;
  using Fragment = typename Pool<PageHandle>::Fragment;

  Page alloc_pages() override {
    return world_.page_of(world_.enter([&] { return glue().alloc_pages(pool_); }));
  }
  Fragment alloc_frag(std::uint32_t size_bytes) override {
    unsigned int offset = 0;
    void* page = world_.enter([&] { return glue().alloc_frag(pool_, &offset, size_bytes); });
    return {world_.page_of(page), offset, size_bytes};
  }
  void update_nid(int nid) override {
    world_.enter([&] { glue().update_nid(pool_, nid); });
  }
  void put_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) override {
    void* at = world_.struct_of(page);
    world_.enter([&] { glue().put_page(pool_, at, dma_sync_size, allow_direct ? 1 : 0); });
  }
  // The array is on this stack: nobody else's business.
  void put_page_bulk(std::vector<Page> pages) override {
    std::array<void*, 64> structs;
    for (std::size_t first = 0; first < pages.size(); first += structs.size()) {
      const std::size_t count = std::min(structs.size(), pages.size() - first);
      for (std::size_t i = 0; i < count; ++i) structs[i] = world_.struct_of(pages[first + i]);
      world_.enter([&] { glue().put_page_bulk(pool_, structs.data(), static_cast<int>(count)); });
    }
  }
  void fragment_page(Page page, std::int64_t count) override {
    void* at = world_.struct_of(page);
    world_.enter([&] { glue().fragment_page(at, count); });
  }
  bool unref_page(Page page, std::int64_t count) override {
    void* at = world_.struct_of(page);
    return world_.enter([&] { return glue().unref_page(at, count); }) == 0;
  }
  void put_unrefed_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) override {
    void* at = world_.struct_of(page);
    world_.enter([&] { glue().put_unrefed_page(pool_, at, dma_sync_size, allow_direct ? 1 : 0); });
  }
  bool skb_put_page(Page page) override {
    void* at = world_.struct_of(page);
    return world_.enter([&] { return glue().skb_put_page(at); }) != 0;
  }
  void set_visible(bool) override {}  // netlink is not there
  void destroy() override {
    world_.enter([&] { glue().destroy(pool_); });
  }

  [[nodiscard]] AllocStats alloc_stats() const override {
    const pr_alloc_stats a = stats().first;
    return {a.fast, a.slow, a.slow_high_order, a.empty, a.refill, a.waive};
  }
  [[nodiscard]] RecycleStats recycle_stats() const override {
    const pr_recycle_stats r = stats().second;
    return {r.cached, r.cache_full, r.ring, r.ring_full, r.released_refcnt};
  }
  [[nodiscard]] int peek_inflight() const override {
    const pr_seen seen = look();
    return static_cast<int>(*seen.hold_cnt - static_cast<unsigned int>(*seen.release_cnt));
  }

 protected:
  explicit GluePool(World& world) : world_(world) {}
  // Null: it fails, with that error.
  void* create(const pr_params& params, long& error) {
    return pool_ = world_.enter([&] { return glue().create(&params, &error); });
  }
  [[nodiscard]] const pr_glue& glue() const { return world_.glue(); }
  [[nodiscard]] virtual pr_seen look() const {
    pr_seen seen{};
    world_.look([&] { glue().look(pool_, &seen); });
    return seen;
  }

  World& world_;
  void* pool_ = nullptr;

 private:
  [[nodiscard]] std::pair<pr_alloc_stats, pr_recycle_stats> stats() const {
    std::pair<pr_alloc_stats, pr_recycle_stats> out{};
    world_.look([&] { glue().stats(pool_, &out.first, &out.second); });
    return out;
  }
};

}  // namespace poolrace::pool::linux_tree
