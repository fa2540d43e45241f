// SPDX-License-Identifier: MIT
// A replay string, read: "poolrace/VERSION;key=value;…", as replay_string() writes it.
#pragma once

#include <string>

#include "experiments/cli/command_line.hpp"

namespace poolrace::experiments {

struct ReplayedRun {
  CommonOptions options;
  std::int64_t run = 0;
};

// ConfigError says what is wrong with it.
ReplayedRun parse_replay(const std::string& text);

}  // namespace poolrace::experiments
