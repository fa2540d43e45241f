// SPDX-License-Identifier: MIT
#include "sim/settings/escaped.hpp"

#include <algorithm>

#include "sim/errors.hpp"
#include "sim/utf8.hpp"

namespace poolrace::sim {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

std::string percent(std::string_view bytes) {
  std::string out;
  for (const char c : bytes)
    for (const char d : {'%', digits[static_cast<unsigned char>(c) >> 4], digits[c & 15]}) out += d;
  return out;
}

// The digit's value, or 16.
std::size_t digit(char c) {
  if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  return std::min(digits.find(c), digits.size());
}

}  // namespace

std::string escaped(std::string_view value) {
  std::string out;
  const std::size_t size = value.size();
  while (!value.empty()) {
    const std::string_view c = value.substr(0, std::max<std::size_t>(1, utf8_length(value)));
    const bool at_end = value.size() == size || value.size() == 1;
    const bool special = c == ";" || c == "%" || (c == " " && at_end);
    out += special || printable(c) != c ? percent(c) : std::string(c);
    value.remove_prefix(c.size());
  }
  return out;
}

std::string unescaped(std::string_view text, std::string_view where) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const std::size_t high = i + 2 < text.size() ? digit(text[i + 1]) : 16;
    const std::size_t low = high < 16 ? digit(text[i + 2]) : 16;
    if (low == 16)
      throw ConfigError(std::string(where) + ": '" + std::string(text.substr(i, 3)) +
                        "' is no byte in hex; allowed: %00 to %FF (%25 is the sign itself)");
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return out;
}

}  // namespace poolrace::sim
