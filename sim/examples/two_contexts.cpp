// SPDX-License-Identifier: MIT
// Two contexts in a World: a NIC that brings packets and a poll that handles them.  Time passes in
// advance() alone, and a context runs until it calls something that waits: so nothing needs a lock,
// and of equal dates the device goes before the softirq.  World `reference` prints the same.
#include <cstdio>
#include <cstring>

#include "sim/worlds/world.hpp"

using namespace poolrace;
using namespace poolrace::time_literals;

int main(int argc, char** argv) {
  const bool reference = argc > 1 && std::strcmp(argv[1], "reference") == 0;
  const auto world =
      sim::World::make(reference ? sim::WorldKind::reference : sim::WorldKind::timed);
  const auto say = [&](const char* what, int packets) {
    std::printf("%5lld ns  %-4s  %s, %d waiting\n",
                static_cast<long long>(world->now() / ps_per_ns), world->self().name().c_str(),
                what, packets);
  };
  int waiting = 0;

  sim::Context& poll = world->spawn("poll", sim::Priority::softirq, [&] {
    while (world->park_until(world->now() + 2_us))  // false: nobody woke it before that date
      while (waiting > 0) {
        world->advance(300_ns);
        say("handled a packet", --waiting);
      }
    say("idle for 2 us: the end", waiting);
    world->stop();  // unwinds every context, wherever it waits
  });

  world->spawn("nic", sim::Priority::device, [&] {
    for (const Ps gap : {1_us, 200_ns, 100_ns, 900_ns}) {
      world->advance(gap);
      say("a packet arrives", ++waiting);
      world->unpark(poll);  // not parked?  Then its next park() returns at once
    }
    world->park();  // for ever
  });

  world->run();
  std::printf("%llu events, %llu of them at the date of the one before\n",
              static_cast<unsigned long long>(world->events()),
              static_cast<unsigned long long>(world->ties()));
}
