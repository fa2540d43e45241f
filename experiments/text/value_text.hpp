// SPDX-License-Identifier: MIT
// What a step returned, as a person reads it: −1 is not 2⁶⁴−1, and addresses are in hex.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace poolrace::experiments {

std::string value_text(std::string_view site, std::uint64_t value);

}  // namespace poolrace::experiments
