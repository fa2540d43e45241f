// SPDX-License-Identifier: MIT
// See ini.hpp.
#include "sim/settings/ini.hpp"

#include <algorithm>

#include "sim/errors.hpp"
#include "sim/utf8.hpp"

namespace poolrace::sim {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string line_name(const std::string& label, int line) {
  return label + " line " + std::to_string(line);
}

[[noreturn]] void fail(const std::string& label, int line, const std::string& text) {
  throw ConfigError(line_name(label, line) + ": " + text);
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

// Adds what one line says, if anything.
void parse_line(std::string_view text, int line, IniFile& file,
                const std::vector<std::string>& may_repeat) {
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  if (std::any_of(text.begin(), text.end(), is_control))
    fail(file.label, line,
         "holds a control character; this is no text file, or a damaged one; allowed: text in "
         "UTF-8");
  text = trimmed(text.substr(0, text.find('#')));
  if (text.empty()) return;
  const std::size_t equals = text.find('=');
  if (text.front() == '[') {
    if (text.back() != ']') fail(file.label, line, "a [heading] must end in ']'");
    if (file.heading_line != 0)
      fail(file.label, line,
           "'" + std::string(text) + "' is a second heading (first on line " +
               std::to_string(file.heading_line) +
               "), and both parts would count; allowed: one [heading] at most");
    file.heading_line = line;
    return;
  }
  if (equals == std::string_view::npos)
    fail(file.label, line, "'" + std::string(text) + "' is not 'name = value'");
  IniEntry entry{std::string(trimmed(text.substr(0, equals))),
                 std::string(trimmed(text.substr(equals + 1))), line};
  if (entry.key.empty()) fail(file.label, line, "a name is missing before '='");
  if (!is_utf8(text)) fail(file.label, line, "'" + std::string(text) + "' is not UTF-8");
  for (const IniEntry& earlier : file.entries)
    if (earlier.key == entry.key && std::ranges::find(may_repeat, entry.key) == may_repeat.end())
      fail(file.label, line,
           "'" + entry.key + "' is given twice (first on line " + std::to_string(earlier.line) +
               ")");
  file.entries.push_back(std::move(entry));
}

}  // namespace

std::string IniFile::where(const IniEntry& entry) const {
  return line_name(label, entry.line);
}

std::optional<IniEntry> IniFile::take(std::string_view key) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const IniEntry& entry) { return entry.key == key; });
  if (found == entries.end()) return std::nullopt;
  IniEntry entry = std::move(*found);
  entries.erase(found);
  return entry;
}

IniFile parse_ini(std::string_view text, std::string label,
                  const std::vector<std::string>& may_repeat) {
  IniFile file{std::move(label), {}, 0};
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";  // some editors put one
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark)
    text.remove_prefix(byte_order_mark.size());
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos)
      fail(file.label, line,
           "the last line does not end in a newline: the file may have been cut short "
           "(if it is whole, end it with a newline); allowed: lines that all end in one");
    parse_line(text.substr(0, end), line, file, may_repeat);
    text.remove_prefix(end + 1);
  }
  return file;
}

}  // namespace poolrace::sim
