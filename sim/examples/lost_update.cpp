// SPDX-License-Identifier: MIT
// A lost update, found by Explore: two CPUs raise a counter, each by a read and a write.  A search
// runs the program once for every order of its steps that could matter, and says when it has seen
// them all; with a lock around the two steps no order is left in which one is lost.
#include <cstdio>
#include <string>

#include "sim/explore/search.hpp"

using namespace poolrace;

namespace {

constexpr std::uint64_t counter_object = 1, lock_object = 2;  // names for what steps touch

void explore(bool locked) {
  std::printf("%s:\n", locked ? "with a lock" : "without a lock");
  sim::Search search;
  for (bool more = true; more;) {
    sim::Explore world(search);  // one execution of the program, from the start
    int counter = 0;
    const auto raise = [&] {
      if (locked) world.acquire(lock_object);
      world.advance(0);  // here a step begins; what it touches decides which orders matter
      world.touch(counter_object, sim::Touch::read);
      world.name_step("read", 0);
      const int seen = counter;
      world.advance(0);
      world.touch(counter_object, sim::Touch::write);
      world.name_step("write", 0);
      counter = seen + 1;
      if (locked) world.release(lock_object);
    };
    world.spawn("CPU 0", sim::Priority::task, raise);
    world.spawn("CPU 1", sim::Priority::task, raise);
    const auto end = world.execute();

    std::string order;
    for (const sim::Step& step : world.steps())
      if (*step.site != '\0') order += std::to_string(step.context) + " " + step.site + ", ";
    if (end == sim::Explore::End::finished)
      std::printf("  %scounter %d%s\n", order.c_str(), counter, counter == 2 ? "" : ": lost");
    more = search.another(world, end);
  }
  std::printf("  no other order: %llu executions, %llu of them cut short\n",
              static_cast<unsigned long long>(search.executions()),
              static_cast<unsigned long long>(search.cut()));
}

}  // namespace

int main() {
  explore(false);
  explore(true);
}
