// SPDX-License-Identifier: MIT
// For tests: the small pool of pool/linux/fixture, perhaps with a bug seeded, for real threads.
// The object is built with whatever sanitizer the test is.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "pool/linux/compile.hpp"
#include "source_paths.hpp"

namespace poolrace::pool::native {

inline std::string sanitizer_of_this_program() {
#if defined(__SANITIZE_THREAD__)
  return "thread";
#elif defined(__SANITIZE_ADDRESS__)
  return "address";
#else
  return "";
#endif
}

// With a small alloc cache, as the stress of the C++ variants has it: little is left in it.
inline linux_tree::Built native_tree(const std::string& path, linux_tree::Target target,
                                     const std::string& bug = "") {
  ::setenv("XDG_CACHE_HOME", POOLRACE_BINARY_DIR "/linux-cache", 1);
  linux_tree::BuildOptions options;
  options.target = target;
  options.cache = 16;
  options.refill = 8;
  options.sanitizer = sanitizer_of_this_program();
  if (!bug.empty()) {
    const std::string folder = POOLRACE_BINARY_DIR "/linux-bugs";
    std::filesystem::create_directories(folder);
    options.extra = folder + "/native-" + bug + ".h";
    std::ofstream(options.extra) << "#define " << bug << " 1\n";
  }
  return linux_tree::build(linux_tree::read_tree({path, ""}), options);
}

inline linux_tree::Built native_fixture(linux_tree::Target target, const std::string& bug = "") {
  return native_tree(POOLRACE_SOURCE_DIR "/pool/linux/fixture", target, bug);
}

}  // namespace poolrace::pool::native
