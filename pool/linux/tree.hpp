// SPDX-License-Identifier: MIT
// What is taken of a user's kernel tree: the pool and the few files it stands on, from a directory
// or from a git ref of one, without a checkout.  What the tree has is read out of these files,
// never out of a version: stable trees carry backports, and users carry patches.
#pragma once

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace poolrace::pool::linux_tree {

// One line: what, where, and what to do about it.
struct TreeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// "PATH" or "PATH@REF"; in either %XX stands for a character: %40 for '@', %2C for ',', %3B for
// ';', %25 for '%'.
struct Source {
  std::string path, ref;                   // no ref: the files as they lie there
  [[nodiscard]] std::string text() const;  // quoted again, the path absolute
};
Source parse_source(std::string_view text);

struct Tree {
  Source source;
  std::map<std::string, std::string> files;  // taken: path in the tree -> text
  std::set<std::string> left;                // what they include and was not taken, as included
  std::string page_macros;                   // of include/linux/mm.h: pp_magic and the index in it
  std::vector<std::string> traces;           // trace points that they name
  std::set<std::string> features;            // NAME of PR_HAS_NAME, see glue.c
  [[nodiscard]] bool has(const std::string& feature) const { return features.contains(feature); }
};
Tree read_tree(const Source& source);

// In words, for people: what destroy does, what guards the put.
std::vector<std::string> traits(const Tree& tree);

}  // namespace poolrace::pool::linux_tree
