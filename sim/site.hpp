// SPDX-License-Identifier: MIT
// A site: a short phrase in kernel words that names one visible step ("read dma_sync").  Traces,
// schedules, stalls and lessons speak in sites.  The id is a hash of the text, made by the
// compiler, so that it is the same in every build; or at run time, for code that is loaded then.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/hash.hpp"

namespace poolrace::sim {

class Site {
 public:
  consteval Site(const char* text) : text_(text), id_(fnv1a_32(text)) {}  // implicit on purpose
  // The one of that text, kept for good: equal texts have one id and one address.
  static Site interned(std::string_view text);
  [[nodiscard]] constexpr const char* text() const { return text_; }
  [[nodiscard]] constexpr std::uint32_t id() const { return id_; }

 private:
  constexpr Site(const char* text, std::uint32_t id) : text_(text), id_(id) {}
  const char* text_;
  std::uint32_t id_;
};

}  // namespace poolrace::sim
