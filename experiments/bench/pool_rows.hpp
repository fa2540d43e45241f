// SPDX-License-Identifier: MIT
// What rows of the pool's benchmark are made of, whoever asks for them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pool/bench_paths.hpp"

namespace poolrace::experiments {

inline constexpr const char* ns_a_page = "ns/page";

// "native/slow-dma/scan".
std::string row_name(const std::string& world, pool::BenchPath path, const std::string& last);
double median(std::vector<double> values);

// Simulated ns a page, on profile e5-1650-v4 without NIC and traffic, from a softirq or a task.
// None: the pool has too few pages to give.
std::optional<double> simulated_ns(const char* variant, pool::BenchPath path, bool softirq,
                                   std::uint64_t pages);

}  // namespace poolrace::experiments
