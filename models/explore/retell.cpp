// SPDX-License-Identifier: MIT
#include "models/explore/retell.hpp"

#include "models/explore/machine.hpp"
#include "sim/explore/search.hpp"

namespace poolrace::models {

namespace {

class Teller final : public sim::Scheduler {
 public:
  Teller(const Schedule& schedule, std::size_t more, std::vector<Fact>& facts)
      : replay_(schedule), length_(schedule.size()), more_(more), facts_(facts) {}
  void watch(ExploreMachine& machine) { machine_ = &machine; }

  std::uint32_t next(const std::vector<sim::Step>& taken, sim::ContextSet enabled) override {
    if (taken.size() == length_) look();
    return taken.size() >= length_ && taken.size() - length_ >= more_
               ? nobody
               : replay_.next(taken, enabled);
  }
  std::uint32_t choose(const std::vector<sim::Step>& taken, std::uint64_t allowed) override {
    return replay_.choose(taken, allowed);
  }
  void ended(const std::vector<sim::Step>&) override {
    if (facts_.empty()) look();
  }

 private:
  void look() { facts_ = machine_->facts(); }
  sim::Replay replay_;
  std::size_t length_, more_;
  std::vector<Fact>& facts_;
  ExploreMachine* machine_ = nullptr;
};

std::string strayed(const Schedule& schedule, const std::vector<sim::Step>& steps) {
  for (std::size_t i = 0; i < schedule.size(); ++i) {
    if (i == steps.size())
      return "the schedule has " + std::to_string(schedule.size()) +
             " steps, but all was over after " + std::to_string(i);
    if (steps[i].context != schedule[i].context)
      return "step " + std::to_string(i + 1) + " of the schedule asks for context " +
             std::to_string(schedule[i].context) + ", which cannot go on there";
    if (steps[i].way != schedule[i].way)
      return "step " + std::to_string(i + 1) + " of the schedule asks for way " +
             std::to_string(schedule[i].way) + ", which it does not have there";
  }
  return "";
}

Retelling told(const ExploreTask& task, const Schedule& schedule, std::size_t more,
               bool every_way) {
  Retelling out;
  Teller teller(schedule, more, out.facts);
  ExploreMachine machine(task, teller);
  if (every_way) machine.offer_all_ways();
  teller.watch(machine);
  out.execution = machine.run();
  out.steps = machine.world().steps();
  out.astray = strayed(schedule, out.steps);
  return out;
}

}  // namespace

// A search leaves out ways of which another order finds the same; who goes through the state graph
// (the lesson page) takes them.
Retelling retell(const ExploreTask& task, const Schedule& schedule, std::size_t more) {
  Retelling out = told(task, schedule, more, false);
  if (out.astray.empty() || task.config.memory == sim::MemoryModel::sc) return out;
  Retelling wider = told(task, schedule, more, true);
  return wider.astray.empty() ? wider : out;
}

}  // namespace poolrace::models
