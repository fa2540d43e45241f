// SPDX-License-Identifier: MIT
#include "sim/settings/replay_fields.hpp"

#include <algorithm>
#include <set>

#include "sim/errors.hpp"
#include "sim/settings/escaped.hpp"

namespace poolrace::sim {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw ConfigError(std::string(replay_where) + ": " + what);
}

constexpr std::string_view begin = "poolrace/";

}  // namespace

ReplayFields fields_of(std::string_view text, std::string_view version,
                       std::initializer_list<std::string_view> again) {
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);  // npos + 1 is 0
  const std::string mine = std::string(begin) + std::string(version);
  if (!text.starts_with(begin))
    fail("'" + std::string(text) + "' is none: one begins with '" + mine +
         "', and `compare`, `run` and `explore` print them");
  const std::string_view head = text.substr(0, text.find(';'));
  if (!version.empty() && head != mine)
    fail("it begins with '" + std::string(head) + "', this is '" + mine +
         "'; another version draws other runs and takes other steps");
  ReplayFields out{std::string(head.substr(begin.size())), {}};
  std::set<std::string_view> seen;
  for (std::size_t at = head.size(); at < text.size();) {
    const std::size_t end = std::min(text.find(';', at + 1), text.size());
    const std::string_view field = text.substr(at + 1, end - at - 1);
    at = end;
    const std::size_t equals = field.find('=');
    if (equals == std::string_view::npos || equals == 0)
      fail("'" + std::string(field) + "' is not NAME=VALUE");
    const std::string_view name = field.substr(0, equals);
    const bool once = std::find(again.begin(), again.end(), name) == again.end();
    if (once && !seen.insert(name).second) fail("'" + std::string(name) + "=' is given twice");
    out.fields.push_back({std::string(name), unescaped(field.substr(equals + 1), replay_where)});
  }
  return out;
}

}  // namespace poolrace::sim
