// SPDX-License-Identifier: MIT
// What the put and alloc paths cost on this machine: the paths of the kernel's
// bench_page_pool_simple, run as a softirq, and the slow one again with DMA.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace poolrace::pool::native {

struct BenchResult {
  std::string variant;
  std::string path;  // fast, ptr_ring, slow, slow-dma
  double ns;         // per page allocated and put, the best of the repetitions
};

inline constexpr const char* bench_paths[] = {"fast", "ptr_ring", "slow", "slow-dma"};

std::vector<BenchResult> run_bench(std::uint64_t loops, int repetitions = 5);

}  // namespace poolrace::pool::native
