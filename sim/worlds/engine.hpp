// SPDX-License-Identifier: MIT
// SimGrid's engine, of which a process has one: its options, the machine's hosts and wire, and the
// only conversion between our integer dates and its floating clock.  A context at T ps lives at
// SimGrid's date base + T + 0.5 ps, an outside actor acts at base + e ps, so that neither rounding
// nor SimGrid's order of equal dates can make them tie.  Private to sim/; includes SimGrid.
#pragma once

#include <simgrid/s4u.hpp>

#include "sim/time.hpp"
#include "sim/worlds/world_spec.hpp"

namespace poolrace::sim::engine {

struct Machine {
  MachineSpec spec;
  simgrid::s4u::Host* host;
  simgrid::s4u::Host* peer;
};

// The machine of that description; made when it is first asked for.
const Machine& machine(const MachineSpec& spec);

Ps base();                              // the clock, rounded up past the next whole microsecond
double context_date(Ps base, Ps date);  // SimGrid's date of a context at `date`
double outside_date(Ps base, Ps date);  // SimGrid's date of an outside actor at `date`
bool serves(Ps base, Ps date);          // SimGrid's clock tells picoseconds apart up to there
double clock();
bool reached(double date);      // the clock is at `date`, or within a quarter ps of it
void check_clock(double date);  // throws unless the clock is within half a ps of it
void run();                     // until all actors are gone
Ps clock_used();

}  // namespace poolrace::sim::engine
