// SPDX-License-Identifier: MIT
// See ini.hpp.
#include "sim/settings/ini.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "sim/errors.hpp"

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
void parse_line(std::string_view text, int line, IniFile& file) {
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  if (std::any_of(text.begin(), text.end(), is_control))
    fail(file.label, line, "holds a control character; this is no text file, or a damaged one");
  text = trimmed(text.substr(0, text.find('#')));
  if (text.empty()) return;
  const std::size_t equals = text.find('=');
  if (text.front() == '[') {
    if (text.back() != ']') fail(file.label, line, "a [heading] must end in ']'");
    return;
  }
  if (equals == std::string_view::npos)
    fail(file.label, line, "'" + std::string(text) + "' is not 'name = value'");
  IniEntry entry{std::string(trimmed(text.substr(0, equals))),
                 std::string(trimmed(text.substr(equals + 1))), line};
  if (entry.key.empty()) fail(file.label, line, "a name is missing before '='");
  for (const IniEntry& earlier : file.entries)
    if (earlier.key == entry.key)
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

IniFile parse_ini(std::string_view text, std::string label) {
  IniFile file{std::move(label), {}};
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";  // some editors put one
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark)
    text.remove_prefix(byte_order_mark.size());
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos)
      fail(file.label, line,
           "the last line does not end in a newline: the file may have been cut short "
           "(if it is whole, end it with a newline)");
    parse_line(text.substr(0, end), line, file);
    text.remove_prefix(end + 1);
  }
  return file;
}

IniFile read_ini(const std::string& path, std::string_view what) {
  const std::string label = std::string(what) + " file " + path;
  const auto fail_reading = [&](const char* how) {
    throw ConfigError(label + ": cannot be " + how + " (" + std::strerror(errno) + ")");
  };
  const auto close = [](std::FILE* stream) { std::fclose(stream); };
  const std::unique_ptr<std::FILE, decltype(close)> stream(std::fopen(path.c_str(), "rb"), close);
  if (!stream) fail_reading("opened");
  std::string text;
  char buffer[4096];
  constexpr std::size_t bytes_max = 1 << 20;
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, stream.get())) {
    text.append(buffer, got);
    if (text.size() > bytes_max)  // /dev/zero has no end
      throw ConfigError(label + ": is longer than 1 MiB; allowed: lines of NAME = VALUE");
  }
  if (std::ferror(stream.get())) fail_reading("read to its end");
  return parse_ini(text, label);
}

}  // namespace poolrace::sim
