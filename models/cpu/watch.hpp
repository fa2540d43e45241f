// SPDX-License-Identifier: MIT
// What a run shows to somebody who watches it: who has each CPU, where each page is, transfers,
// grace periods, counts.  Separate from the hashed trace: a run that is watched draws, orders and
// hashes exactly as one that is not, and one that is not pays the test of a pointer at a switch.
#pragma once

#include <cstdint>

#include "sim/time.hpp"

namespace poolrace::models {

enum class CpuMode : std::uint8_t { idle, task, softirq, hardirq };

enum class PageStage : std::uint8_t {
  posted,    // in the NIC's receive ring
  written,   // the device's write is on its way
  received,  // landed; the driver has not looked yet
  sent,      // in the transmit ring
  stack,     // held by the stack or an application
  put,       // on its way back into the pool
  recycled,  // in the pool's cache or ring
  returned,  // out of the pool: unmapped, its last reference dropped
};

enum class Event : std::uint8_t {
  cpu,          // `who` is a CPU, from now in `mode` with `context`; value: its task + 1, or 0
  preempted,    // `who` is a task's context that wants its CPU and has lost it
  page,         // `who` is a frame, from now in the stage that value names; text: more about it,
                // none where a put returns (its page may be out again by then)
  held,         // `who` is a frame that was just given to the stack; text: its hold's law
                // (hold_time.hpp); value: for how long it was held before
  synced,       // `who` is a frame whose mapping is used now, for a sync for the device
  unmapped,     // `who` is a frame; text: by what
  dma_began,    // `who` is a frame, value is bytes
  dma_landed,   // the same
  wait_began,   // `who` is a context that calls synchronize_rcu; value: expedited
  wait_ended,   // the same
  grace_began,  // `who` is 0 for a normal, 1 for an expedited grace period
  grace_ended,  // the same
  gone,         // text: the device, as its driver is unbound, or a pool that is freed
  with_stack,   // value: pages that the stack holds
  in_flight,    // value: how many more pages are between leaving the page allocator and going back
                // to it (or fewer: two's complement); as a recorder keeps it, how many in all
};

inline constexpr std::uint32_t no_context = ~std::uint32_t{0};

struct Seen {
  Event what = Event::cpu;
  std::uint32_t who = 0;
  std::uint64_t value = 0;
  const char* text = nullptr;
  CpuMode mode = CpuMode::idle;
  Ps at = 0;
  std::uint32_t context = no_context;  // whose doing it was
};

class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void see(const Seen& seen) = 0;
  [[nodiscard]] virtual bool enough() const { return false; }  // the run may end here
};

}  // namespace poolrace::models
