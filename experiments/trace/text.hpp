// SPDX-License-Identifier: MIT
// A recording for the terminal: a column a CPU, a row a step, dates relative to the violation.
#pragma once

#include <string>

#include "experiments/trace/spans.hpp"

namespace poolrace::experiments {

// The last `rows` steps, in lines of 100 columns at most.
std::string text_timeline(const Recording& recording, const Spans& spans, std::size_t rows);

}  // namespace poolrace::experiments
