// SPDX-License-Identifier: MIT
// A loop of a tree's code that touches nothing shared takes no step, and would never end.  After some
// seconds of CPU time in one, the process says where it stands and ends: a line, never a hang.
// (A loop on shared memory takes steps: that one is a finding, see Stage::count_step.)
#pragma once

#include <csignal>

#include "pool/linux/object.hpp"

namespace poolrace::models::linux_tree {

struct Watchdog {
  static inline volatile std::sig_atomic_t in_private = 0;  // a hook that finds private memory
  static inline volatile unsigned long steps = 0;
  static inline const char* volatile last_site = "its beginning";
  static constexpr int seconds = 3;
  static constexpr int exit_status = 5;

  // Once a process: timers do not follow into a worker.
  static void start(const pool::linux_tree::Object& object);
};

}  // namespace poolrace::models::linux_tree
