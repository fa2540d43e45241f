// SPDX-License-Identifier: MIT
// The lines of a kernel log, whatever its way here added: byte order mark, CRLF of a serial
// console, colours of a terminal, runs of NUL that a crash left in a file.  What is no text at all
// is named for what it is.  Bounded: of a long line the first 4096 bytes count (a record of printk
// has 1024), and a log may have 256 MiB and ten million lines.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace poolrace::experiments {

class LogLines {
 public:
  // `name` is how errors call it: "standard input", or the file's path.
  LogLines(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}

  // The next line without its end and without colours; false when there is none.  ConfigError,
  // one line, if this is no text or has no end.
  bool next(std::string& line);
  [[nodiscard]] std::int64_t number() const { return number_; }  // of that line, from 1

 private:
  bool fill();
  void check_text(std::string_view block) const;
  [[noreturn]] void fail(const std::string& text) const;

  std::istream& in_;
  std::string name_;
  std::vector<char> block_;
  std::size_t at_ = 0, size_ = 0;
  std::int64_t number_ = 0, newlines_ = 0, bytes_ = 0;
};

// Without escape sequences; other control characters become blanks.
std::string without_colours(std::string_view line);

}  // namespace poolrace::experiments
