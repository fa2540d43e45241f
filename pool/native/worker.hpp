// SPDX-License-Identifier: MIT
// Delayed work on one worker thread, and the scale of time: a thousand kernel milliseconds pass in
// one real one, so that destroy's retry, once a second, does not make a run long.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace poolrace::pool::native {

struct DelayedWork {
  template <class P>
  DelayedWork(P&, std::function<void()> body) : run(std::move(body)) {}
  std::function<void()> run;
  bool scheduled = false;  // under the worker's mutex
};

class Worker {
 public:
  static constexpr std::int64_t scale = 1000;

  explicit Worker(int cpu);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  [[nodiscard]] std::int64_t now_ms() const;
  void msleep(std::int64_t ms) const;
  void schedule(DelayedWork& work, std::int64_t delay_ms);
  // Drops what is queued and waits for what runs: afterwards the works may be deleted.
  void cancel_all();

 private:
  using Clock = std::chrono::steady_clock;
  struct Item {
    Clock::time_point due;
    DelayedWork* work;
  };
  void body(int cpu);

  const Clock::time_point start_ = Clock::now();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Item> queue_;  // few
  bool running_ = false, ending_ = false, cancelling_ = false;
  std::thread thread_;
};

}  // namespace poolrace::pool::native
