// SPDX-License-Identifier: MIT
#include "sim/utf8.hpp"

namespace poolrace::sim {
namespace {

// What the second byte may be: it keeps out overlong forms, surrogates and what is past U+10FFFF.
bool second_fits(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second < 0xa0;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second < 0x90;
    default:
      return true;
  }
}

bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 2 && first == 0xc2)  // the C1 set, which some terminals obey
    return static_cast<unsigned char>(character[1]) < 0xa0;
  return first < 0x20 || first == 0x7f;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  if (byte(0) < 0xc2 || byte(0) > 0xf4) return 0;
  const std::size_t length = byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  if (text.size() < length || !second_fits(byte(0), byte(1))) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  return length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text) {
  constexpr const char* digits = "0123456789abcdef";
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(character.size());
    if (length != 0 && !is_control(character)) {
      out += character;
    } else if (character == "\n" || character == "\r") {
      out += character == "\n" ? "\\n" : "\\r";
    } else {
      for (const char c : character)
        for (const char d : {'\\', 'x', digits[static_cast<unsigned char>(c) >> 4], digits[c & 15]})
          out += d;
    }
  }
  return out;
}

}  // namespace poolrace::sim
