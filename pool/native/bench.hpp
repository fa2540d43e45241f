// SPDX-License-Identifier: MIT
// What the put and alloc paths cost on this machine (pool/bench_paths.hpp), run as a softirq.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "pool/bench_paths.hpp"

namespace poolrace::pool::native {

// One pool, warm and ready, so that two of them can take turns.  The caller's thread lives in a
// ThreadScope meanwhile.
class PathBench {
 public:
  PathBench(std::string_view variant, BenchPath path);
  // Of a kernel tree, compiled for real threads into that folder.  TreeError.
  static PathBench of_tree(const std::string& folder, BenchPath path);
  PathBench(PathBench&&) noexcept;
  ~PathBench();
  // Of this thread's processor time, for a page allocated and put.
  double ns_per_page(std::uint64_t pages);

 private:
  struct Stage;
  struct VariantStage;
  struct TreeStage;
  explicit PathBench(std::unique_ptr<Stage> stage);
  std::unique_ptr<Stage> stage_;
};

}  // namespace poolrace::pool::native
