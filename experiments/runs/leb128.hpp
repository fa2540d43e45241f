// SPDX-License-Identifier: MIT
// Numbers as few bytes (LEB128, DWARF 5 section 7.6): seven bits a byte, the lowest first.  Signed
// ones are folded onto the unsigned before: 0, −1, 1, −2, ….
#pragma once

#include <cstdint>
#include <string>

#include "sim/errors.hpp"

namespace poolrace::experiments {

struct Leb128Writer {
  void unsigned_number(std::uint64_t rest) {
    for (; rest >= 0x80; rest >>= 7) bytes += static_cast<char>(rest | 0x80);
    bytes += static_cast<char>(rest);
  }
  void number(std::int64_t value) {
    const auto raw = static_cast<std::uint64_t>(value);
    unsigned_number(value < 0 ? ~(raw << 1) : raw << 1);
  }
  void text(const std::string& text) {
    unsigned_number(text.size());
    bytes += text;
  }
  std::string bytes;
};

// ConfigError if the bytes are none of the writer's.
struct Leb128Reader {
  [[noreturn]] static void fail() { throw ConfigError("a block's result is damaged"); }
  [[nodiscard]] bool at_end() const { return at == bytes.size(); }
  std::uint64_t unsigned_number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at_end()) fail();
      const auto byte = static_cast<unsigned char>(bytes[at++]);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    fail();
  }
  std::int64_t number() {
    const std::uint64_t raw = unsigned_number();
    return static_cast<std::int64_t>((raw & 1) != 0 ? ~(raw >> 1) : raw >> 1);
  }
  std::string text() {
    const std::uint64_t size = unsigned_number();
    if (size > bytes.size() - at) fail();
    at += size;
    return bytes.substr(at - size, size);
  }
  const std::string& bytes;
  std::size_t at = 0;
};

}  // namespace poolrace::experiments
