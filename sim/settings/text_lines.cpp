// SPDX-License-Identifier: MIT
#include "sim/settings/text_lines.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sim/errors.hpp"
#include "sim/utf8.hpp"

namespace poolrace::sim {
namespace {

constexpr std::size_t line_bytes_max = std::size_t{1} << 20;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

bool is_plain(char c) {
  return (static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f) ||
         c == '\t';
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

}  // namespace

TextLines::TextLines(File file, std::string label, const std::string& allowed)
    : file_(std::move(file)), label_(std::move(label)), buffer_(65536) {
  const std::string head = head_of(file_.get()), foreign = foreign_kind(head);
  if (!foreign.empty()) throw ConfigError(label_ + ": is " + foreign + "; allowed: " + allowed);
  std::size_t marks = 0;  // editors that join files leave several
  while (head.substr(marks).starts_with(byte_order_mark)) marks += byte_order_mark.size();
  if (marks > 0 && fill()) at_ = marks;
}

bool TextLines::fill() {
  at_ = 0;
  end_ = std::fread(buffer_.data(), 1, buffer_.size(), file_.get());
  if (std::ferror(file_.get()))
    throw ConfigError(label_ + ": cannot be read to its end (" + std::strerror(errno) + ")");
  return end_ > 0;
}

bool TextLines::next(std::string& line) {
  line.clear();
  if (at_ == end_ && !fill()) return false;
  ++number_;
  for (;;) {
    const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(at_),
               end = buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
               newline = std::find(begin, end, '\n');
    line.append(begin, newline);
    at_ = static_cast<std::size_t>(newline - buffer_.begin());
    if (line.size() > line_bytes_max) fail("is over 1 MiB long; allowed: up to that much a line");
    if (newline != end) break;
    if (!fill())
      fail(
          "does not end in a newline, so the file may have been cut short; allowed: lines that all "
          "end in one");
  }
  ++at_;
  if (!line.empty() && line.back() == '\r') line.pop_back();
  check_text(line);
  return true;
}

void TextLines::check_text(std::string_view line) const {
  if (std::all_of(line.begin(), line.end(), is_plain)) return;
  const auto control = std::find_if(line.begin(), line.end(), is_control);
  if (control != line.end())
    fail("holds a byte " + printable(std::string(1, *control)) +
         "; this is no text file, or a damaged one; allowed: text in UTF-8");
  if (!is_utf8(line)) fail("is not UTF-8; allowed: text in UTF-8 (iconv converts it)");
}

void TextLines::fail(const std::string& what, int number) const {
  throw ConfigError(label_ + " line " + std::to_string(number) + ": " + what);
}

}  // namespace poolrace::sim
