// SPDX-License-Identifier: MIT
#include "models/cpu/run_queue.hpp"

#include <algorithm>

namespace poolrace::models {

void RunQueue::put(Thread& thread) {
  const auto behind =
      std::upper_bound(waiting_.begin(), waiting_.end(), thread.vruntime,
                       [](Ps mine, const Thread* other) { return mine < other->vruntime; });
  waiting_.insert(behind, &thread);
}

void RunQueue::charge(Thread& running, Ps ran) {
  running.vruntime += ran;
  const Ps least = empty() ? running.vruntime : std::min(running.vruntime, first()->vruntime);
  floor_ = std::max(floor_, least);
}

void RunQueue::place(Thread& woken) const {
  woken.vruntime = std::max(woken.vruntime, floor_ - credit_);
}

bool RunQueue::preempts(const Thread& woken, const Thread& running) const {
  return running.vruntime - woken.vruntime > granularity_;
}

}  // namespace poolrace::models
