// SPDX-License-Identifier: MIT
// destroy against late puts on real threads, for a bounded time: pools are made, their pages are
// given to putters, and destroy runs while the putters put.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pool/native/report.hpp"

namespace poolrace::pool::native {

struct StressResult {
  std::uint64_t rounds = 0;
  std::uint64_t puts_during_destroy = 0;  // begun after destroy began, ended before it ended
  std::uint64_t stuck_pools = 0;          // not freed in a hundred looks of the worker
  std::uint64_t stuck_pages = 0, stuck_mappings = 0;
};

// A putter as a task, with bottom halves off, as a softirq, in that order; `reports` gets the
// kinds.
StressResult run_stress(std::string_view variant, double seconds, int putters, std::uint64_t seed,
                        Reports& reports);
// Of a kernel tree compiled for real threads into that folder.  What its code does to memory is seen
// by the sanitizer that it and this program are built with; its late writes to pages are not.
StressResult run_stress_of_tree(const std::string& folder, double seconds, int putters,
                                std::uint64_t seed, Reports& reports);

}  // namespace poolrace::pool::native
