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

}  // namespace poolrace::sim
