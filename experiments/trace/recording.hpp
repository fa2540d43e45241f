// SPDX-License-Identifier: MIT
// One run, watched: what `trace` writes and the report draws.  The run is taken twice: once to
// learn where the window lies (determinism makes the second the same), once to keep what falls into
// it, so that a run of minutes costs the memory of its window.
#pragma once

#include <optional>

#include "experiments/scenario/scenario.hpp"
#include "models/cpu/recorder.hpp"
#include "models/machine.hpp"

namespace poolrace::experiments {

struct RunChoice {
  CommonOptions options;
  Resolved resolved;  // one variant
  std::int64_t run = 0;
};

struct WindowChoice {
  bool all = false;              // the whole run
  bool asked = false;            // by the user, so that it need not end at a violation
  Ps length = 1000 * ps_per_us;  // of time before the violation, or the last step
};

struct Recording {
  models::RunResult result;  // with the steps of the window
  std::vector<models::Seen> seen;
  Ps from = 0, to = 0;
  std::optional<models::Violation> violation;  // the crash, else the first harm, else misuse
  std::string variant, scenario, profile, replay;
};

// ConfigError if nothing was violated and no window was asked for.
Recording record_run(const RunChoice& choice, const WindowChoice& window);

}  // namespace poolrace::experiments
