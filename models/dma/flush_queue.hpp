// SPDX-License-Identifier: MIT
// Lazy unmapping: the IOVA waits in a queue until a flush of the whole domain, begun after it was
// queued, has finished; only then may it be handed out again.  Per CPU 256 slots (255 usable) and
// one 10 ms timer a domain, or a single queue of 32768 slots and 1000 ms.  On add: free what the
// finished-flush counter allows; if still full flush the domain; arm the timer if it is not armed.
// Mirrors Linux dma-iommu's flush queue (hardware.md §2).  Leaves out: timer ticks (the caller
// rounds the deadline to its jiffies), the cache line of the two flush counters.
#pragma once

#include <cstdint>
#include <vector>

#include "models/ids.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

struct FlushQueueParams {
  CpuId cpus = 1;
  bool single = false;  // one queue for all CPUs, under one lock
  std::uint32_t slots = 256;
  Ps timeout_ps = 10 * ps_per_ms;
  Ps add_ps = 20 * ps_per_ns;  // lock, store, unlock, MEM(l)
};

// The kernel's single-queue mode.
FlushQueueParams single_flush_queue(CpuId cpus);

// Who the queue works for.  Each call returns what it cost the CPU.
class FlushSink {
 public:
  virtual Ps flush_domain(CpuId cpu, Ps now) = 0;
  virtual Ps release_iova(CpuId cpu, Iova iova, std::uint32_t order, Ps now) = 0;

 protected:
  ~FlushSink() = default;
};

class FlushQueue {
 public:
  explicit FlushQueue(const FlushQueueParams& params);

  Ps add(CpuId cpu, Iova iova, std::uint32_t order, Ps now, FlushSink& sink);
  // ps_never while not armed.  Armed by the first add after it fired, on that add's CPU.
  Ps next_deadline() const { return deadline_; }
  CpuId timer_cpu() const { return timer_cpu_; }
  // To be called at or after the deadline: flushes, then releases what every queue holds.  The
  // IOVAs go to the magazines of `cpu`, the one the timer runs on, not of those that queued them.
  Ps timer_fired(CpuId cpu, Ps now, FlushSink& sink);
  // Domain teardown: disarms, and releases everything without a flush.
  Ps drain(CpuId cpu, Ps now, FlushSink& sink);

  std::uint64_t pending() const { return pending_; }  // IOVAs not yet released
  std::uint64_t flushes() const { return started_; }
  std::uint64_t full_flushes() const { return full_flushes_; }  // those that a full queue forced

 private:
  struct Slot {
    Iova iova = 0;
    std::uint32_t order = 0;
    std::uint64_t after = 0;  // free once more than this many flushes have finished
  };
  struct Queue {
    std::vector<Slot> slots;
    std::uint32_t head = 0;
    std::uint32_t tail = 0;
    Ps busy_until = 0;  // its lock
  };

  Ps flush(CpuId cpu, Ps now, FlushSink& sink);
  Ps release(Queue& queue, std::uint64_t finished, CpuId cpu, Ps now, FlushSink& sink);
  std::uint64_t finished_by(Ps date) const;
  void forget_finished(Ps now);
  bool full(const Queue& queue) const;

  FlushQueueParams params_;
  std::vector<Queue> queues_;
  std::vector<Ps> under_way_;  // completion dates of flushes begun, oldest first
  std::uint64_t started_ = 0;
  std::uint64_t finished_ = 0;
  std::uint64_t full_flushes_ = 0;
  std::uint64_t pending_ = 0;
  Ps deadline_ = ps_never;
  CpuId timer_cpu_ = 0;
};

}  // namespace poolrace::models
