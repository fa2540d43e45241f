// SPDX-License-Identifier: MIT
// Options as text: one string that `replay` accepts, "poolrace/VERSION;key=value;…", and the words
// of a command line.  Both tell what decides a run, from one list.
#pragma once

#include <string>

#include "experiments/scenario/scenario.hpp"

namespace poolrace::experiments {

struct ReplayedRun {
  CommonOptions options;
  std::int64_t run = 0;
};

// How to see a run again.
std::string replay_string(const Resolved& resolved, const CommonOptions& options,
                          const std::string& variant, std::int64_t run);
// ConfigError says what is wrong with it.
ReplayedRun parse_replay(const std::string& text);

// The words behind `poolrace compare` that give the same runs: scenario, --profile, --variant, …;
// jobs and format decide no run.
std::vector<std::string> words_of(const CommonOptions& options);
// What they change beyond scenario, profile, variants, runs and seed: --world, --set, --stall, ….
std::vector<std::string> changing_words_of(const CommonOptions& options);
// As a shell reads them: quoted where it must be.
std::string shell_text(const std::vector<std::string>& words);

}  // namespace poolrace::experiments
