// SPDX-License-Identifier: MIT
#include "pool/native/worker.hpp"

#include <algorithm>

#include "pool/native/context.hpp"

namespace poolrace::pool::native {

namespace {
std::chrono::microseconds real(std::int64_t ms) {
  return std::chrono::microseconds(ms * 1000 / Worker::scale);
}
}  // namespace

Worker::Worker(int cpu) : thread_([this, cpu] { body(cpu); }) {}

Worker::~Worker() {
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::int64_t Worker::now_ms() const {
  const auto elapsed = Clock::now() - start_;
  return std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count() * scale / 1000;
}

void Worker::msleep(std::int64_t ms) const {
  std::this_thread::sleep_for(real(ms));
}

void Worker::schedule(DelayedWork& work, std::int64_t delay_ms) {
  {
    const std::lock_guard guard(mutex_);
    if (work.scheduled || cancelling_) return;
    work.scheduled = true;
    queue_.push_back({Clock::now() + real(delay_ms), &work});
  }
  changed_.notify_all();
}

void Worker::cancel_all() {
  std::unique_lock lock(mutex_);
  cancelling_ = true;  // a work that runs now schedules itself no more
  queue_.clear();
  changed_.wait(lock, [this] { return !running_; });
  cancelling_ = false;
}

void Worker::body(int cpu) {
  const ThreadScope thread(cpu);
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (queue_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto next = std::min_element(queue_.begin(), queue_.end(),
                                       [](const Item& a, const Item& b) { return a.due < b.due; });
    if (const auto due = next->due; due > Clock::now()) {
      changed_.wait_until(lock, due);
      continue;
    }
    DelayedWork& work = *next->work;
    queue_.erase(next);
    work.scheduled = false;
    running_ = true;
    lock.unlock();
    work.run();
    lock.lock();
    running_ = false;
    changed_.notify_all();
  }
}

}  // namespace poolrace::pool::native
