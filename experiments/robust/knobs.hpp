// SPDX-License-Identifier: MIT
// The parameters whose values nobody measured on the machine that is simulated, and how far they are
// moved.  The table's `source` says which (hardware notes: "a MEM number is a parameter to sweep
// ±2×"): MEM and choice go to half and to twice, or to every other name or switch that there is; DER
// and scaled ones a quarter down and up.  Left alone: what the table does not mark so (an IOMMU mode
// is a question, no guess), what was set by hand, and values of which no multiple makes sense.
#pragma once

#include <string>
#include <vector>

#include "experiments/scenario/scenario.hpp"

namespace poolrace::experiments {

struct Knob {
  std::string name, base;
  std::vector<std::string> values;  // to which it is moved; of a number rising
};

struct NotMoved {
  std::string name, why;
};

struct Knobs {
  std::vector<Knob> moved;
  std::vector<NotMoved> not_moved;
};

// `only`: these parameters, uncertain or not; empty: all that are.  ConfigError for an unknown name.
// `levels`: of a number so many values over its range, in equal ratios; 0: its ends, and of names and
// switches those alone that it has not already.
Knobs uncertain_knobs(const CommonOptions& options, const Resolved& resolved,
                      const std::vector<std::string>& only, int levels = 0);

}  // namespace poolrace::experiments
