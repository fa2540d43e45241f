// SPDX-License-Identifier: MIT
// Options as text: one string that `replay` accepts, "poolrace/VERSION;key=value;…", and the words
// of a command line.  Both tell what decides a run, from one list.  Of each file it names the string
// also tells what was in it ("contents=config:HASH"), so that it gives that run or none.
#pragma once

#include <string>

#include "experiments/scenario/scenario.hpp"

namespace poolrace::experiments {

struct ReplayedRun {
  CommonOptions options;
  std::int64_t run = 0;
  std::vector<FileContents> files;  // those it names, as they were
};

// How to see a run again.
std::string replay_string(const Resolved& resolved, const CommonOptions& options,
                          const std::string& variant, std::int64_t run);
// ConfigError says what is wrong with it.
ReplayedRun parse_replay(const std::string& text);
// ConfigError if a file that it names says another thing now, or if it does not say which it means.
Resolved resolve(const ReplayedRun& run);

// The words behind `poolrace compare` that give the same runs: scenario, --profile, --variant, …;
// jobs and format decide no run.
std::vector<std::string> words_of(const CommonOptions& options);
// What they change beyond scenario, profile, variants, runs and seed: --world, --set, --stall, ….
std::vector<std::string> changing_words_of(const CommonOptions& options);
// As a shell reads them, and harmless to look at: quoted where it must be, in bash's $'…' where a
// terminal would obey what is in them.
std::string shell_text(const std::vector<std::string>& words);

}  // namespace poolrace::experiments
