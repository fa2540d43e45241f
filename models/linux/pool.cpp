// SPDX-License-Identifier: MIT
#include "models/linux/pool.hpp"

#include <array>

#include "sim/errors.hpp"

namespace poolrace::models::linux_tree {

namespace {

pr_params params_of(Stage& stage, Napi* napi, const pool::PoolParams& params,
                    const pool::Limits& limits) {
  static constexpr int directions[] = {0, 1, 2};  // the kernel's numbers are in our order
  pr_params out{};
  out.flags = params.flags;
  out.order = params.order;
  out.pool_size = params.pool_size != 0 ? params.pool_size : limits.ring;
  out.max_len = params.max_len;
  out.offset = params.offset;
  out.nid = params.nid;
  out.dma_dir = directions[static_cast<int>(params.dma_dir)];
  out.dev = stage.device_struct();
  out.napi = stage.napi_struct(napi);
  return out;
}

}  // namespace

TreePool::TreePool(std::shared_ptr<Stage> stage, Napi* napi, const pool::PoolParams& params,
                   const pool::Limits& limits)
    : stage_(std::move(stage)), region_(stage_->platform(), Region::pool) {
  const pr_params given = params_of(*stage_, napi, params, limits);
  long error = 0;
  pool_ = stage_->enter([&] { return glue().create(&given, &error); });
  if (pool_ == nullptr)
    throw ConfigError("page_pool_create() of the tree fails with " + std::to_string(error));
  glue().ring_batch(pool_, static_cast<int>(limits.ring_batch));
  stage_->is_pool(pool_, region_);
}

Page TreePool::alloc_pages() {
  return stage_->page_of(stage_->enter([&] { return glue().alloc_pages(pool_); }));
}

TreePool::Fragment TreePool::alloc_frag(std::uint32_t size_bytes) {
  unsigned int offset = 0;
  void* page = stage_->enter([&] { return glue().alloc_frag(pool_, &offset, size_bytes); });
  return {stage_->page_of(page), offset, size_bytes};
}

TreePool::Fragment TreePool::alloc(std::uint32_t size_bytes) {
  if (2 * static_cast<std::uint64_t>(size_bytes) > page_bytes)
    return {alloc_pages(), 0, page_bytes};
  return alloc_frag(size_bytes);
}

void TreePool::update_nid(int nid) {
  stage_->enter([&] { glue().update_nid(pool_, nid); });
}

void TreePool::put_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) {
  void* at = stage_->struct_of(page);
  stage_->enter([&] { glue().put_page(pool_, at, dma_sync_size, allow_direct ? 1 : 0); });
}

// The array is on this stack: nobody else's business.
void TreePool::put_page_bulk(std::vector<Page> pages) {
  std::array<void*, 64> structs;
  for (std::size_t first = 0; first < pages.size(); first += structs.size()) {
    const std::size_t count = std::min(structs.size(), pages.size() - first);
    for (std::size_t i = 0; i < count; ++i) structs[i] = stage_->struct_of(pages[first + i]);
    stage_->enter([&] { glue().put_page_bulk(pool_, structs.data(), static_cast<int>(count)); });
  }
}

void TreePool::fragment_page(Page page, std::int64_t count) {
  void* at = stage_->struct_of(page);
  stage_->enter([&] { glue().fragment_page(at, count); });
}

bool TreePool::unref_page(Page page, std::int64_t count) {
  void* at = stage_->struct_of(page);
  return stage_->enter([&] { return glue().unref_page(at, count); }) == 0;
}

void TreePool::put_unrefed_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) {
  void* at = stage_->struct_of(page);
  stage_->enter([&] { glue().put_unrefed_page(pool_, at, dma_sync_size, allow_direct ? 1 : 0); });
}

bool TreePool::skb_put_page(Page page) {
  void* at = stage_->struct_of(page);
  return stage_->enter([&] { return glue().skb_put_page(at); }) != 0;
}

void TreePool::use_xdp_mem(std::function<void()> disconnect) {
  stage_->when_disconnected(pool_, std::move(disconnect));
  stage_->enter([&] { glue().use_xdp_mem(pool_, Stage::disconnect); });
}

void TreePool::destroy() {
  stage_->enter([&] { glue().destroy(pool_); });
}

// ---- from outside -------------------------------------------------------------------------------

pr_seen TreePool::look() const {
  pr_seen seen{};
  stage_->look([&] { glue().look(pool_, &seen); });
  stage_->shorten(seen);
  return seen;
}

pool::AllocStats TreePool::alloc_stats() const {
  pr_alloc_stats alloc{};
  pr_recycle_stats recycle{};
  stage_->look([&] { glue().stats(pool_, &alloc, &recycle); });
  return {alloc.fast, alloc.slow, alloc.slow_high_order, alloc.empty, alloc.refill, alloc.waive};
}

pool::RecycleStats TreePool::recycle_stats() const {
  pr_alloc_stats alloc{};
  pr_recycle_stats recycle{};
  stage_->look([&] { glue().stats(pool_, &alloc, &recycle); });
  return {recycle.cached, recycle.cache_full, recycle.ring, recycle.ring_full,
          recycle.released_refcnt};
}

int TreePool::peek_inflight() const {
  const pr_seen seen = look();
  return static_cast<int>(*seen.hold_cnt - static_cast<unsigned int>(*seen.release_cnt));
}

bool TreePool::peek_owns(Page page) const {
  return page.pp().peek() == pool_;
}

std::vector<Page> TreePool::peek_ring() const {
  const pr_seen seen = look();
  std::vector<Page> pages;
  for (int i = 0; i < seen.ring_size; ++i)
    if (const Page page = stage_->page_of(seen.ring[(seen.ring_head + i) % seen.ring_size]))
      pages.push_back(page);
  return pages;
}

std::vector<Page> TreePool::peek_cache() const {
  const pr_seen seen = look();
  std::vector<Page> pages;
  for (unsigned int i = 0; i < seen.cache_count; ++i)
    pages.push_back(stage_->page_of(seen.cache[i]));
  return pages;
}

std::vector<TreePool::NamedValue> TreePool::peek_words() const {
  const pr_seen seen = look();
  return {{"p.napi", seen.has_napi != 0 ? "set" : "NULL"},
          {"dma_sync", seen.dma_sync != 0 ? "true" : "false"},
          {"hold_cnt", std::to_string(*seen.hold_cnt)},
          {"release_cnt", std::to_string(*seen.release_cnt)},
          {"user_cnt", std::to_string(seen.user_cnt)},
          {"destroy_cnt", std::to_string(seen.destroy_cnt)}};
}

std::vector<std::uint64_t> TreePool::peek_progress() const {
  const pr_seen seen = look();
  std::vector<std::uint64_t> objects{stage_->byte_object(seen.release_cnt)};
  for (int i = 0; i < seen.ring_size; ++i) objects.push_back(stage_->byte_object(seen.ring + i));
  return objects;
}

}  // namespace poolrace::models::linux_tree
