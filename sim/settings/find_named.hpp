// SPDX-License-Identifier: MIT
// The row of a table that bears a name; who asks for a name that none bears is told the nearest, or
// all of them.  A row has a `.name`, whatever kind of string that is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/settings/nearest.hpp"

namespace poolrace::sim {

template <class Table>
std::vector<std::string> names_of(const Table& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.emplace_back(row.name);
  return names;
}

// Throws ConfigError "WHERE: unknown WHAT 'NAME' (nearest: …)"; an empty `where` says no place.
// The row lives as long as the table it stands in.
template <class Table>
const auto& find_named(const Table& rows, std::string_view where, std::string_view what,
                       std::string_view name) {
  for (const auto& row : rows)
    if (row.name == name) return row;
  fail_unknown(where, what, name, names_of(rows));
}

}  // namespace poolrace::sim
