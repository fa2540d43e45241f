// SPDX-License-Identifier: MIT
// What rows of the pool's benchmark are made of, whoever asks for them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/bench/bench.hpp"
#include "models/parameters.hpp"
#include "pool/bench_paths.hpp"

namespace poolrace::experiments {

inline constexpr const char* ns_a_page = "ns/page";

// "native/slow-dma/scan".
std::string row_name(const std::string& world, pool::BenchPath path, const std::string& last);
double median(std::vector<double> values);

// The machine on which the published rows were measured, and that is simulated if nobody asks for
// another.  ConfigError of a profile or a setting that is none.
inline constexpr const char* published_profile = "e5-1650-v4";
models::Parameters simulated_machine(const BenchOptions& options);
bool is_published_machine(const BenchOptions& options);
std::string simulated_on(const BenchOptions& options);  // "profile x86-server, atomic_ns=9"

// Simulated ns a page, without NIC and traffic, from a softirq or a task.  None: the pool has too
// few pages to give.
std::optional<double> simulated_ns(const models::Parameters& machine, const char* variant,
                                   pool::BenchPath path, bool softirq, std::uint64_t pages);

}  // namespace poolrace::experiments
