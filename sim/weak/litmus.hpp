// SPDX-License-Identifier: MIT
// Litmus programs: a few accesses of a few threads to places named by a letter, and every outcome that
// they can have under a model.  How the models are tested, and how anybody can ask them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sim/explore/explore.hpp"
#include "sim/explore/search.hpp"
#include "sim/weak/model.hpp"

namespace poolrace::sim::litmus {

enum class Op : std::uint8_t {
  write,   // value to place
  read,    // place to reg
  update,  // both
  fence,
  lock,
  unlock,
  enter,  // a read section
  leave,
  sync,  // a grace period
};
struct Act {
  Op op;
  char place = 'x';  // x, y, z; of locks, their name
  int value = 0;
  std::string reg{};
  Ordering ordering = Ordering::once;
  Fence kind = Fence::mb;
  std::string address{};  // the register of a read before that gave it
};
struct Program {
  std::string name;
  std::vector<std::vector<Act>> threads;
};

// One text a thread: "W x 1; mb; R r0 y acq; R r1 z addr:r0; X r2 x 2 relaxed; lock s; unlock s; rl; ru;
// sync".  ConfigError names program, thread and step.
Program parse(const std::string& name, const std::vector<std::string>& threads);

struct Outcomes {
  std::set<std::string> all;  // "0:r0=1 1:r0=0 x=1 y=0 z=0"
  bool complete = true;
  std::uint64_t executions = 0, cut = 0, deadlocks = 0;
};
Outcomes outcomes(const Program& program, MemoryModel model, const SearchOptions& options = {},
                  std::uint64_t executions_max = UINT64_MAX);
// Whether some outcome has all of "0:r0=1 x=2".
bool has(const Outcomes& outcomes, const std::string& asked);

}  // namespace poolrace::sim::litmus
