// SPDX-License-Identifier: MIT
// Reads scenario, profile and --config files: `name = value` lines in Boost.Program_options' INI
// syntax.  `#` starts a comment anywhere (so a value cannot hold one), blank lines are free, and
// a `[heading]` line is one for people: it does not prefix the names below it, and a second one, which
// elsewhere would part two machines, is an error.  The reader is our own because Boost's reports
// neither file nor line and lets a torn last line through: here every line, the last one too, must
// end in a newline, or the file may have been cut short in the middle of a value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace poolrace::sim {

struct IniEntry {
  std::string key;
  std::string value;  // blanks around it removed; may be empty
  int line = 0;       // from 1
};

struct IniFile {
  std::string label;  // how errors name it, e.g. "scenario file x.ini"
  std::vector<IniEntry> entries;
  int heading_line = 0;  // 0: none

  // "scenario file x.ini line 7"
  std::string where(const IniEntry& entry) const;
  // Removes and returns the entry of a key that is no parameter (profile=, help=); none if absent.
  std::optional<IniEntry> take(std::string_view key);
};

// ConfigError names label and line.  The text comes from the binary, or from read_text().
// A key may be given once, but those in `may_repeat` as often as one likes.
IniFile parse_ini(std::string_view text, std::string label,
                  const std::vector<std::string>& may_repeat = {});

}  // namespace poolrace::sim
