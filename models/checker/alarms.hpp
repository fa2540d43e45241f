// SPDX-License-Identifier: MIT
// The kernel's alarms for things that do not end: soft lockup (a CPU with bottom halves off or in
// softirq for 20 s), RCU stall (a grace period that waits for its readers for 21 s) and hung task
// (the teardown asleep for 120 s).  Looks at the machine once a second of simulated time, much as
// the kernel's watchdogs do; each alarm rings once a run.  Left out: a task that computes for 20 s
// on a non-preemptible kernel without disabling bottom halves (our scans all do).
#pragma once

#include "models/checker/checker.hpp"
#include "models/cpu/cpu.hpp"
#include "models/cpu/rcu.hpp"

namespace poolrace::models {

class Alarms {
 public:
  static constexpr Ps soft_lockup = 20 * ps_per_s;
  static constexpr Ps rcu_stall = 21 * ps_per_s;
  static constexpr Ps hung_task = 120 * ps_per_s;
  static constexpr Ps period = ps_per_s;

  Alarms(Checker& checker, Cpus& cpus, const Rcu& rcu)
      : checker_(checker), cpus_(cpus), rcu_(rcu) {}

  // `teardown_since`: when it began; ps_never before that and once it has ended.
  void look(Ps teardown_since);

 private:
  void ring(bool& rung, const char* what, const char* whose);

  Checker& checker_;
  Cpus& cpus_;
  const Rcu& rcu_;
  bool lockup_ = false, stall_ = false, hung_ = false;
};

}  // namespace poolrace::models
