// SPDX-License-Identifier: MIT
// The least a discrete-event loop with suspendable bodies can be: C++20 coroutines and a binary
// heap of {date, sequence, handle}.  The yardstick of the engine benchmark, so it is written as
// well as we can: a body that sleeps replaces the top of the heap in one sift.  It has no
// priorities, no park, no suspension, no outside actors, no unwinding, and its bodies cannot wait
// inside a call.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <vector>

namespace poolrace::experiments {

class BareLoop {
 public:
  BareLoop() = default;
  BareLoop(const BareLoop&) = delete;
  BareLoop& operator=(const BareLoop&) = delete;

  struct Body {  // a coroutine; started by the first run() after spawn()
    struct promise_type {
      Body get_return_object() { return {Handle::from_promise(*this)}; }
      std::suspend_always initial_suspend() { return {}; }
      std::suspend_never final_suspend() noexcept { return {}; }
      void return_void() {}
      void unhandled_exception() { std::terminate(); }
    };
    using Handle = std::coroutine_handle<promise_type>;
    Handle handle;
  };

  std::int64_t now() const { return now_; }
  void spawn(Body body) { push({now_, ++sequence_, body.handle}); }

  auto advance(std::int64_t d) {
    struct Sleep {
      BareLoop& loop;
      std::int64_t date;
      bool await_ready() const { return false; }
      void await_suspend(std::coroutine_handle<> handle) {
        loop.sift_down({date, ++loop.sequence_, handle});
        loop.slept_ = true;
      }
      void await_resume() const {}
    };
    return Sleep{*this, now_ + d};
  }

  void stop() { stopped_ = true; }  // run() returns when the running body sleeps or ends

  ~BareLoop() {
    for (const Entry& entry : heap_) entry.handle.destroy();
  }

  void run() {
    while (!heap_.empty() && !stopped_) {
      const Entry next = heap_.front();  // stays there as a hole while its body runs
      now_ = next.date;
      slept_ = false;
      next.handle.resume();
      if (!slept_) drop_top();
    }
  }

 private:
  struct Entry {
    std::int64_t date;
    std::uint64_t sequence;
    std::coroutine_handle<> handle;
    bool operator<(const Entry& o) const {
      return date != o.date ? date < o.date : sequence < o.sequence;
    }
  };

  void push(const Entry& entry) {
    std::size_t hole = heap_.size();
    heap_.push_back(entry);
    for (; hole > 0 && entry < heap_[(hole - 1) / 2]; hole = (hole - 1) / 2)
      heap_[hole] = heap_[(hole - 1) / 2];
    heap_[hole] = entry;
  }

  void sift_down(const Entry& entry) {
    Entry* const heap = heap_.data();
    const std::size_t size = heap_.size();
    std::size_t hole = 0;
    for (std::size_t child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && heap[child + 1] < heap[child]) ++child;
      if (!(heap[child] < entry)) break;
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = entry;
  }

  void drop_top() {
    const Entry last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sift_down(last);
  }

  std::vector<Entry> heap_;
  std::int64_t now_ = 0;
  std::uint64_t sequence_ = 0;
  bool slept_ = false;
  bool stopped_ = false;
};

}  // namespace poolrace::experiments
