// SPDX-License-Identifier: MIT
#pragma once

#include "experiments/trace/spans.hpp"

namespace poolrace::experiments {

// A run that came to harm, taken again and watched: what the report tells of it.
struct ToldHarm {
  Recording recording;  // has a violation
  Spans spans;
};

}  // namespace poolrace::experiments
