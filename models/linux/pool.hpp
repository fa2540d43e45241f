// SPDX-License-Identifier: MIT
// A pool of a kernel tree, as the driver and whoever holds its pages see it.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/linux/stage.hpp"
#include "models/variants.hpp"
#include "pool/linux/glue_pool.hpp"

namespace poolrace::models::linux_tree {

class TreePool final : public pool::linux_tree::GluePool<Page, Stage> {
 public:
  TreePool(std::shared_ptr<Stage> stage, Napi* napi, const pool::PoolParams& params,
           const pool::Limits& limits);

  Fragment alloc(std::uint32_t size_bytes) override;
  void use_xdp_mem(std::function<void()> disconnect) override;

  [[nodiscard]] bool peek_owns(Page page) const override;
  [[nodiscard]] std::vector<Page> peek_ring() const override;
  [[nodiscard]] std::vector<Page> peek_cache() const override;
  [[nodiscard]] std::vector<NamedValue> peek_words() const override;
  [[nodiscard]] std::vector<std::uint64_t> peek_progress() const override;

 private:
  [[nodiscard]] pr_seen look() const override;

  std::shared_ptr<Stage> stage_;
  MachinePlatform::Region region_;
};

}  // namespace poolrace::models::linux_tree
