// SPDX-License-Identifier: MIT
#include "models/checker/alarms.hpp"

namespace poolrace::models {

void Alarms::look(Ps teardown_since) {
  const Ps now = cpus_.world().now();
  for (CpuId id = 0; id < cpus_.size(); ++id) {
    const Thread* top = cpus_[id].running();
    if (top == nullptr || (top->level != Level::softirq && top->bh_count == 0)) continue;
    if (now - top->bh_off_since >= soft_lockup)
      ring(lockup_, "20 s with bottom halves off", top->name.c_str());
  }
  const Ps grace_since = rcu_.in_grace_since();
  if (grace_since != ps_never && now - grace_since >= rcu_stall)
    ring(stall_, "21 s in a grace period", "RCU");
  if (teardown_since != ps_never && now - teardown_since >= hung_task)
    ring(hung_, "120 s in the teardown", "unregister");
}

void Alarms::ring(bool& rung, const char* what, const char* whose) {
  if (rung) return;
  rung = true;
  checker_.report(Kind::teardown_stall, Harm::stall, what, whose);
}

}  // namespace poolrace::models
