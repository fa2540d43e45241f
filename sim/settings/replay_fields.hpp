// SPDX-License-Identifier: MIT
// "poolrace/VERSION;name=value;name=value;…": the line that says all about a run of the timed
// worlds, or about a schedule of world explore.  This splits it and knows no name; what the names
// mean is said where each kind of line is written (experiments/scenario/, models/explore/).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace poolrace::sim {

inline constexpr const char* replay_where = "replay string";  // begins every error about one

struct ReplayField {
  std::string name, value;
};
struct ReplayFields {
  std::string version;
  std::vector<ReplayField> fields;  // in their order
};

// Blanks and line ends behind the line are left out.  ConfigError if it is no such line, if it is
// of another version than `version` (empty: any will do), or if a name comes twice that is not one
// of `again`.
ReplayFields fields_of(std::string_view text, std::string_view version,
                       std::initializer_list<std::string_view> again = {});

}  // namespace poolrace::sim
