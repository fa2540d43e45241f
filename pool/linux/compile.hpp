// SPDX-License-Identifier: MIT
// A tree's pool as a shared object, compiled at run time and kept by content: the taken files, our
// own C, the flags and the compiler's version.  Derived from the tree, it stays in the user's cache.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "pool/linux/tree.hpp"

namespace poolrace::pool::linux_tree {

// What the same files become: an object whose every access is a visible step, or one for real
// threads (native.h) of a kernel whose read sections may be preempted, or may not.
enum class Target { steps, native, native_no_preempt };

struct BuildOptions {
  Target target = Target::steps;
  std::string sanitizer;  // of a native one: "thread", "address", as the program that loads it
  unsigned cache = 0, refill = 0;  // of a native one: other sizes than the tree's; 0: its own
  bool stats = true;               // CONFIG_PAGE_POOL_STATS
  bool small_nodes = true;  // of the xarray, where steps count: 8 slots; else as kernels have
  std::string extra;        // a header of the user's, included behind the shim; empty: none
  std::string optimise = "-O2";
  std::function<void(const std::string&)> tell;  // progress; may be empty
};

struct Built {
  std::string
      folder;        // with pool.so, sites (of a native one: empty) and the taken files under tree/
  std::string hash;  // of all that went in, 16 hexadecimal digits
  bool fresh = false;  // compiled just now
};

// What a build of it would have for a hash: nothing is compiled.
std::string hash_of_build(const Tree& tree, const BuildOptions& options);
// TreeError: the compiler's own line, and what to do.  Two at once are safe.
Built build(const Tree& tree, const BuildOptions& options = {});

// Where objects are kept; empty: nowhere can be written to but a temporary folder.
std::string cache_folder();
struct Kept {
  std::string hash, name;  // name: of the tree it was first built for
  std::string how;         // "steps", "steps, nodes of 64", "native", …
  std::uintmax_t bytes;
};
std::vector<Kept> kept();
std::size_t forget_all();  // how many there were

}  // namespace poolrace::pool::linux_tree
