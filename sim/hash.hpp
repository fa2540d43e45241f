// SPDX-License-Identifier: MIT
// FNV-1a: small, fixed for ever, good enough to name and to compare (not to defend).  It keys
// streams of chance, parameters, stored studies and sites, so a change of it moves everything.
#pragma once

#include <cstdint>
#include <string_view>

namespace poolrace::sim {

constexpr std::uint32_t fnv1a_32(std::string_view text) {
  std::uint32_t hash = 0x811c9dc5;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193;
  return hash;
}

constexpr std::uint64_t fnv1a_64(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

// The same over numbers, eight bytes each, the lowest first.
class Hash64 {
 public:
  constexpr void add(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) value_ = (value_ ^ (number >> 8 * i & 0xff)) * 0x100000001b3;
  }
  constexpr std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace poolrace::sim
