// SPDX-License-Identifier: MIT
// Decimal text to scaled integers and back, exactly: "40.5" at scale 1'000'000 is 40'500'000.
// Never through double and never through the locale, so a number means the same everywhere and
// what is printed reads back as the same integer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace poolrace::sim {

enum class DecimalError { none, not_a_number, too_fine, too_large };

struct Decimal {
  std::int64_t value = 0;  // text × scale
  DecimalError error = DecimalError::none;
};

// Reads [-]digits[.digits][e[±]digits], nothing before or after it.  `scale` is a power of ten.
// too_fine: digits other than 0 below 1/scale.  too_large: beyond int64 after scaling.
Decimal parse_decimal(std::string_view text, std::int64_t scale);

// The shortest text without exponent that parse_decimal reads back as `value` at `scale`.
std::string print_decimal(std::int64_t value, std::int64_t scale);

bool is_power_of_ten(std::int64_t scale);

}  // namespace poolrace::sim
