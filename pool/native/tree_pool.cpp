// SPDX-License-Identifier: MIT
#include "pool/native/tree_pool.hpp"

#include <cstring>

#include "pool/linux/tree.hpp"

namespace poolrace::pool::native {

TreePool::TreePool(TreeWorld& world, Device& dev, const PoolParams& params, const Limits& limits)
    : GluePool(world), region_(world.p_, Region::pool) {
  world_.device_ = &dev;
  long error = 0;
  if (create(linux_tree::params_of(params, limits, world_.device_struct_.data(),
                                   world_.napi_struct_.data()),
             error) == nullptr)
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

bool TreePool::peek_owns(Page page) const {
  const void* owner = nullptr;
  std::memcpy(&owner, static_cast<char*>(world_.struct_of(page)) + glue().page->pp, sizeof owner);
  return owner == pool_;
}

}  // namespace poolrace::pool::native
