// SPDX-License-Identifier: MIT
// For tests: litmus programs, a few accesses of a few threads to three places, and every outcome
// that they can have under a model.
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

// One line a thread: "W x 1; mb; R r0 y acquire; R r3 z addr:r0; X r1 x 2 relaxed; lock s; unlock s; rl; ru; sync".
Program parse(const std::string& name, const std::vector<std::string>& threads);

struct Outcomes {
  std::set<std::string> all;  // "0:r0=1 1:r0=0 x=1 y=0 z=0"
  std::uint64_t executions = 0, cut = 0;
};
Outcomes outcomes(const Program& program, MemoryModel model, const SearchOptions& options = {});

}  // namespace poolrace::sim::litmus
