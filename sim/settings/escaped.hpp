// SPDX-License-Identifier: MIT
// A value inside a line of fields, as in a URL: %XX for each byte that would end the field or the line,
// or that no terminal or JSON takes: ';', '%', control characters, what is no UTF-8, blanks at an end.
#pragma once

#include <string>
#include <string_view>

namespace poolrace::sim {

std::string escaped(std::string_view value);
// ConfigError "WHERE: …" where two hex digits do not follow a '%'.
std::string unescaped(std::string_view text, std::string_view where);

}  // namespace poolrace::sim
