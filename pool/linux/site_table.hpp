// SPDX-License-Identifier: MIT
// Where in the user's source each call of the object stands: found once, when it is built, and kept
// beside it.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace poolrace::pool::linux_tree {

// One frame of a chain of inlined functions, the innermost first.
struct SourceLine {
  std::string function, file;
  int line = 0;
  [[nodiscard]] bool ours() const {
    return file.starts_with("shim/") || !file.starts_with("tree/");
  }
};
using Chain = std::vector<SourceLine>;

std::string make_site_table(const std::string& folder);  // as text, of folder/pool.so

// Of one instruction, asked then and there; empty: not known.
Chain line_at(const std::string& folder, std::uint64_t offset);

class SiteTable {
 public:
  explicit SiteTable(const std::string& folder);
  [[nodiscard]] const Chain* find(std::uint64_t return_offset) const;  // null: not known

 private:
  std::unordered_map<std::uint64_t, Chain> chains_;  // looked up, never walked
};

// "page_pool.c:88" and "page_pool_scrub", through the shim and what was inlined.
struct Where {
  std::string line, function;
};
Where where_of(const Chain& chain);

}  // namespace poolrace::pool::linux_tree
