// SPDX-License-Identifier: MIT
#include "experiments/workers/engine_clock.hpp"

#include "sim/worlds/world.hpp"

namespace poolrace::experiments {

bool engine_clock_lasts() {
  constexpr Ps fresh_process_after =
      500 * ps_per_s;  // a long run of world reference wants the rest
  return sim::World::clock_used() < fresh_process_after;
}

}  // namespace poolrace::experiments
