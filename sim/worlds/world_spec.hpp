// SPDX-License-Identifier: MIT
// Which world a run takes place in, and what SimGrid is told of the machine.
#pragma once

#include <string>

#include "sim/time.hpp"

namespace poolrace::sim {

enum class WorldKind { timed, reference };

struct HostSpec {
  std::string name = "machine";
  int cores = 1;
  double speed_hz = 1e9;
  bool operator==(const HostSpec&) const = default;
};

// What SimGrid is told of the machine: the host under test, its peer, the wire between them.
struct MachineSpec {
  HostSpec host;
  HostSpec peer{"peer"};
  double wire_bit_per_s = 10e9;
  Ps wire_latency_ps = 1 * ps_per_us;
  bool operator==(const MachineSpec&) const = default;
};

}  // namespace poolrace::sim
