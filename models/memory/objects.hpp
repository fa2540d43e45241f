// SPDX-License-Identifier: MIT
// The things of the machine that a visible step can touch, as the explorer numbers them.  Coarse
// where it costs little: a whole IOTLB, a CPU's list of free pages.
#pragma once

#include <cstdint>

namespace poolrace::models {

enum class Object : std::uint8_t {
  word,          // by number in the order of creation, as regions
  region,        // a struct's lifetime
  plain,         // data of the pool that is no word, by number in the order of creation
  lock,          // by number of its word
  frame,         // a page's life: who owns it now
  frame_map,     // a page's mapping, by frame
  address,       // what a DMA address leads to, by IOVA page
  lines,         // a page's lines in the non-coherent cache
  page_list,     // the page allocator's list, by CPU
  iova_list,     // the IOVA allocator's magazine, by CPU
  shared_lists,  // what stands behind the lists of the CPUs
  iotlb,
  flush_queue,
  bounce_slots,
  device,    // its phases: bound, ops, group
  cpu,       // who has the CPU: a task, or an interrupt
  reader,    // a context's RCU nesting
  left,      // that it left a read section
  work,      // that work was scheduled, or has something new to look at
  changes,   // 0: how many words that the worker looks at changed; n: that the nth did
  posted,    // n: that the nth buffer is posted
  holder,    // that the late holder may let go
  tracker,   // how many entries the tracking memory has room for
  pool_end,  // that the pool is gone
  through,   // that a context is through, by id
};

// Words of a kernel tree's pool, by byte, apart from the machine's own.
inline constexpr std::uint64_t tree_words = 1ULL << 55;

constexpr std::uint64_t object(Object kind, std::uint64_t number) {
  return (static_cast<std::uint64_t>(kind) << 56) | (number & 0x00ff'ffff'ffff'ffffULL);
}

constexpr Object kind_of(std::uint64_t object) {
  return static_cast<Object>(object >> 56);
}

}  // namespace poolrace::models
