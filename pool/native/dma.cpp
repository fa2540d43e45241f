// SPDX-License-Identifier: MIT
#include "pool/native/dma.hpp"

namespace poolrace::pool::native {

Dma::Dma(Reports& reports, std::uint32_t slots)
    : reports_(reports), size_(slots), table_(std::make_unique<Mapping[]>(slots)) {
  free_.reserve(slots);
  reset();
}

void Dma::reset() {
  free_.clear();
  for (std::uint32_t i = size_; i-- > 0;) {
    table_[i].addr = 0;
    free_.push_back(i);
  }
  live_ = 0;
}

std::uint64_t Dma::map(Device& dev, Page page) {
  dev.region.touch();
  lock_.lock("iova: lock");
  if (free_.empty()) {
    lock_.unlock("iova: unlock");
    return mapping_error;
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  Mapping& mapping = table_[slot];
  const std::uint64_t addr = (++mapping.uses * size_ + slot) << page_shift;
  lock_.unlock("iova: unlock");
  page.frame().mapped.fetch_add(1, std::memory_order_relaxed);
  live_.fetch_add(1, std::memory_order_relaxed);
  mapping.page.store(page.bits(), std::memory_order_relaxed);
  mapping.addr.store(addr, std::memory_order_release);
  return addr;
}

Page Dma::page_at(std::uint64_t addr) {
  const Mapping& mapping = slot_of(addr);
  const bool is = addr != 0 && mapping.addr.load(std::memory_order_acquire) == addr;
  return is ? Page::from_bits(mapping.page.load(std::memory_order_relaxed)) : Page();
}

void Dma::unmap(Device& dev, std::uint64_t addr, Page page) {
  dev.region.touch();
  if (!dev.bound.load(std::memory_order_relaxed)) reports_.add(Kind::unmap_after_unbind);
  if (page && page.stale()) reports_.add(Kind::page_use_after_free);
  Mapping& mapping = slot_of(addr);
  std::uint64_t expected = addr;
  if (addr == 0 || !mapping.addr.compare_exchange_strong(expected, 0, std::memory_order_acq_rel)) {
    reports_.add(Kind::double_unmap);
    return;
  }
  // The slot is ours until it is on the free list again, and so is what it says.
  const std::uint64_t owner = mapping.page.load(std::memory_order_relaxed);
  if (owner != page.bits()) reports_.add(Kind::unmap_foreign);
  Page::from_bits(owner).frame().mapped.fetch_sub(1, std::memory_order_release);
  live_.fetch_sub(1, std::memory_order_relaxed);
  lock_.lock("iova: lock");
  free_.push_back(static_cast<std::uint32_t>(&mapping - table_.get()));
  lock_.unlock("iova: unlock");
}

// As in the kernel the look-up is the moment at which the mapping must be live.
void Dma::sync_for_device(Device& dev, std::uint64_t addr, Page page) {
  dev.region.touch();
  if (!dev.bound.load(std::memory_order_relaxed)) reports_.add(Kind::sync_after_unbind);
  Mapping& mapping = slot_of(addr);
  if (addr == 0 || mapping.addr.load(std::memory_order_acquire) != addr ||
      mapping.page.load(std::memory_order_relaxed) != page.bits())
    reports_.add(Kind::sync_after_unmap);
}

}  // namespace poolrace::pool::native
