// SPDX-License-Identifier: MIT
// How long a process may simulate: SimGrid's clock serves a process once, and must not pass 2000 s.
// World timed goes on without it, at any date; to world reference that is the end.
#pragma once

namespace poolrace::experiments {

// Whether there is time left for another run; what a RunFunction that simulates returns.
bool engine_clock_lasts();

}  // namespace poolrace::experiments
