// SPDX-License-Identifier: MIT
// See decimal.hpp.  Digits are collected first and scaled afterwards, so that the position of the
// point, the exponent and trailing zeros never cost precision or cause a false overflow.
#include "sim/settings/decimal.hpp"

#include "sim/errors.hpp"

namespace poolrace::sim {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The number as written: ± digits × 10^exponent.
struct Written {
  bool negative = false;
  bool valid = false;
  std::string digits;  // without leading zeros
  int exponent = 0;
};

// Takes digits from the front of `text`; returns how many there were.
int take_digits(std::string_view& text, std::string& into) {
  int count = 0;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++count)
    if (!into.empty() || text.front() != '0') into += text.front();
  return count;
}

// Takes an exponent after 'e'; capped, because past a hundred only zero still fits.
bool take_exponent(std::string_view& text, int& exponent) {
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  std::string digits;
  if (take_digits(text, digits) == 0) return false;
  const int size = digits.size() > 4 ? 10'000 : std::stoi("0" + digits);
  exponent += negative ? -size : size;
  return true;
}

Written read(std::string_view text) {
  Written written;
  if (!text.empty() && text.front() == '-') {
    written.negative = true;
    text.remove_prefix(1);
  }
  int digits = take_digits(text, written.digits);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    const int behind = take_digits(text, written.digits);
    digits += behind;
    written.exponent = -behind;
  }
  if (digits == 0) return written;
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    if (!take_exponent(text, written.exponent)) return written;
  }
  written.valid = text.empty();
  return written;
}

// 10·value − digit, below zero all along so that the smallest int64 is reached too.
bool append_digit(std::int64_t& value, int digit) {
  return !__builtin_mul_overflow(value, 10, &value) &&
         !__builtin_sub_overflow(value, digit, &value);
}

}  // namespace

bool is_power_of_ten(std::int64_t scale) {
  while (scale > 1 && scale % 10 == 0) scale /= 10;
  return scale == 1;
}

Decimal parse_decimal(std::string_view text, std::int64_t scale) {
  check(is_power_of_ten(scale), "a decimal's scale is a power of ten");
  Written written = read(text);
  if (!written.valid) return {0, DecimalError::not_a_number};
  if (written.digits.empty()) return {};
  for (; scale > 1; scale /= 10) ++written.exponent;
  for (; written.digits.back() == '0'; written.digits.pop_back()) ++written.exponent;
  if (written.exponent < 0) return {0, DecimalError::too_fine};

  std::int64_t value = 0;
  for (const char digit : written.digits)
    if (!append_digit(value, digit - '0')) return {0, DecimalError::too_large};
  for (int i = 0; i < written.exponent; ++i)
    if (!append_digit(value, 0)) return {0, DecimalError::too_large};
  if (!written.negative && __builtin_sub_overflow(std::int64_t{0}, value, &value))
    return {0, DecimalError::too_large};
  return {value, DecimalError::none};
}

std::string print_decimal(std::int64_t value, std::int64_t scale) {
  check(is_power_of_ten(scale), "a decimal's scale is a power of ten");
  const auto size =
      value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  const auto unit = static_cast<std::uint64_t>(scale);
  std::string text = (value < 0 ? "-" : "") + std::to_string(size / unit);
  std::string behind = std::to_string(unit + size % unit).substr(1);  // padded with zeros
  while (!behind.empty() && behind.back() == '0') behind.pop_back();
  return behind.empty() ? text : text + "." + behind;
}

}  // namespace poolrace::sim
