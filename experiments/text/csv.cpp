// SPDX-License-Identifier: MIT
#include "experiments/text/csv.hpp"

namespace poolrace::experiments {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::string cell_of(const std::string& text, bool alone) {
  constexpr const char* byte_order_mark =
      "\xef\xbb\xbf";  // which a reader drops at a file's beginning
  const bool plain = !text.starts_with(byte_order_mark) &&
                     text.find_first_of(",\"\r\n") == std::string::npos &&
                     (text.empty() ? !alone : !is_blank(text.front()) && !is_blank(text.back()));
  if (plain) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

std::string csv_row(const std::vector<std::string>& cells) {
  std::string out;
  for (const std::string& cell : cells)
    out += (&cell == cells.data() ? "" : ",") + cell_of(cell, cells.size() == 1);
  return out + "\n";
}

}  // namespace poolrace::experiments
