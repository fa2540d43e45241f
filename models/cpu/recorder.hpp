// SPDX-License-Identifier: MIT
// What a run shows to somebody who watches it: who has each CPU, where each page is, transfers,
// grace periods, counts.  Separate from the hashed trace: a run that is watched draws, orders and
// hashes exactly as one that is not, and one that is not pays the test of a pointer at a switch.
// A window bounds what is kept; what stands open where it begins (a page with the stack, a task on
// its CPU) comes first, with its own earlier date; so does each frame's last unmap.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "models/cpu/cpu.hpp"
#include "models/ids.hpp"

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
  unmapped,     // `who` is a frame; text: by what
  dma_began,    // `who` is a frame, value is bytes
  dma_landed,   // the same
  wait_began,   // `who` is a context that calls synchronize_rcu; value: expedited
  wait_ended,   // the same
  grace_began,  // `who` is 0 for a normal, 1 for an expedited grace period
  grace_ended,  // the same
  with_stack,   // value: pages that the stack holds
  in_flight,    // value: pages between leaving the page allocator and going back to it
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

class Recorder {
 public:
  explicit Recorder(Ps from = 0, Ps to = ps_never) : from_(from), to_(to) {}

  void add(const Seen& seen);
  void count_in_flight(Ps at, int by);

  // What was kept, in order of time.  Once, after the run.
  std::vector<Seen> take();
  [[nodiscard]] Ps from() const { return from_; }
  [[nodiscard]] Ps to() const { return to_; }

 private:
  using Key = std::pair<int, std::uint32_t>;
  void note_open(const Seen& seen);
  void flush_open();

  Ps from_, to_;
  bool inside_ = false;
  std::uint64_t in_flight_ = 0;
  std::map<Key, Seen> open_;  // what began before the window and has not ended
  std::vector<Seen> kept_;
};

// At the present date, by the running context, if anybody watches.
inline void show(Cpus& cpus, Seen seen) {
  Recorder* recorder = cpus.recorder();
  if (recorder == nullptr) [[likely]]
    return;
  seen.at = cpus.world().now();
  if (cpus.world().in_context()) seen.context = cpus.world().self().id();
  recorder->add(seen);
}
inline void show_page(Cpus& cpus, FrameId frame, PageStage stage, const char* text = nullptr) {
  show(cpus, {Event::page, frame, static_cast<std::uint64_t>(stage), text});
}

}  // namespace poolrace::models
