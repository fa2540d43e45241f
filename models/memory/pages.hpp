// SPDX-License-Identifier: MIT
// Page frames: struct page with the words the pool keeps in it, and the page allocator.
//
// A Page is what the kernel passes around as struct page *, and remembers which life of the frame
// it meant.  The kernel cannot see lives; the checker can: writing through a handle of a life that
// has ended is page-use-after-free.  Frames lie scattered over physical memory in the order of
// their id, so that a scan meets them between long stretches of frames of other owners.
// The page allocator mirrors per-CPU lists, last freed first, over one shared list.  Left out:
// buddy merging, watermarks, migration; freed frames gain another owner after a while (a draw).
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/checker/checker.hpp"
#include "models/memory/cache.hpp"
#include "models/memory/words.hpp"
#include "sim/chance/random.hpp"

namespace poolrace::models {

class Pages;

struct Frame {
  Frame(Memory& memory, FrameId frame_id, Pfn frame_pfn)
      : line(memory),
        pp_magic(line, 0),
        pp(line, nullptr),
        dma_addr(line, 0),
        pp_ref_count(line, 0),
        refcount(line, 0),
        id(frame_id),
        pfn(frame_pfn) {
    for (const std::uint32_t word :
         {pp_magic.id(), pp.id(), dma_addr.id(), pp_ref_count.id(), refcount.id()})
      memory.reached_through(word, frame_id + 1);  // as Page::trace_value() has it
  }
  Line line;  // struct page is one line
  Word<std::uint64_t> pp_magic;
  Word<void*> pp;
  Word<std::uint64_t> dma_addr;
  Word<std::int64_t> pp_ref_count, refcount;
  FrameId id;
  Pfn pfn;
  std::uint32_t life = 0;
  bool allocated = false;
  std::uint32_t order = 0;
  int nid = 0;
  bool pfmemalloc = false;
  Ps reowned_at = ps_never;  // when freed: from then on somebody else's
  FrameLines lines;          // what the non-coherent cache holds of its first 4 KB
};

// A pool word of a page, seen through a handle.
template <class T>
class PageWord {
 public:
  PageWord(Pages& pages, Frame& frame, std::uint32_t life, Word<T>& word)
      : pages_(pages), frame_(frame), life_(life), word_(word) {}
  T read(sim::Site site, Ordering ordering);
  T look(sim::Site site, Ordering ordering) { return word_.look(site, ordering); }
  void write(sim::Site site, std::type_identity_t<T> value, Ordering ordering);
  T add_return(sim::Site site, std::type_identity_t<T> by, Ordering ordering);
  [[nodiscard]] T peek() const { return word_.peek(); }

 private:
  Pages& pages_;
  Frame& frame_;
  std::uint32_t life_;
  Word<T>& word_;
};

class Page {
 public:
  Page() = default;
  Page(Pages& pages, Frame& frame) : pages_(&pages), frame_(&frame), life_(frame.life) {}
  explicit operator bool() const { return frame_ != nullptr; }
  bool operator==(const Page& o) const { return frame_ == o.frame_; }  // as pointers compare

  auto pp_magic() { return word(frame_->pp_magic); }
  auto pp() { return word(frame_->pp); }
  auto dma_addr() { return word(frame_->dma_addr); }
  auto pp_ref_count() { return word(frame_->pp_ref_count); }
  auto page_refcount() { return word(frame_->refcount); }
  [[nodiscard]] int nid() const { return frame_->nid; }
  [[nodiscard]] bool pfmemalloc() const { return frame_->pfmemalloc; }

  [[nodiscard]] Frame& frame() const { return *frame_; }
  [[nodiscard]] std::uint32_t life() const { return life_; }
  [[nodiscard]] bool stale() const { return !frame_->allocated || frame_->life != life_; }
  [[nodiscard]] std::uint64_t trace_value() const {
    return frame_ == nullptr ? 0 : std::uint64_t{frame_->id} + 1;
  }

 private:
  template <class T>
  PageWord<T> word(Word<T>& w) {
    return PageWord<T>(*pages_, *frame_, life_, w);
  }
  Pages* pages_ = nullptr;
  Frame* frame_ = nullptr;
  std::uint32_t life_ = 0;
};

struct PagesParams {
  std::uint32_t frames = 4096;  // materialised at first; more as they are asked for, up to the RAM
  std::uint64_t ram_bytes = 4ULL << 30;
  bool ram_at_zero = false;
  Ps alloc = 0, alloc_bulk_each = 0, free = 0;
  Ps scan_per_page = 0;   // a foreign frame, looked at and passed over
  Ps reuse_mean = 0;      // until a freed frame has another owner
  bool one_list = false;  // every CPU frees to and allocates from CPU 0's list (explorer)
};

class Pages {
 public:
  Pages(Memory& memory, Checker& checker, const PagesParams& params, const sim::Streams& streams);

  Page alloc(std::uint32_t order, int nid);
  std::vector<Page> alloc_bulk(std::uint32_t count, int nid);
  void put_ref(Page page);  // drops _refcount, frees with the last
  // For setting the stage before the run: no time, no steps.
  Page alloc_at_start(std::uint32_t pool);

  // Visits every populated page in physical order until `visit` says false.
  void for_each_populated(const std::function<bool(Page)>& visit);

  [[nodiscard]] Ps scan_length() const {  // of all of it
    return static_cast<Ps>(params_.ram_bytes >> page_shift) * params_.scan_per_page;
  }

  void own_by(std::uint32_t pool) { memory_.cpus().self().pool = pool; }  // this thread's next
  void want_alloc_failures(bool fail) { failing_ = fail; }
  // The next allocation takes the k-th last freed frame, past the list's end a fresh one.
  void pick_next(std::uint32_t k) { pick_ = k; }
  void want_nid(int nid) { nid_ = nid; }  // where the allocator finds its next pages
  void stale_write(const Frame& frame, sim::Site site);
  [[nodiscard]] bool reowned(const Frame& frame) const;
  Frame& frame(FrameId id) { return *frames_[id]; }
  [[nodiscard]] Frame* frame_at(Pfn pfn);  // null: foreign RAM, or none
  [[nodiscard]] bool is_ram(Pfn pfn) const {
    return pfn >= first_pfn_ && pfn - first_pfn_ < params_.ram_bytes >> page_shift;
  }
  [[nodiscard]] std::size_t size() const { return frames_.size(); }
  Checker& checker() { return checker_; }
  void touch(const Frame& frame) { memory_.touch(Object::frame, frame.id, sim::Touch::read); }

 private:
  Page take(std::uint32_t order, int nid, std::uint32_t pool);  // none: out of memory
  bool grow();
  void touch_lists();
  [[nodiscard]] CpuId list_cpu() const;

  Memory& memory_;
  Checker& checker_;
  PagesParams params_;
  sim::Stream reuse_;
  std::vector<std::unique_ptr<Frame>> frames_;  // by id
  std::vector<Frame*> by_pfn_;
  sim::Stream place_;
  std::uint64_t ram_pages_;
  std::vector<FrameId> free_;  // shared list
  std::vector<std::vector<FrameId>> per_cpu_;
  Pfn first_pfn_ = 0;
  bool failing_ = false;
  int nid_ = 0;
  std::uint32_t pick_ = 0;
};

template <class T>
T PageWord<T>::read(sim::Site site, Ordering ordering) {
  const T value = word_.read(site, ordering);
  pages_.touch(frame_);
  if (!frame_.allocated || frame_.life != life_) [[unlikely]]
    pages_.checker().late_read();
  return value;
}

template <class T>
void PageWord<T>::write(sim::Site site, std::type_identity_t<T> value, Ordering ordering) {
  const auto at_effect = [&] {
    pages_.touch(frame_);
    if (!frame_.allocated || frame_.life != life_) [[unlikely]]
      pages_.stale_write(frame_, site);
    return value;
  };
  word_.write_by(site, at_effect, ordering);
}

template <class T>
T PageWord<T>::add_return(sim::Site site, std::type_identity_t<T> by, Ordering ordering) {
  const auto at_effect = [&] {
    pages_.touch(frame_);
    if (!frame_.allocated || frame_.life != life_) [[unlikely]]
      pages_.stale_write(frame_, site);
  };
  return word_.add_return(site, by, at_effect, ordering);
}

}  // namespace poolrace::models
