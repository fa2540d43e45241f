// SPDX-License-Identifier: MIT
// The store's tables, and the statements that write a block into them.
#pragma once

#include <string>
#include <vector>

#include "experiments/sweep/sqlite.hpp"

namespace poolrace::experiments {

std::vector<std::string> store_tables();  // as SQLite keeps their text

// ", runs, crashed, …": the counts as columns, `behind` behind each.
std::string count_columns(const std::string& behind = "");
std::string kind_columns(const std::string& behind = "");

struct BlockStatements {
  explicit BlockStatements(Database& database);
  Statement block, no_kinds, kind;
};

}  // namespace poolrace::experiments
