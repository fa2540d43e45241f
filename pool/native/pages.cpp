// SPDX-License-Identifier: MIT
#include "pool/native/pages.hpp"

namespace poolrace::pool::native {

Pages::Pages(Reports& reports, std::uint32_t frames)
    : reports_(reports), size_(frames), frames_(std::make_unique<Frame[]>(frames)) {
  free_.reserve(frames);
  for (std::uint32_t i = 0; i < frames; ++i) frames_[i].reports = &reports_;
  reset();
}

Page Pages::take() {
  if (free_.empty()) return Page{};
  Frame& frame = *free_.back();
  free_.pop_back();
  in_use_.fetch_add(1, std::memory_order_relaxed);
  const std::uint32_t life = frame.life.fetch_add(1, std::memory_order_relaxed) + 1;
  frame.refcount.store(1, std::memory_order_release);
  return {frame, life};
}

Page Pages::alloc() {
  lock_.lock("page allocator: lock");
  const Page page = take();
  lock_.unlock("page allocator: unlock");
  return page;
}

std::vector<Page> Pages::alloc_bulk(std::uint32_t count) {
  std::vector<Page> out;
  out.reserve(count);
  lock_.lock("page allocator: lock");
  while (count-- > 0)
    if (const Page page = take()) out.push_back(page);
  lock_.unlock("page allocator: unlock");
  return out;
}

// A reference of an ended life is not dropped: it would free a frame under its next owner, and
// one report would breed others.
void Pages::put_ref(Page page) {
  if (page.stale()) {
    reports_.add(Kind::page_use_after_free);
    return;
  }
  if (page.frame().refcount.fetch_sub(1, std::memory_order_acq_rel) == 1) free(page);
}

void Pages::free(Page page) {
  Frame& frame = page.frame();
  if (frame.mapped.load(std::memory_order_acquire) != 0) reports_.add(Kind::free_while_mapped);
  lock_.lock("page allocator: lock");
  frame.life.fetch_add(1, std::memory_order_relaxed);
  in_use_.fetch_sub(1, std::memory_order_relaxed);
  free_.push_back(&frame);
  lock_.unlock("page allocator: unlock");
}

void Pages::reset() {
  free_.clear();
  for (std::uint32_t i = size_; i-- > 0;) {
    Frame& frame = frames_[i];
    frame.pp_magic = 0;
    frame.pp = nullptr;
    frame.dma_addr = 0;
    frame.refcount = 0;
    frame.mapped = 0;
    frame.life += frame.life & 1;
    free_.push_back(&frame);
  }
  in_use_ = 0;
}

}  // namespace poolrace::pool::native
