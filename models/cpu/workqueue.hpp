// SPDX-License-Identifier: MIT
// A bound workqueue: what is queued on a CPU is done by that CPU's worker, which is a task and has
// to win the CPU like any other.
//
// Mirrors queue_work_on(): the worker is woken, on an idle CPU at once, else as the scheduler has
// it; then it still has to take its pool's lock and warm up its stack before the work begins, which
// takes from nothing to `spread`, uniformly.  Left out: pools that queues share, a second worker
// where the first sleeps in its work, unbound queues, rescuers, kworkers that come and go.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "models/cpu/cpu.hpp"
#include "sim/chance/random.hpp"

namespace poolrace::models {

class Workqueue {
 public:
  Workqueue(Cpus& cpus, const std::string& name, Ps spread, sim::Stream draws);
  void queue_on(CpuId cpu, std::function<void()> work);  // done in order, by that CPU's worker

 private:
  struct Worker {
    Thread* task = nullptr;
    std::deque<std::function<void()>> items;
  };
  void work(Worker& mine);

  Cpus& cpus_;
  Ps spread_;
  sim::Stream draws_;
  std::vector<Worker> workers_;  // by CPU
};

}  // namespace poolrace::models
