// SPDX-License-Identifier: MIT
// What a study's points are: each problem's own words as columns, and which other point had the same
// draws under another variant.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiments/sweep/cells.hpp"

namespace poolrace::experiments {

using Fields = std::map<std::string, std::string>;  // of a problem's text, by name

// Also of stores that another version wrote.
Fields problem_fields(const std::string& text);

// The columns that tell one point from another: who ran, what was varied, what differs.
std::vector<std::string> defining_columns(const std::vector<Fields>& problems,
                                          const std::vector<std::string>& axes);
Row defining_cells(const Fields& fields, const std::vector<std::string>& columns);

// Against which variant differences are told: `wanted`, ConfigError if no point has it; "": of those
// that there are, the first in the program's own order, trees last.
std::string reference_variant(const std::vector<Fields>& problems, const std::string& wanted);

// By point, the one with the same fields under the variant `versus`; none for that variant itself.
std::vector<std::optional<std::size_t>> partners(const std::vector<Fields>& problems,
                                                 const std::string& versus);

}  // namespace poolrace::experiments
