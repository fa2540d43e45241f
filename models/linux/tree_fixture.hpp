// SPDX-License-Identifier: MIT
// For tests: the small pool of pool/linux/fixture, perhaps with a bug seeded, as a variant.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "models/explore/explorer.hpp"
#include "models/linux/variant.hpp"
#include "models/linux/write_check.hpp"
#include "source_paths.hpp"

namespace poolrace::models::linux_tree {

// What is compiled is kept in the build tree, not in the cache of whoever runs the tests.
inline void keep_in_build_tree() {
  ::setenv("XDG_CACHE_HOME", POOLRACE_BINARY_DIR "/linux-cache", 1);
}

inline std::string fixture_path() {
  return POOLRACE_SOURCE_DIR "/pool/linux/fixture";
}

// The full name of the fixture with that macro defined; empty: as it is.
inline std::string fixture(const std::string& bug = "", int value = 1) {
  keep_in_build_tree();
  pool::linux_tree::BuildOptions options;
  if (!bug.empty()) {
    const std::string folder = POOLRACE_BINARY_DIR "/linux-bugs";
    std::filesystem::create_directories(folder);
    options.extra = folder + "/" + bug + (value == 1 ? "" : std::to_string(value)) + ".h";
    std::ofstream(options.extra) << "#define " << bug << " " << value << "\n";
  }
  return know_tree("linux:" + fixture_path(), "test", options);
}

inline ExploreTask task_of(const std::string& program, const std::string& variant,
                           const ExploreConfig& config = {}) {
  return {&find_program(program), variant, config, ""};
}

inline const Found* found_in(const Verdict& verdict, Kind kind, Harm harm) {
  const auto& found = verdict.found[static_cast<std::size_t>(kind)];
  return found && found->violation.harm == harm ? &*found : nullptr;
}

inline bool harmed(const Verdict& verdict) {
  for (const auto& found : verdict.found)
    if (found && found->violation.harm != Harm::none) return true;
  return false;
}

}  // namespace poolrace::models::linux_tree
