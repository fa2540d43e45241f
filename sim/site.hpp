// SPDX-License-Identifier: MIT
// A site: a short phrase in kernel words that names one visible step ("read dma_sync").  Traces,
// schedules, stalls and lessons speak in sites.  The id is a hash of the text, made by the
// compiler, so that it is the same in every build.
#pragma once

#include <cstdint>

#include "sim/hash.hpp"

namespace poolrace::sim {

class Site {
 public:
  consteval Site(const char* text) : text_(text), id_(fnv1a_32(text)) {}  // implicit on purpose
  [[nodiscard]] constexpr const char* text() const { return text_; }
  [[nodiscard]] constexpr std::uint32_t id() const { return id_; }

 private:
  const char* text_;
  std::uint32_t id_;
};

}  // namespace poolrace::sim
