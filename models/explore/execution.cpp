// SPDX-License-Identifier: MIT
#include "models/explore/execution.hpp"

#include "models/explore/machine.hpp"

namespace poolrace::models {

Execution execute(const ExploreTask& task, sim::Scheduler& scheduler, sim::Search* search,
                  bool& more, std::vector<sim::Step>* steps) {
  ExploreMachine machine(task, scheduler);
  Execution execution = machine.run();
  if (steps != nullptr) *steps = machine.world().steps();
  more = search != nullptr && search->another(machine.world(), execution.end);
  return execution;
}

}  // namespace poolrace::models
