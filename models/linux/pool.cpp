// SPDX-License-Identifier: MIT
#include "models/linux/pool.hpp"

#include <string>

#include "sim/errors.hpp"

namespace poolrace::models::linux_tree {

TreePool::TreePool(std::shared_ptr<Stage> stage, Napi* napi, const pool::PoolParams& params,
                   const pool::Limits& limits)
    : GluePool(*stage), stage_(std::move(stage)), region_(stage_->platform(), Region::pool) {
  long error = 0;
  void* napi_struct = stage_->napi_struct(napi);
  if (create(pool::linux_tree::params_of(params, limits, stage_->device_struct(), napi_struct),
             error) == nullptr)
    throw ConfigError("page_pool_create() of the tree fails with " + std::to_string(error));
  glue().ring_batch(pool_, static_cast<int>(limits.ring_batch));
  stage_->is_pool(pool_, region_);
}

TreePool::Fragment TreePool::alloc(std::uint32_t size_bytes) {
  if (2 * static_cast<std::uint64_t>(size_bytes) > page_bytes)
    return {alloc_pages(), 0, page_bytes};
  return alloc_frag(size_bytes);
}

void TreePool::use_xdp_mem(std::function<void()> disconnect) {
  stage_->when_disconnected(pool_, std::move(disconnect));
  stage_->enter([&] { glue().use_xdp_mem(pool_, Stage::disconnect); });
}

// ---- from outside -------------------------------------------------------------------------------

// Onlookers see no more than is there.
pr_seen TreePool::look() const {
  pr_seen seen = GluePool::look();
  stage_->shorten(seen);
  return seen;
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
