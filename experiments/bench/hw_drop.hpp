// SPDX-License-Identifier: MIT
// What a receive path carries when more is offered than it can take.
#pragma once

#include <cstdint>
#include <vector>

#include "experiments/scenario/common_options.hpp"
#include "models/parameters.hpp"

namespace poolrace::experiments {

// What the receive path does to be measured: no teardown, one rate, offered twice what its CPUs
// can carry at best (or what the wire can).
std::vector<Setting> receive_scene(const std::string& rx_action);

struct Received {
  double mpps = 0;
  bool wire_limited = false;  // the wire was offered to its limit
};
// `p` says queues, ring and frame_bytes; `repetitions` how long it is measured.
Received receive_overload(models::Parameters p, int repetitions);

}  // namespace poolrace::experiments
