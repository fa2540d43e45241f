// SPDX-License-Identifier: MIT
// "linux:TREE[@REF]" as a variant of the pool: read, compiled and loaded when it is first named,
// and known by its full name, with what it is made of, for as long as the process lasts.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "pool/linux/compile.hpp"

namespace poolrace::models::linux_tree {

inline bool names_tree(std::string_view variant) {
  return variant.starts_with("linux:");
}

// The full name, "linux:PATH@REF#HASH", under which variants know it from now on.  A name that says
// a hash already is held to it: schedules are of one content alone.  ConfigError begins with `where`.
std::string know_tree(std::string_view name, const std::string& where,
                      const pool::linux_tree::BuildOptions& options = {});

// The same, with the build that runs with time have: made before the first one.
std::string know_tree_for_runs(std::string_view name, const std::string& where,
                               const pool::linux_tree::BuildOptions& options = {});

// For a table: "linux:NAME@REF#HASH", the folder's own name and some digits; others as they are.
std::string label_of(std::string_view variant);

// What was taken of that tree, by the name that steps give a file ("page_pool.c"); of a variant that
// is no tree, nothing.
std::map<std::string, std::string> source_files(std::string_view variant);

}  // namespace poolrace::models::linux_tree
