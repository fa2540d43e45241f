// SPDX-License-Identifier: MIT
// The tree is a bitmap: what counts is which address comes next and how long the lock is held.
#include "models/dma/iova.hpp"

#include <algorithm>
#include <utility>

#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

constexpr std::uint32_t word_bits = 64;
constexpr std::uint64_t all_ones = ~std::uint64_t{0};

// Bits of one word that [page, page + 2^order) covers, page being aligned to its size.
std::uint64_t word_mask(Pfn page, std::uint32_t order) {
  if (order >= 6) return all_ones;
  return ((std::uint64_t{1} << (1u << order)) - 1) << (page % word_bits);
}

// Words that an aligned range covers: one, or a whole number.
std::uint32_t word_count(std::uint32_t order) {
  return order <= 6 ? 1u : 1u << (order - 6);
}

bool range_clear(const std::vector<std::uint64_t>& bits, Pfn page, std::uint32_t order) {
  const std::uint64_t mask = word_mask(page, order);
  for (std::uint32_t i = 0; i < word_count(order); ++i)
    if ((bits[page / word_bits + i] & mask) != 0) return false;
  return true;
}

bool range_set(const std::vector<std::uint64_t>& bits, Pfn page, std::uint32_t order) {
  const std::uint64_t mask = word_mask(page, order);
  for (std::uint32_t i = 0; i < word_count(order); ++i)
    if ((bits[page / word_bits + i] & mask) != mask) return false;
  return true;
}

void flip_range(std::vector<std::uint64_t>& bits, Pfn page, std::uint32_t order) {
  const std::uint64_t mask = word_mask(page, order);
  for (std::uint32_t i = 0; i < word_count(order); ++i) bits[page / word_bits + i] ^= mask;
}

// Takes a lock that is held for `hold`; returns the time until it is given back, waiting included.
Ps pass_lock(Ps& busy_until, Ps now, Ps hold) {
  busy_until = std::max(now, busy_until) + hold;
  return busy_until - now;
}

}  // namespace

IovaAllocator::IovaAllocator(const IovaParams& params) : params_(params) {
  check(params.cpus >= 1, "the IOVA allocator needs a CPU");
  check(params.space_pages >= 64 && params.space_pages % word_bits == 0,
        "the IOVA space is a multiple of 64 pages");
  classes_.resize(std::size_t{params.cpus} * cached_orders);
  tree_bits_.resize(params.space_pages / word_bits);
  live_bits_.resize(params.space_pages / word_bits);
  tree_bits_[0] = 1;  // address 0 means failure
  cursor_ = params.space_pages;
}

IovaAlloc IovaAllocator::alloc(CpuId cpu, std::uint32_t order, Ps now, std::uint32_t pick) {
  check(order <= order_max, "IOVA order out of range");
  if (order >= cached_orders) return alloc_from_tree(order, now);
  CpuClass& own = cpu_class(cpu, order);
  if (pick > 0 && pick >= count(own.loaded)) return alloc_from_tree(order, now);
  if (count(own.loaded) == 0) std::swap(own.loaded, own.previous);
  if (count(own.loaded) > 0) {
    const Pfn page = take(magazines_[own.loaded], pick);
    return hand_out(page, order, params_.cached_ps, IovaSource::cached);
  }
  Depot& depot = depots_[order];
  if (depot.full.empty()) return alloc_from_tree(order, now);
  if (own.loaded != no_magazine) spare_.push_back(own.loaded);
  own.loaded = depot.full.back();
  depot.full.pop_back();
  const Ps waited = pass_lock(depot.busy_until, now, params_.depot_ps);
  const Pfn page = take(magazines_[own.loaded], 0);
  return hand_out(page, order, waited + params_.cached_ps, IovaSource::depot);
}

Ps IovaAllocator::free(CpuId cpu, Iova iova, std::uint32_t order, Ps now) {
  const std::uint64_t wide = page_of(iova);
  check(order <= order_max && wide > 0 && wide + (1u << order) <= params_.space_pages &&
            wide % (1u << order) == 0,
        "IOVA freed outside the space, or not aligned to its size");
  const Pfn page = static_cast<Pfn>(wide);
  check(range_set(live_bits_, page, order), "IOVA freed twice, or never handed out");
  flip_range(live_bits_, page, order);
  --live_;
  if (order >= cached_orders) {
    tree_erase(page, order);
    return pass_lock(tree_busy_until_, now, params_.tree_free_ps);
  }
  CpuClass& own = cpu_class(cpu, order);
  const Ps waited = make_room(own, order, now);
  Magazine& loaded = magazines_[own.loaded];
  loaded.pages[loaded.count++] = page;
  return waited + params_.cached_ps;
}

std::uint32_t IovaAllocator::reusable(CpuId cpu, std::uint32_t order) const {
  if (order >= cached_orders) return 0;
  check(cpu < params_.cpus, "CPU number out of range");
  return count(classes_[std::size_t{cpu} * cached_orders + order].loaded);
}

IovaAllocator::CpuClass& IovaAllocator::cpu_class(CpuId cpu, std::uint32_t order) {
  check(cpu < params_.cpus, "CPU number out of range");
  return classes_[std::size_t{cpu} * cached_orders + order];
}

std::uint32_t IovaAllocator::count(std::uint32_t magazine) const {
  return magazine == no_magazine ? 0 : magazines_[magazine].count;
}

Pfn IovaAllocator::take(Magazine& magazine, std::uint32_t pick) {
  const std::uint32_t at = magazine.count - 1 - pick;
  const Pfn page = magazine.pages[at];
  const auto picked = magazine.pages.begin() + at;
  std::copy(picked + 1, magazine.pages.begin() + magazine.count, picked);
  --magazine.count;
  return page;
}

IovaAlloc IovaAllocator::hand_out(Pfn page, std::uint32_t order, Ps cost, IovaSource from) {
  check(range_clear(live_bits_, page, order), "the IOVA allocator hands out a live address");
  flip_range(live_bits_, page, order);
  ++live_;
  return {address_of(page), cost, from};
}

// Leaves a loaded magazine with a free place; returns the time spent on the depot's or tree's lock.
Ps IovaAllocator::make_room(CpuClass& own, std::uint32_t order, Ps now) {
  if (own.loaded == no_magazine) own.loaded = new_magazine();
  if (count(own.loaded) < magazine_size) return 0;
  if (own.previous == no_magazine) own.previous = new_magazine();
  if (count(own.previous) < magazine_size) {
    std::swap(own.loaded, own.previous);
    return 0;
  }
  Depot& depot = depots_[order];
  Ps waited = pass_lock(depot.busy_until, now, params_.depot_ps);
  if (depot.full.size() < params_.depot_magazines_max) {
    depot.full.push_back(own.loaded);
  } else {
    spill(own.loaded, order);
    waited += pass_lock(tree_busy_until_, now + waited, magazine_size * params_.tree_free_ps);
  }
  own.loaded = new_magazine();
  return waited;
}

void IovaAllocator::spill(std::uint32_t magazine, std::uint32_t order) {
  Magazine& m = magazines_[magazine];
  for (std::uint32_t i = 0; i < m.count; ++i) tree_erase(m.pages[i], order);
  m.count = 0;
  spare_.push_back(magazine);
}

void IovaAllocator::spill_everything() {
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    const auto order = static_cast<std::uint32_t>(i % cached_orders);
    for (std::uint32_t* m : {&classes_[i].loaded, &classes_[i].previous}) {
      if (*m != no_magazine) spill(*m, order);
      *m = no_magazine;
    }
  }
  for (std::uint32_t order = 0; order < cached_orders; ++order) {
    for (std::uint32_t m : depots_[order].full) spill(m, order);
    depots_[order].full.clear();
  }
}

std::uint32_t IovaAllocator::new_magazine() {
  if (spare_.empty()) {
    magazines_.emplace_back();
    return static_cast<std::uint32_t>(magazines_.size() - 1);
  }
  const std::uint32_t magazine = spare_.back();
  spare_.pop_back();
  return magazine;
}

IovaAlloc IovaAllocator::alloc_from_tree(std::uint32_t order, Ps now) {
  Ps cost = pass_lock(tree_busy_until_, now, params_.tree_ps);
  Pfn page = tree_insert(order);
  if (page == 0) {  // as Linux: give every CPU's magazines back to the tree and try once more
    spill_everything();
    cost += pass_lock(tree_busy_until_, now + cost, params_.tree_ps);
    page = tree_insert(order);
  }
  if (page == 0) return {0, cost, IovaSource::none};
  return hand_out(page, order, cost, IovaSource::tree);
}

Pfn IovaAllocator::tree_insert(std::uint32_t order) {
  if (tree_pages_ + (1u << order) >= params_.space_pages) return 0;  // full, page 0 left out
  Pfn page = search_below(cursor_, order);
  if (page == 0) page = search_below(params_.space_pages, order);
  if (page == 0) return 0;
  flip_range(tree_bits_, page, order);
  tree_pages_ += 1u << order;
  cursor_ = page;
  return page;
}

// Highest free aligned range below `limit`; 0 if there is none (page 0 is never free).
Pfn IovaAllocator::search_below(std::uint32_t limit, std::uint32_t order) const {
  const std::uint32_t size = 1u << order;
  std::uint32_t end = limit & ~(size - 1);
  while (end >= size) {
    const Pfn page = end - size;
    if (range_clear(tree_bits_, page, order)) return page;
    const bool full_word = tree_bits_[page / word_bits] == all_ones;
    end = full_word && size < word_bits ? page / word_bits * word_bits : page;
  }
  return 0;
}

// Freeing at or above the cursor lets the next search begin at the end of the gap it made.
void IovaAllocator::tree_erase(Pfn page, std::uint32_t order) {
  check(range_set(tree_bits_, page, order), "IOVA range is not in the tree");
  flip_range(tree_bits_, page, order);
  tree_pages_ -= 1u << order;
  if (page < cursor_) return;
  std::uint32_t end = page + (1u << order);
  while (end < params_.space_pages && (tree_bits_[end / word_bits] >> (end % word_bits) & 1) == 0)
    end += tree_bits_[end / word_bits] == 0 && end % word_bits == 0 ? word_bits : 1;
  cursor_ = end;
}

}  // namespace poolrace::models
