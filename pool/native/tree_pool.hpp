// SPDX-License-Identifier: MIT
// A tree's pool on real threads, each call inside of its object.
// Left out: fragments of the pool's own, netlink's list, what onlookers ask about order.
#pragma once

#include "pool/native/tree.hpp"

namespace poolrace::pool::native {

class TreePool final : public linux_tree::GluePool<Page, TreeWorld> {
 public:
  // TreeError: the tree's create fails.
  TreePool(TreeWorld& world, Device& dev, const PoolParams& params, const Limits& limits);
  ~TreePool() override;
  TreePool(const TreePool&) = delete;
  TreePool& operator=(const TreePool&) = delete;
  // Allocates and puts, as a driver's poll does; how many pages were to be had.
  std::uint64_t pass(std::uint64_t pages, bool allow_direct, bool shared);

  Fragment alloc(std::uint32_t size_bytes) override { return alloc_frag(size_bytes); }
  void use_xdp_mem(std::function<void()>) override {}

  [[nodiscard]] bool peek_owns(Page page) const override;
  [[nodiscard]] std::vector<Page> peek_ring() const override { return {}; }
  [[nodiscard]] std::vector<Page> peek_cache() const override { return {}; }
  [[nodiscard]] std::vector<NamedValue> peek_words() const override { return {}; }
  [[nodiscard]] std::vector<std::uint64_t> peek_progress() const override { return {}; }

 private:
  NativePlatform::Region region_;
};

}  // namespace poolrace::pool::native
