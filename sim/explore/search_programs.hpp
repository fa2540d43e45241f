// SPDX-License-Identifier: MIT
// For tests of the search: random small programs, on a machine as small as it can be.  Words that
// lie in structs with a lifetime, locks, RCU, mappings, bottom halves and interrupts on a task's
// CPU, a work queue; some steps are misuse, some are harm and end the execution.
#pragma once

#include <array>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "sim/explore/explore.hpp"
#include "sim/explore/search.hpp"

namespace poolrace::sim::programs {

enum class Op : std::uint8_t {
  read,
  write,  // of 13: harm
  add,
  lock,
  unlock,
  bh_off,
  bh_on,
  enter,  // a read section
  leave,
  grace,
  free,   // the struct in which a word lies: accesses after it are harm
  map,    // misuse if it is mapped
  unmap,  // misuse if it is not
  sync,   // misuse if it is not mapped, and harm if the word of that number is odd then
  post,   // to the work queue
  serve,  // waits for work
};
struct Act {
  Op op;
  std::uint32_t object = 0;
  int value = 0;
};
struct Program {
  std::vector<std::vector<Act>> contexts;
  std::vector<int> irq_on;  // the task whose CPU an interrupt takes; -1: itself a task
  [[nodiscard]] bool irq(std::size_t c) const { return irq_on[c] >= 0; }
};

std::string text_of(const Program& program);

// How big and of what: the wider, the more orders.
struct Shape {
  std::uint32_t contexts_min = 2, contexts_max = 3;
  std::uint32_t blocks_max = 3;  // of two contexts; one less of three
  bool lifetimes = true, mappings = true, work = true;
};
Program random_program(std::mt19937& draw, const Shape& shape = {});

struct Outcome {
  std::set<std::string> states;  // of executions that came to their end, with the misuse in them
  std::set<std::string> kinds;   // seen in any execution
  std::uint64_t executions = 0, cut = 0;
  bool complete = true;
};
Outcome search(const Program& program, const SearchOptions& options,
               std::uint64_t executions_max = UINT64_MAX);
// One execution under any scheduler: how it ended, and its state.
std::string run_once(const Program& program, Scheduler& scheduler);

}  // namespace poolrace::sim::programs
