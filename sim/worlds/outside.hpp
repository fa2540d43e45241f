// SPDX-License-Identifier: MIT
// An outside actor: a SimGrid actor on the peer host.  It announces the date up to which it sleeps;
// the minimum of those dates is the horizon no context passes before the actor has had its say.
// Private to sim/; includes SimGrid.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sim/worlds/engine.hpp"
#include "sim/worlds/world.hpp"

namespace poolrace::sim {

class OutsideActor {
 public:
  OutsideActor(World& world, std::uint32_t source, std::string name,
               std::function<void(Outside&)> body);

  void start(simgrid::s4u::Host* peer);
  // Where SimGrid's clock is at its end: those that have announced the date act, one by one.
  static void act_at(World& world, Ps date);
  void end();  // wakes the actor so that it unwinds; its SimGrid actor is gone when run() returns
  Ps announced() const { return announced_; }

 private:
  friend class Outside;

  void live();
  void sleep_until(Ps date);
  void post(std::function<void()> effect);

  World& world_;
  std::uint32_t source_;
  std::string name_;
  std::function<void(Outside&)> body_;
  simgrid::s4u::SemaphorePtr wake_;
  Ps now_ = 0;
  Ps announced_ = 0;  // it acts first at date 0
  bool called_ = false;
  bool gone_ = false;
  std::uint64_t posts_ = 0;
};

}  // namespace poolrace::sim
