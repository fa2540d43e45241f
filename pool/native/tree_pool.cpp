// SPDX-License-Identifier: MIT
#include "pool/native/tree_pool.hpp"

#include <cstring>

#include "pool/linux/tree.hpp"

namespace poolrace::pool::native {

TreePool::TreePool(TreeWorld& world, Device& dev, const PoolParams& params, const Limits& limits)
    : world_(world), region_(world.p_, Region::pool) {
  world_.device_ = &dev;
  pr_params given{};
  given.flags = params.flags;
  given.order = params.order;
  given.pool_size = params.pool_size != 0 ? params.pool_size : limits.ring;
  given.max_len = params.max_len;
  given.offset = params.offset;
  given.nid = params.nid;
  given.dma_dir = static_cast<int>(params.dma_dir);  // the kernel's numbers are in our order
  given.dev = world_.device_struct_.data();
  given.napi = world_.napi_struct_.data();
  long error = 0;
  pool_ = world_.enter([&] { return glue().create(&given, &error); });
  if (pool_ == nullptr)
    throw linux_tree::TreeError("page_pool_create() of the tree fails with " +
                                std::to_string(error));
  const std::lock_guard guard(world_.mutex_);
  world_.pools_[pool_] = &region_;
}

TreePool::~TreePool() {
  world_.forget(pool_);
}

std::uint64_t TreePool::pass(std::uint64_t pages, bool allow_direct, bool shared) {
  const auto run = world_.object_->pass;
  return world_.enter([&] { return run(pool_, pages, allow_direct ? 1 : 0, shared ? 1 : 0); });
}

Page TreePool::alloc_pages() {
  return world_.page_of(world_.enter([&] { return glue().alloc_pages(pool_); }));
}

TreePool::Fragment TreePool::alloc_frag(std::uint32_t size_bytes) {
  unsigned int offset = 0;
  void* page = world_.enter([&] { return glue().alloc_frag(pool_, &offset, size_bytes); });
  return {world_.page_of(page), offset, size_bytes};
}

void TreePool::update_nid(int nid) {
  world_.enter([&] { glue().update_nid(pool_, nid); });
}

void TreePool::put_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) {
  void* at = world_.struct_of(page);
  world_.enter([&] { glue().put_page(pool_, at, dma_sync_size, allow_direct ? 1 : 0); });
}

void TreePool::put_page_bulk(std::vector<Page> pages) {
  std::vector<void*> structs;
  for (const Page page : pages) structs.push_back(world_.struct_of(page));
  world_.enter(
      [&] { glue().put_page_bulk(pool_, structs.data(), static_cast<int>(structs.size())); });
}

void TreePool::fragment_page(Page page, std::int64_t count) {
  void* at = world_.struct_of(page);
  world_.enter([&] { glue().fragment_page(at, count); });
}

bool TreePool::unref_page(Page page, std::int64_t count) {
  void* at = world_.struct_of(page);
  return world_.enter([&] { return glue().unref_page(at, count); }) == 0;
}

void TreePool::put_unrefed_page(Page page, std::uint32_t dma_sync_size, bool allow_direct) {
  void* at = world_.struct_of(page);
  world_.enter([&] { glue().put_unrefed_page(pool_, at, dma_sync_size, allow_direct ? 1 : 0); });
}

bool TreePool::skb_put_page(Page page) {
  void* at = world_.struct_of(page);
  return world_.enter([&] { return glue().skb_put_page(at); }) != 0;
}

void TreePool::destroy() {
  world_.enter([&] { glue().destroy(pool_); });
}

AllocStats TreePool::alloc_stats() const {
  pr_alloc_stats alloc{};
  pr_recycle_stats recycle{};
  glue().stats(pool_, &alloc, &recycle);
  return {alloc.fast, alloc.slow, alloc.slow_high_order, alloc.empty, alloc.refill, alloc.waive};
}

RecycleStats TreePool::recycle_stats() const {
  pr_alloc_stats alloc{};
  pr_recycle_stats recycle{};
  glue().stats(pool_, &alloc, &recycle);
  return {recycle.cached, recycle.cache_full, recycle.ring, recycle.ring_full,
          recycle.released_refcnt};
}

int TreePool::peek_inflight() const {
  pr_seen seen{};
  glue().look(pool_, &seen);
  return static_cast<int>(*seen.hold_cnt - static_cast<unsigned int>(*seen.release_cnt));
}

bool TreePool::peek_owns(Page page) const {
  const void* owner = nullptr;
  std::memcpy(&owner, static_cast<char*>(world_.struct_of(page)) + glue().page->pp, sizeof owner);
  return owner == pool_;
}

}  // namespace poolrace::pool::native
