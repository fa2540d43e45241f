// SPDX-License-Identifier: MIT
// The memory models, and what a program says about the order of its accesses, in the kernel's words.
#pragma once

#include <cstdint>

namespace poolrace::sim {

enum class MemoryModel : std::uint8_t {
  sc,   // one access after the other
  tso,  // x86: a store may come after loads that follow it
  pso,  // and after stores to other places that follow it
  arm,  // near ARMv8: and a load before loads that it follows; never a store before a load
};

inline constexpr const char* memory_model_names[] = {"sc", "tso", "pso", "arm"};
// As in "all orders under …".
inline constexpr const char* memory_model_words[] = {"sequential consistency", "x86-TSO", "PSO",
                                                     "a memory near ARMv8"};
constexpr const char* words_of(MemoryModel model) {
  return memory_model_words[static_cast<int>(model)];
}

enum class Ordering : std::uint8_t {
  plain,    // as once here; only who looks for data races tells them apart
  once,     // READ_ONCE, WRITE_ONCE
  acquire,  // of a read, or the reading half of an update
  release,  // of a write, or the writing half
  relaxed,  // of an update that says no more
  full,     // of an update that returns a value: between two smp_mb()
};

enum class Fence : std::uint8_t { mb, wmb, rmb };

}  // namespace poolrace::sim
