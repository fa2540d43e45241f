// SPDX-License-Identifier: MIT
// bench hw: what a machine gives, as tables that can be measured elsewhere.
#pragma once

#include "experiments/cli/command_line.hpp"

namespace poolrace::experiments {

void add_hw_options(CommandLine& line);
// ConfigError if one of them is given to another benchmark.
void refuse_hw_options(const ParsedLine& parsed);
int bench_hw(const ParsedLine& parsed);

}  // namespace poolrace::experiments
