// SPDX-License-Identifier: MIT
// The I/O page table: which frame a device address reaches now.  Tables of 512 entries under one
// root, made on first touch and kept, as a real one.  Only 4-KB leaf entries; a mapping of order n
// is 2^n of them, put in and taken out together.  Leaves out: super-pages, permissions, the cost of
// levels (the walk is one parameter of the IOTLB), freeing of empty tables, partial unmaps.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/ids.hpp"

namespace poolrace::models {

struct Pte {
  FrameId frame = no_frame;  // as given to map(): the head of a compound page
  Pfn pfn = 0;               // of this 4-KB page
  std::uint16_t page = 0;    // which 4-KB page of the mapping this is
  std::uint8_t order = 0;
  bool present = false;
};

class PageTable {
 public:
  explicit PageTable(std::uint32_t space_pages);

  // False, and nothing changed, if any of its pages is mapped already (Linux: -EEXIST and a WARN).
  bool map(Iova iova, FrameId frame, Pfn pfn, std::uint32_t order);
  // Clears the mapping whose first page this is and returns what that page's entry was; absent, and
  // nothing changed, if there is none.
  Pte unmap(Iova iova);
  // Any page of a mapping; absent for addresses outside the space.
  Pte lookup(Iova iova) const;

  std::uint64_t live() const { return live_; }  // mappings, not pages

 private:
  static constexpr std::uint32_t table_entries = 512;
  static constexpr std::uint32_t no_table = ~0u;
  using Table = std::array<Pte, table_entries>;

  Pte* entry(std::uint64_t page);
  Pte& make_entry(std::uint64_t page);

  std::uint32_t space_pages_;
  std::vector<std::uint32_t> root_;
  std::vector<Table> tables_;
  std::uint64_t live_ = 0;
};

}  // namespace poolrace::models
