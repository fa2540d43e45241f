// SPDX-License-Identifier: MIT
// What the page walkers remember of the levels above the leaf: by level the tables that they went
// through last, an entry a 2-MB, 1-GB or 512-GB piece of the address space.  A walk reads every
// level whose table it has to find anew, from the lowest that is remembered down.
// Mirrors VT-d's paging-structure caches and the walk caches of an SMMU; an unmap that invalidates
// more than the leaf empties them for its address, and the next walk is longer (F&S, hardware.md
// §2).  Leaves out: entries shared by levels, and a walker that looks while another one fills.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace poolrace::models {

class WalkCache {
 public:
  explicit WalkCache(std::uint32_t entries_a_level) : entries_(entries_a_level) {}

  // How many levels above the leaf this walk reads (0 to 3); they are remembered from then on.
  std::uint32_t walk(std::uint64_t page);
  void forget(std::uint64_t page);  // the entries on the way to it
  void forget_all();

 private:
  static constexpr std::array<std::uint32_t, 3> shifts{9, 18, 27};  // pages below an entry
  std::uint32_t entries_;
  std::array<std::vector<std::uint64_t>, 3> levels_;  // most recently used last
};

}  // namespace poolrace::models
