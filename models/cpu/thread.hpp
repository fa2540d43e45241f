// SPDX-License-Identifier: MIT
// One flow of control on a CPU, as the kernel's task_struct and preempt_count() know it: what it is
// inside of, and what the scheduler and RCU remember about it.
#pragma once

#include <cstdint>
#include <string>

#include "sim/time.hpp"

namespace poolrace::sim {
class Context;
}

namespace poolrace::models {

class Cpu;

enum class Level : std::uint8_t { hardirq, softirq, task };

// What an unmap may be part of; verdicts and exposure() tell them apart by these words.
inline constexpr const char* doing_put = "put";
inline constexpr const char* doing_destroy = "destroy";
inline constexpr const char* doing_scan = "destroy's scan";
inline constexpr const char* doing_retry = "the retry worker";

struct Thread {
  Cpu* cpu = nullptr;
  sim::Context* context = nullptr;
  Level level = Level::task;
  std::string name;
  bool runnable = false;      // tasks: on a run queue or running
  bool wake_pending = false;  // a wake that came before its block()
  bool in_step = false;       // inside a visible step: interrupts wait for its end
  bool in_user = false;       // tasks: user code, a quiescent state for RCU at the tick
  int preempt_count = 0, bh_count = 0, rcu_nesting = 0;
  unsigned rcu_blocked = 0;       // grace periods that wait for this preempted reader (see rcu.cpp)
  bool rcu_flagged = false;       // a tick found this reader in the way: its unlock reports
  Ps off_since = ps_never;        // since when interrupted or switched out, and
  Ps off_total = 0;               // how long that has been in all
  Ps on_since = 0;                // tasks: since when on the CPU
  Ps vruntime = 0;                // how much of it, of old (see run_queue.hpp), and
  Ps charged_at = 0;              // up to when that is counted
  Ps put_began = ps_never;        // for the checker: when the put it is in began, and
  const char* doing = doing_put;  // what an unmap by this thread is part of
  Ps bh_off_since = 0;            // softirqs, and tasks with bottom halves off
  std::uint32_t pool = 0;         // for the checker: whose pages it allocates
};

}  // namespace poolrace::models
