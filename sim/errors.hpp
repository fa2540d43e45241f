// SPDX-License-Identifier: MIT
// The two ways things go wrong here.  ConfigError is the user's (exit status 2): its message says
// what, where, what is allowed and the nearest name.  InternalError is ours (exit status 3): a
// check that must always hold did not.  Checks never vanish in release builds.  A message is one
// line, whatever bytes of others it quotes.
#pragma once

#include <stdexcept>
#include <string>

#include "sim/utf8.hpp"

namespace poolrace {

class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(const std::string& what) : std::runtime_error(sim::printable(what)) {}
};

class InternalError : public std::logic_error {
 public:
  explicit InternalError(const std::string& what) : std::logic_error(sim::printable(what)) {}
};

[[noreturn]] inline void fail_check(const char* what, const char* file, int line) {
  throw InternalError(std::string("internal check failed: ") + what + " (" + file + ":" +
                      std::to_string(line) + ")");
}

// Throws InternalError unless `ok`; `what` is a sentence a reader can act on.
inline void check(bool ok, const char* what, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  if (!ok) [[unlikely]]
    fail_check(what, file, line);
}

}  // namespace poolrace
