// SPDX-License-Identifier: MIT
// The recycle ring: an array of pages in which an empty slot is the only sign of room.
//
// Mirrors the kernel's ptr_ring as page_pool uses it: producers test the slot, never an index;
// the consumer leaves the slots it has read occupied and clears them a batch at a time, last
// first, so that a producer on another CPU does not chase it from line to line.  The ring can
// therefore look full with up to batch-1 pages fewer than its size.  Left out: unconsume, resize.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "pool/platform.hpp"

namespace poolrace::pool {

template <class P>
class PtrRing {
 public:
  using Page = typename P::Page;
  using Site = typename P::Site;
  using SpinLock = typename P::SpinLock;

  PtrRing(P& p, typename P::Region& region, std::uint32_t size, std::uint32_t batch)
      : p_(p),
        producer_line_(p, region),
        consumer_line_(p, region),
        producer_lock_(p, producer_line_),
        consumer_lock_(p, consumer_line_),
        consumer_head_(consumer_line_, 0),
        producer_(p, "ring.producer", 0),
        consumer_tail_(p, "ring.consumer_tail", 0),
        size_(size),
        batch_(batch > size / 2 ? 1 : batch) {
    constexpr std::uint32_t slots_per_line = 8;  // 64 B of pointers
    for (std::uint32_t i = 0; i < (size + slots_per_line - 1) / slots_per_line; ++i)
      queue_lines_.push_back(std::make_unique<Line>(p, region));
    queue_.reserve(size);
    for (std::uint32_t i = 0; i < size; ++i)
      queue_.emplace_back(*queue_lines_[i / slots_per_line], Page{});
  }

  SpinLock& producer_lock() { return producer_lock_; }

  // For whoever looks on from outside: what is parked, the next to be consumed first; every slot.
  [[nodiscard]] std::vector<Page> peek() const {
    std::vector<Page> parked;
    for (std::uint32_t i = 0, slot = consumer_head_.peek(); i < size_; ++i, ++slot) {
      const bool consumed =
          slot % size_ >= consumer_tail_.peek() && slot % size_ < consumer_head_.peek();
      const Page& page = queue_[slot % size_].peek();
      if (consumed || !page) break;
      parked.push_back(page);
    }
    return parked;
  }
  template <class Visit>
  void visit_slots(Visit visit) const {
    for (const auto& slot : queue_) visit(slot);
  }

  // The caller holds the producer lock.  False: the slot is occupied, the ring counts as full.
  bool produce(Page page) {
    if (size_ == 0 || queue_[producer_].read("ring: test the producer's slot", plain)) return false;
    p_.smp_wmb();  // what was written to the page comes before it, for who consumes it
    queue_[producer_].write("ring: publish page", page, once);
    producer_ = producer_ + 1 >= size_ ? 0 : producer_ + 1;
    return true;
  }

  // Lockless, and only a hint.
  bool empty() {
    if (size_ == 0) return true;
    return !queue_[consumer_head_.read("ring: read consumer_head", once)].read(
        "ring: test for empty", plain);
  }

  // The caller is the only consumer.
  Page consume() {
    const std::uint32_t head = consumer_head_.read("ring: read head to consume", plain);
    Page page = size_ == 0 ? Page{} : queue_[head].read("ring: consume page", once);
    if (page) discard_one(head);
    return page;
  }

  Page consume_bh() {
    consumer_lock_.lock_bh("ring: lock consumer");
    Page page = consume();
    consumer_lock_.unlock_bh("ring: unlock consumer");
    return page;
  }

 private:
  using Line = typename P::Line;

  // Moves past the slot just read.  Clears backwards from it once a batch has been read or the
  // end is reached: the producer waits at the oldest slot, which is given free last.
  void discard_one(std::uint32_t consumed) {
    std::uint32_t head = consumed + 1;
    if (head - consumer_tail_ >= batch_ || head >= size_) {
      for (std::uint32_t slot = head; slot-- > consumer_tail_;)
        queue_[slot].write("ring: clear consumed slot", Page{}, plain);
      consumer_tail_ = head;
    }
    if (head >= size_) {
      head = 0;
      consumer_tail_ = 0;
    }
    consumer_head_.write("ring: advance consumer_head", head, once);
  }

  P& p_;
  Line producer_line_, consumer_line_;
  SpinLock producer_lock_, consumer_lock_;
  typename P::template Word<std::uint32_t> consumer_head_;
  typename P::template Plain<std::uint32_t> producer_;       // under the producer lock
  typename P::template Plain<std::uint32_t> consumer_tail_;  // the one consumer's own
  std::uint32_t size_, batch_;
  std::vector<std::unique_ptr<Line>> queue_lines_;
  std::vector<typename P::template Word<Page>> queue_;
};

}  // namespace poolrace::pool
