// SPDX-License-Identifier: MIT
// The options that most subcommands share, as words.  A subcommand with other defaults passes its
// own CommonOptions to both functions.
#pragma once

#include <string>
#include <vector>

#include "experiments/cli/command_line.hpp"
#include "experiments/scenario/common_options.hpp"

namespace poolrace::experiments {

// Declares them, but for those named in `without` ("scenario", "runs", …).
void add_common_options(CommandLine& line, const CommonOptions& defaults = {},
                        const std::vector<std::string>& without = {});
// Reads them.  ConfigError names option, value, what is allowed and the nearest name.
CommonOptions common_options(const ParsedLine& line, CommonOptions defaults = {});

}  // namespace poolrace::experiments
