// SPDX-License-Identifier: MIT
#include "models/dma/page_table.hpp"

#include "sim/errors.hpp"

namespace poolrace::models {

PageTable::PageTable(std::uint32_t space_pages)
    : space_pages_(space_pages),
      root_((space_pages + table_entries - 1) / table_entries, no_table) {}

bool PageTable::map(Iova iova, FrameId frame, Pfn pfn, std::uint32_t order) {
  const std::uint64_t first = page_of(iova);
  const std::uint32_t pages = 1u << order;
  check(order <= order_max, "mapping order out of range");
  check(iova % page_bytes == 0 && first + pages <= space_pages_,
        "mapping outside the IOVA space or not page aligned");
  for (std::uint32_t i = 0; i < pages; ++i)
    if (const Pte* pte = entry(first + i); pte != nullptr && pte->present) return false;
  for (std::uint32_t i = 0; i < pages; ++i)
    make_entry(first + i) = {frame, pfn + i, static_cast<std::uint16_t>(i),
                             static_cast<std::uint8_t>(order), true};
  ++live_;
  return true;
}

Pte PageTable::unmap(Iova iova) {
  const Pte was = lookup(iova);
  if (!was.present || was.page != 0) return {};
  for (std::uint32_t i = 0; i < 1u << was.order; ++i) *entry(page_of(iova) + i) = {};
  --live_;
  return was;
}

Pte PageTable::lookup(Iova iova) const {
  const std::uint64_t page = page_of(iova);
  if (page >= space_pages_) return {};
  const std::uint32_t table = root_[page / table_entries];
  return table == no_table ? Pte{} : tables_[table][page % table_entries];
}

Pte* PageTable::entry(std::uint64_t page) {
  const std::uint32_t table = root_[page / table_entries];
  return table == no_table ? nullptr : &tables_[table][page % table_entries];
}

Pte& PageTable::make_entry(std::uint64_t page) {
  std::uint32_t& table = root_[page / table_entries];
  if (table == no_table) {
    table = static_cast<std::uint32_t>(tables_.size());
    tables_.emplace_back();
  }
  return tables_[table][page % table_entries];
}

}  // namespace poolrace::models
