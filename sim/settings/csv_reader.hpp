// SPDX-License-Identifier: MIT
// Tables of text with a line of names, as tshark, office programs and people write them (RFC 4180
// and its relatives).  The first of , ; tab | and blank that the first line has is the separator;
// cells may be quoted, and then hold separators, doubled quotes and newlines; blanks around a cell
// and lines with nothing in them are left out.  Left out here: what a cell means.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/settings/text_lines.hpp"

namespace poolrace::sim {

class CsvReader {
 public:
  // Reads the line of names.  ConfigError names label, line and what is allowed.
  CsvReader(File file, std::string label, const std::string& allowed);

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  // The next row, with as many cells as there are names; none at the end.
  bool next(std::vector<std::string>& cells);

  // ConfigError "LABEL line N: what", of the line on which the last row begins.
  [[noreturn]] void fail(const std::string& what) const { lines_.fail(what, row_); }

 private:
  bool next_line();
  void split(std::vector<std::string>& cells);
  std::size_t quoted(std::string& cell, std::size_t at);
  [[nodiscard]] std::size_t past_blanks(std::size_t at) const;

  TextLines lines_;
  std::string line_;
  char separator_ = ',';
  int row_ = 0;
  std::vector<std::string> names_;
};

}  // namespace poolrace::sim
