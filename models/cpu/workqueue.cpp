// SPDX-License-Identifier: MIT
#include "models/cpu/workqueue.hpp"

#include <utility>

namespace poolrace::models {

Workqueue::Workqueue(Cpus& cpus, const std::string& name, Ps spread, sim::Stream draws)
    : cpus_(cpus), spread_(spread), draws_(draws), workers_(cpus.size()) {
  for (CpuId id = 0; id < cpus.size(); ++id) {
    Worker& worker = workers_[id];
    worker.task =
        &cpus.spawn(id, name + "/" + std::to_string(id), [this, &worker] { work(worker); });
  }
}

void Workqueue::queue_on(CpuId cpu, std::function<void()> work) {
  workers_[cpu].items.push_back(std::move(work));
  cpus_.wake(*workers_[cpu].task);
}

void Workqueue::work(Worker& mine) {
  for (;;) {
    while (mine.items.empty()) cpus_.block();
    if (spread_ != 0) cpus_.compute(draws_.between(0, spread_));
    while (!mine.items.empty()) {
      const auto item = std::move(mine.items.front());
      mine.items.pop_front();
      item();
    }
  }
}

}  // namespace poolrace::models
