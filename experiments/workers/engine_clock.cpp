// SPDX-License-Identifier: MIT
#include "experiments/workers/engine_clock.hpp"

#include "sim/worlds/world.hpp"

namespace poolrace::experiments {

bool engine_clock_lasts() {
  constexpr Ps fresh_process_after = 1500 * ps_per_s;
  return sim::World::clock_used() < fresh_process_after;
}

}  // namespace poolrace::experiments
