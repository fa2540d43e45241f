// SPDX-License-Identifier: MIT
// What every reader of other people's bytes must hold, whatever they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "sim/errors.hpp"

// libFuzzer calls it, or main.cpp.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace poolrace::fuzz {

inline void require(bool ok, std::string_view what) {
  if (ok) return;
  std::cerr << "fuzz: not so: " << what << "\n";
  std::abort();
}

// Reads; what is refused is refused in one printable line.
int one_input(const std::uint8_t* data, std::size_t size, const auto& read) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  try {
    read(bytes);
  } catch (const ConfigError& error) {
    const std::string_view what = error.what();
    require(!what.empty() && sim::printable(what) == what, "an error is one printable line");
  }
  return 0;
}

}  // namespace poolrace::fuzz
