// SPDX-License-Identifier: MIT
#include "experiments/explain/functions.hpp"

#include <algorithm>

namespace poolrace::experiments {

namespace {

constexpr std::size_t names_max = 8;  // of one line

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name(char c) {
  return is_letter(c) || is_digit(c) || c == '.' || c == '$';
}
bool is_path(char c) {
  return is_name(c) || c == '/' || c == '-' || c == '+' || c == ',';
}

// The name that ends at `end`; empty if there is none.
std::string name_before(std::string_view line, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && is_name(line[begin - 1])) --begin;
  const std::string_view whole = line.substr(begin, end - begin);
  if (whole.empty() || !is_letter(whole.front())) return "";
  return std::string(whole.substr(0, whole.find_first_of(".$")));
}

// "…name+0x1c": the plus at `at`.
std::string with_offset(std::string_view line, std::size_t at) {
  return line.substr(at).starts_with("+0x") ? name_before(line, at) : "";
}

// "…name (net/core/page_pool.c:707": the dot of the file's ending at `at`.
std::string decoded(std::string_view line, std::size_t at) {
  const std::string_view tail = line.substr(at);
  if (tail.size() < 4 || tail[2] != ':' || !is_digit(tail[3]) ||
      std::string_view("chS").find(tail[1]) == std::string_view::npos)
    return "";
  std::size_t begin = at;
  while (begin > 0 && is_path(line[begin - 1])) --begin;
  if (begin > 0 && line[begin - 1] == '(') --begin;
  std::size_t end = begin;
  while (end > 0 && line[end - 1] == ' ') --end;
  if (end == begin) return "";
  const std::string name = name_before(line, end);
  return name == "at" || name == "in" || name == "from" ? "" : name;
}

}  // namespace

std::vector<std::string> functions_in(std::string_view line) {
  std::vector<std::string> names;
  for (std::size_t at = line.find_first_of("+."); at != std::string_view::npos;
       at = line.find_first_of("+.", at + 1)) {
    std::string name = line[at] == '+' ? with_offset(line, at) : decoded(line, at);
    if (!name.empty() && names.size() < names_max) names.push_back(std::move(name));
  }
  return names;
}

std::string bare_function(std::string_view line) {
  const auto cut_blanks = [&] { line = line.substr(0, line.find_last_not_of(' ') + 1); };
  cut_blanks();
  if (line.ends_with(']') && line.rfind(" [") != std::string_view::npos) {  // " [mlx5_core]"
    line = line.substr(0, line.rfind(" ["));
    cut_blanks();
  }
  const std::string name = name_before(line, line.size());
  if (name.find('_') == std::string::npos) return "";
  while (!line.empty() && is_name(line.back())) line.remove_suffix(1);
  cut_blanks();
  const bool alone =
      line.empty() || std::string_view("]>?").find(line.back()) != std::string_view::npos;
  const bool place = line.ends_with("kernel:") || line.ends_with("pc :") ||
                     line.ends_with("PC is at") || line.find("RIP: ") != std::string_view::npos;
  return alone || place ? name : "";
}

bool is_one_of(std::string_view name, std::string_view patterns) {
  while (!patterns.empty()) {
    const std::size_t end = std::min(patterns.find(' '), patterns.size());
    std::string_view one = patterns.substr(0, end);
    patterns.remove_prefix(std::min(end + 1, patterns.size()));
    if (one.empty()) continue;
    const bool open_end = one.back() == '*', open_begin = one.front() == '*';
    if (open_end) one.remove_suffix(1);
    if (open_begin && !one.empty()) one.remove_prefix(1);
    const bool fits = open_begin && open_end ? name.find(one) != std::string_view::npos
                      : open_end             ? name.starts_with(one)
                      : open_begin           ? name.ends_with(one)
                                             : name == one;
    if (fits) return true;
  }
  return false;
}

}  // namespace poolrace::experiments
