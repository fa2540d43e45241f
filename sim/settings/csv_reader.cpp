// SPDX-License-Identifier: MIT
#include "sim/settings/csv_reader.hpp"

#include <algorithm>

#include "sim/errors.hpp"

namespace poolrace::sim {
namespace {

// Outside quotes; a line of one name has none, and then it does not matter.
char separator_of(std::string_view line) {
  for (const char separator : {',', ';', '\t', '|', ' '}) {
    bool inside = false;
    for (const char c : line) {
      if (c == '"') inside = !inside;
      if (c == separator && !inside) return separator;
    }
  }
  return ',';
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

CsvReader::CsvReader(File file, std::string label, const std::string& allowed)
    : lines_(std::move(file), std::move(label), allowed) {
  if (!next_line()) throw ConfigError(lines_.label() + ": is empty; allowed: " + allowed);
  line_ = trimmed(line_);
  separator_ = separator_of(line_);
  split(names_);
}

// Lines without anything in them are passed over.
bool CsvReader::next_line() {
  do {
    if (!lines_.next(line_)) return false;
  } while (trimmed(line_).empty());
  row_ = lines_.number();
  return true;
}

bool CsvReader::next(std::vector<std::string>& cells) {
  if (!next_line()) return false;
  split(cells);
  if (cells.size() != names_.size())
    fail("has " + std::to_string(cells.size()) + (cells.size() == 1 ? " cell" : " cells") +
         "; allowed: " + std::to_string(names_.size()) + ", as the line of names has");
  return true;
}

std::size_t CsvReader::past_blanks(std::size_t at) const {
  while (at < line_.size() && (line_[at] == ' ' || (line_[at] == '\t' && separator_ != '\t'))) ++at;
  return at;
}

void CsvReader::split(std::vector<std::string>& cells) {
  const bool by_blanks = separator_ == ' ';  // of which several are one, and those at the end none
  std::size_t count = 0, at = past_blanks(0);
  for (bool more = true; more;) {
    if (count == cells.size()) cells.emplace_back();
    std::string& cell = cells[count++];
    if (at < line_.size() && line_[at] == '"') {
      at = quoted(cell, at + 1);
      if (!by_blanks) at = past_blanks(at);
      if (at < line_.size() && line_[at] != separator_)
        fail("has text behind a closing quote; allowed: \"\" for a quote inside quotes");
    } else {
      const std::size_t end = std::min(line_.find(separator_, at), line_.size());
      cell = trimmed(std::string_view(line_).substr(at, end - at));
      at = end;
    }
    more = at < line_.size();
    if (more) at = past_blanks(at + 1);
    if (by_blanks && at == line_.size()) more = false;
  }
  cells.resize(count);
}

// What stands from `at` to the closing quote, perhaps over several lines; returns where to go on.
std::size_t CsvReader::quoted(std::string& cell, std::size_t at) {
  constexpr std::size_t cell_bytes_max = std::size_t{1} << 20;
  cell.clear();
  for (;;) {
    const std::size_t quote = line_.find('"', at);
    cell.append(line_, at, quote - at);
    if (cell.size() > cell_bytes_max) fail("has a cell of over 1 MiB; is a quote not closed?");
    if (quote == std::string::npos) {
      cell += '\n';
      at = 0;
      if (!lines_.next(line_)) fail("opens a quote that nothing closes");
    } else if (line_.substr(quote, 2) == "\"\"") {
      cell += '"';
      at = quote + 2;
    } else {
      return quote + 1;
    }
  }
}

}  // namespace poolrace::sim
