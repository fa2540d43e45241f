// SPDX-License-Identifier: MIT
// The one place that knows every kind of world; the worlds know each other not.
#include "sim/worlds/engine.hpp"
#include "sim/worlds/reference.hpp"
#include "sim/worlds/timed.hpp"
#include "sim/worlds/world.hpp"

namespace poolrace::sim {

std::unique_ptr<World> World::make(WorldKind kind, const MachineSpec& machine) {
  std::unique_ptr<World> world;
  if (kind == WorldKind::timed)
    world = std::make_unique<Timed>();
  else
    world = std::make_unique<Reference>();
  world->machine_ = &engine::machine(machine).spec;
  return world;
}

}  // namespace poolrace::sim
