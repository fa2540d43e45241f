// SPDX-License-Identifier: MIT
// LRU as a doubly linked list threaded through the entry array; a small open-addressing index from
// page to entry, at most a quarter full, with backward-shift deletion.
#include "models/dma/iotlb.hpp"

#include <algorithm>

#include "sim/errors.hpp"

namespace poolrace::models {

Iotlb::Iotlb(const IotlbParams& params) : params_(params), upper_(params.upper_entries) {
  check(params.entries >= 1 && params.walkers >= 1, "an IOTLB needs an entry and a walker");
  entries_.resize(params.entries);
  for (std::uint32_t i = 0; i < params.entries; ++i)
    entries_[i].older = i + 1 < params.entries ? i + 1 : nil;
  free_ = 0;
  index_bits_ = 2;
  while ((std::uint64_t{1} << index_bits_) < 4 * std::uint64_t{params.entries}) ++index_bits_;
  index_.assign(std::size_t{1} << index_bits_, nil);
  walker_free_at_.assign(params.walkers, 0);
}

Translation Iotlb::translate(Iova iova, const PageTable& table, Ps now) {
  const std::uint64_t page = page_of(iova);
  if (const std::uint32_t slot = find(page); slot != nil) {
    ++hits_;
    unlink(slot);
    link_newest(slot);
    return serve(entries_[slot], table, now);
  }
  ++misses_;
  const Ps walked_at = walk(page, now);
  const Pte pte = table.lookup(iova);
  Translation result;
  result.done_at = walked_at;
  if (!pte.present) {
    ++faults_;
    result.fault = true;
    return result;
  }
  const std::uint32_t slot = take_slot();
  Entry& entry = entries_[slot];
  entry.page = page;
  entry.pte = pte;
  entry.ready_at = walked_at;
  index_insert(slot);
  link_newest(slot);
  result.frame = pte.frame;
  result.pfn = pte.pfn;
  result.page = pte.page;
  return result;
}

Translation Iotlb::serve(Entry& entry, const PageTable& table, Ps now) {
  const Pte pte = table.lookup(address_of(entry.page));
  Translation result;
  result.frame = entry.pte.frame;
  result.pfn = entry.pte.pfn;
  result.page = entry.pte.page;
  result.hit = true;
  result.stale = !pte.present || pte.frame != entry.pte.frame || pte.pfn != entry.pte.pfn;
  result.done_at = std::max(now + params_.hit_ps, entry.ready_at);
  return result;
}

// The walker that is free first takes the walk; which one of equals does not show.
Ps Iotlb::walk(std::uint64_t page, Ps now) {
  const std::uint32_t levels = upper_.walk(page);
  levels_read_ += levels;
  Ps& free_at = *std::min_element(walker_free_at_.begin(), walker_free_at_.end());
  free_at = std::max(free_at, now) + params_.walk_ps + levels * params_.level_ps;
  return free_at;
}

void Iotlb::invalidate(Iova iova, std::uint32_t order, bool leaf) {
  for (std::uint32_t i = 0; i < 1u << order; ++i) {
    if (const std::uint32_t slot = find(page_of(iova) + i); slot != nil) drop(slot);
    if (!leaf) upper_.forget(page_of(iova) + i);
  }
}

void Iotlb::invalidate_all() {
  while (oldest_ != nil) drop(oldest_);
  upper_.forget_all();
}

Ps Iotlb::drained_at(Iova iova, std::uint32_t order) const {
  Ps at = 0;
  for (std::uint32_t i = 0; i < 1u << order; ++i)
    if (const std::uint32_t slot = find(page_of(iova) + i); slot != nil)
      at = std::max(at, entries_[slot].ready_at);
  return at;
}

Ps Iotlb::all_drained_at() const {
  return *std::max_element(walker_free_at_.begin(), walker_free_at_.end());
}

std::uint32_t Iotlb::take_slot() {
  if (free_ == nil) drop(oldest_);
  const std::uint32_t slot = free_;
  free_ = entries_[slot].older;
  ++used_;
  return slot;
}

void Iotlb::drop(std::uint32_t slot) {
  index_erase(entries_[slot].page);
  unlink(slot);
  entries_[slot].older = free_;
  free_ = slot;
  --used_;
}

void Iotlb::link_newest(std::uint32_t slot) {
  entries_[slot].newer = nil;
  entries_[slot].older = newest_;
  if (newest_ != nil)
    entries_[newest_].newer = slot;
  else
    oldest_ = slot;
  newest_ = slot;
}

void Iotlb::unlink(std::uint32_t slot) {
  const Entry& entry = entries_[slot];
  (entry.newer == nil ? newest_ : entries_[entry.newer].older) = entry.older;
  (entry.older == nil ? oldest_ : entries_[entry.older].newer) = entry.newer;
}

std::uint32_t Iotlb::home(std::uint64_t page) const {
  return static_cast<std::uint32_t>((page * 0x9E3779B97F4A7C15u) >> (64 - index_bits_));
}

std::uint32_t Iotlb::find(std::uint64_t page) const {
  const auto mask = static_cast<std::uint32_t>(index_.size() - 1);
  for (std::uint32_t at = home(page);; at = (at + 1) & mask) {
    if (index_[at] == nil) return nil;
    if (entries_[index_[at]].page == page) return index_[at];
  }
}

void Iotlb::index_insert(std::uint32_t slot) {
  const auto mask = static_cast<std::uint32_t>(index_.size() - 1);
  std::uint32_t at = home(entries_[slot].page);
  while (index_[at] != nil) at = (at + 1) & mask;
  index_[at] = slot;
}

void Iotlb::index_erase(std::uint64_t page) {
  const auto mask = static_cast<std::uint32_t>(index_.size() - 1);
  std::uint32_t hole = home(page);
  while (entries_[index_[hole]].page != page) hole = (hole + 1) & mask;
  for (std::uint32_t at = (hole + 1) & mask; index_[at] != nil; at = (at + 1) & mask) {
    const std::uint32_t from = home(entries_[index_[at]].page);
    if (((at - from) & mask) < ((at - hole) & mask)) continue;  // would move before its home
    index_[hole] = index_[at];
    hole = at;
  }
  index_[hole] = nil;
}

}  // namespace poolrace::models
