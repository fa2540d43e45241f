// SPDX-License-Identifier: MIT
// A page arena: frames with the struct page words the pool uses, and an allocator that hands the
// last freed frame out first, as per-CPU lists do.  Frames have no payload.
//
// A Page is one pointer wide, so that it fits an atomic: the frame's address below, the low bits
// of the frame's life above.  Through a handle of a life that has ended, a write is counted as
// page-use-after-free and still takes place, as it would in the kernel.
#pragma once

#include <memory>
#include <vector>

#include "pool/native/words.hpp"

namespace poolrace::pool::native {

struct alignas(64) Frame {
  std::atomic<std::uint64_t> pp_magic{0};
  std::atomic<void*> pp{nullptr};
  std::atomic<std::uint64_t> dma_addr{0};
  std::atomic<std::int64_t> pp_ref_count{0}, refcount{0};
  std::atomic<std::uint32_t> life{0};   // odd while allocated
  std::atomic<std::int32_t> mapped{0};  // live mappings, whoever made them
  Reports* reports = nullptr;
};

class Page {
 public:
  Page() = default;
  Page(Frame& frame, std::uint32_t life)
      : bits_(reinterpret_cast<std::uintptr_t>(&frame) | (std::uint64_t{life} << life_shift)) {}
  explicit operator bool() const { return bits_ != 0; }
  bool operator==(const Page& o) const { return address() == o.address(); }  // as pointers do

  template <class T>
  struct PageWord {
    std::uint64_t bits;
    std::atomic<T>& word;
    T read(const char*, Ordering) { return peek(); }
    T look(const char*, Ordering) { return peek(); }
    T peek() const { return word.load(std::memory_order_relaxed); }
    void write(const char*, std::type_identity_t<T> value, Ordering) {
      from_bits(bits).check_write();
      word.store(value, std::memory_order_relaxed);
    }
    T add_return(const char*, std::type_identity_t<T> by, Ordering) {
      from_bits(bits).check_write();
      return static_cast<T>(word.fetch_add(by, std::memory_order_acq_rel) + by);
    }
  };
  auto pp_magic() { return PageWord<std::uint64_t>{bits_, frame().pp_magic}; }
  auto pp() { return PageWord<void*>{bits_, frame().pp}; }
  auto dma_addr() { return PageWord<std::uint64_t>{bits_, frame().dma_addr}; }
  auto pp_ref_count() { return PageWord<std::int64_t>{bits_, frame().pp_ref_count}; }
  auto page_refcount() { return PageWord<std::int64_t>{bits_, frame().refcount}; }
  [[nodiscard]] int nid() const { return 0; }
  [[nodiscard]] bool pfmemalloc() const { return false; }

  [[nodiscard]] Frame& frame() const { return *reinterpret_cast<Frame*>(address()); }
  [[nodiscard]] std::uint64_t bits() const { return bits_; }  // frame and life
  static Page from_bits(std::uint64_t bits) {
    Page page;
    page.bits_ = bits;
    return page;
  }
  [[nodiscard]] bool stale() const {
    const std::uint32_t life = frame().life.load(std::memory_order_relaxed);
    return (life & 1) == 0 || static_cast<std::uint16_t>(life) != bits_ >> life_shift;
  }

 private:
  static constexpr unsigned life_shift = 48;
  [[nodiscard]] std::uintptr_t address() const {
    return static_cast<std::uintptr_t>(bits_ & ((std::uint64_t{1} << life_shift) - 1));
  }
  void check_write() const {
    if (stale()) [[unlikely]]
      frame().reports->add(Kind::page_use_after_free);
  }
  std::uint64_t bits_ = 0;
};
static_assert(sizeof(Page) == 8 && std::is_trivially_copyable_v<Page>);

class Pages {
 public:
  Pages(Reports& reports, std::uint32_t frames);

  Page alloc();  // null when none is left
  std::vector<Page> alloc_bulk(std::uint32_t count);
  void put_ref(Page page);
  void free(Page page);  // by who counts references elsewhere
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::uint32_t number(Page page) const {
    return static_cast<std::uint32_t>(&page.frame() - frames_.get());
  }
  [[nodiscard]] Page at(std::uint32_t number) {  // in the life that it has now
    return {frames_[number], frames_[number].life.load(std::memory_order_relaxed)};
  }
  template <class Visit>
  void for_each_populated(Visit visit) {
    for (std::uint32_t i = 0; i < size_; ++i)
      if (!visit(Page(frames_[i], frames_[i].life.load(std::memory_order_acquire)))) return;
  }
  [[nodiscard]] std::uint32_t in_use() const { return in_use_.load(std::memory_order_relaxed); }
  void reset();  // with no thread about: takes every frame back, returns to the first day

 private:
  Page take();

  Reports& reports_;
  std::uint32_t size_;
  std::unique_ptr<Frame[]> frames_;
  SpinLock lock_{nullptr};
  std::vector<Frame*> free_;  // under the lock
  std::atomic<std::uint32_t> in_use_{0};
};

}  // namespace poolrace::pool::native
