// SPDX-License-Identifier: MIT
// What the put and alloc paths cost on this machine (pool/bench_paths.hpp), run as a softirq.
#pragma once

#include <cstdint>
#include <string_view>

#include "pool/bench_paths.hpp"

namespace poolrace::pool::native {

// ns of this thread's processor time for a page allocated and put, after a warm-up of a tenth.
double bench_path(std::string_view variant, BenchPath path, std::uint64_t loops);

}  // namespace poolrace::pool::native
