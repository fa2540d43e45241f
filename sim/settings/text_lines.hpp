// SPDX-License-Identifier: MIT
// A text file line by line, however long it is.  Taken as they come: a byte order mark, LF or CRLF.
// Refused with the line's number: bytes that are no text, a last line without its end (the file may
// have been cut short), a line of over 1 MiB.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/settings/input_file.hpp"

namespace poolrace::sim {

class TextLines {
 public:
  // ConfigError if the file is surely no text; `allowed` ends that error.
  TextLines(File file, std::string label, const std::string& allowed);

  // The next line without its end; none at the end of the file.
  bool next(std::string& line);

  // ConfigError "LABEL line N: what", of the line read last or of another.
  [[noreturn]] void fail(const std::string& what) const { fail(what, number_); }
  [[noreturn]] void fail(const std::string& what, int number) const;
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] const std::string& label() const { return label_; }

 private:
  bool fill();
  void check_text(std::string_view line) const;

  File file_;
  std::string label_;
  std::vector<char> buffer_;
  std::size_t at_ = 0, end_ = 0;
  int number_ = 0;
};

}  // namespace poolrace::sim
