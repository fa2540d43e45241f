// SPDX-License-Identifier: MIT
// Fragments: several buffers in one page.  The pool holds a huge bias of references while it
// still hands out pieces, so that no user's put can be the last before the pool has let go.
#pragma once

#include "pool/page_pool.hpp"

namespace poolrace::pool {

inline constexpr std::uint32_t dma_cache_alignment_bytes = 64;

// The current page cannot serve the next fragment: reuse it in place if all users are done.
template <class P>
typename P::Page PagePool<P>::drain_frag() {
  Page page = frag_page_;
  frag_page_ = Page{};
  if (!unref_page(page, limits_.frag_bias - frag_users_)) return Page{};
  if (page.page_refcount().read("frag: read _refcount", once) == 1 && !page.pfmemalloc()) {
    sync_if_needed(page, whole_page);
    return page;
  }
  return_own(page);
  return Page{};
}

template <class P>
typename PagePool<P>::Fragment PagePool<P>::alloc_frag(std::uint32_t size_bytes) {
  const std::uint32_t page_bytes = 4096U << params_.order;
  if (size_bytes == 0 || size_bytes > page_bytes) return {};
  size_bytes = (size_bytes + dma_cache_alignment_bytes - 1) & ~(dma_cache_alignment_bytes - 1);
  bool afresh = false;
  if (frag_page_ && frag_offset_bytes_ + size_bytes > page_bytes) {
    frag_page_ = drain_frag();
    afresh = static_cast<bool>(frag_page_);
    if (afresh) {
      ++alloc_stats_.fast;
      count(RecycleStat::cached);
    }
  }
  if (!frag_page_) {
    frag_page_ = alloc_pages();
    if (!frag_page_) return {};
    afresh = true;
  }
  if (afresh) {
    frag_users_ = 0;
    frag_offset_bytes_ = 0;
    fragment_page(frag_page_, limits_.frag_bias);
  }
  ++frag_users_;
  const std::uint32_t offset = frag_offset_bytes_;
  frag_offset_bytes_ += size_bytes;
  return {frag_page_, offset, size_bytes};
}

template <class P>
typename PagePool<P>::Fragment PagePool<P>::alloc(std::uint32_t size_bytes) {
  const std::uint32_t page_bytes = 4096U << params_.order;
  if (2 * static_cast<std::uint64_t>(size_bytes) > page_bytes)
    return {alloc_pages(), 0, page_bytes};
  Fragment frag = alloc_frag(size_bytes);
  if (frag.page && frag_offset_bytes_ + frag.size > page_bytes) {  // the rest is too small
    frag.size += page_bytes - frag_offset_bytes_;
    frag_offset_bytes_ = page_bytes;
  }
  return frag;
}

template <class P>
void PagePool<P>::fragment_page(Page page, std::int64_t count) {
  page.pp_ref_count().write("frag: set pp_ref_count", count, once);
}

// Drops `count` pool-style references; true for the last one.  A sole owner skips the atomic.
template <class P>
bool PagePool<P>::unref_page(Page page, std::int64_t count) {
  if (page.pp_ref_count().read("unref: read pp_ref_count", once) == count) {
    if (count != 1) page.pp_ref_count().write("unref: reset pp_ref_count", 1, once);
    return true;
  }
  const std::int64_t left =
      page.pp_ref_count().add_return("unref: drop pp_ref_count", -count, full);
  if (left < 0) p_.warn("pp_ref_count fell below zero");
  if (left == 0) page.pp_ref_count().write("unref: reset pp_ref_count for the last", 1, once);
  return left == 0;
}

// On destroy the page is returned, never recycled.
template <class P>
void PagePool<P>::free_frag() {
  Page page = frag_page_;
  frag_page_ = Page{};
  if (!page) return;
  if (unref_page(page, limits_.frag_bias - frag_users_)) return_own(page);
}

}  // namespace poolrace::pool
