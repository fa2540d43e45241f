// SPDX-License-Identifier: MIT
// Decimals are exact: no digit is lost on the way in or out, and what cannot be kept is refused.
#include "sim/settings/decimal.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "sim/errors.hpp"

namespace poolrace::sim {
namespace {

constexpr std::int64_t micro = 1'000'000;
constexpr std::int64_t int64_max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t int64_min = std::numeric_limits<std::int64_t>::min();

std::int64_t value(std::string_view text, std::int64_t scale) {
  const Decimal decimal = parse_decimal(text, scale);
  EXPECT_EQ(decimal.error, DecimalError::none) << text;
  return decimal.value;
}

DecimalError error(std::string_view text, std::int64_t scale) {
  return parse_decimal(text, scale).error;
}

TEST(Decimal, ReadsExactly) {
  EXPECT_EQ(value("40.5", micro), 40'500'000);
  EXPECT_EQ(value("-0.000001", micro), -1);
  EXPECT_EQ(value(".5", micro), 500'000);
  EXPECT_EQ(value("5.", micro), 5'000'000);
  EXPECT_EQ(value("007", 1), 7);
  EXPECT_EQ(value("-0", micro), 0);
  EXPECT_EQ(value("1.5000000000000000000000000000", micro), 1'500'000);
  EXPECT_EQ(value("0.1", 10), 1);
  // 0.07 * 100 is 7.000000000000001 in doubles, and 9007199254740993 is no double at all.
  EXPECT_EQ(value("0.07", 100), 7);
  EXPECT_EQ(value("9007199254740993", 1), 9'007'199'254'740'993);
}

TEST(Decimal, ReadsExponentsAsPythonPrintsThem) {
  EXPECT_EQ(value("1e-05", micro), 10);
  EXPECT_EQ(value("2.5E+3", 1), 2500);
  EXPECT_EQ(value("100e-2", 1), 1);
  EXPECT_EQ(value("0e999999999", 1), 0);
  EXPECT_EQ(error("1e999999999", 1), DecimalError::too_large);
  EXPECT_EQ(error("1e-999999999", micro), DecimalError::too_fine);
}

TEST(Decimal, RefusesWhatItCannotKeep) {
  EXPECT_EQ(error("0.0000001", micro), DecimalError::too_fine);
  EXPECT_EQ(error("1.5", 1), DecimalError::too_fine);
  EXPECT_EQ(error("9223372036854775808", 1), DecimalError::too_large);
  EXPECT_EQ(error("-9223372036854775809", 1), DecimalError::too_large);
  EXPECT_EQ(error("9223372036854.775808", micro), DecimalError::too_large);
  for (const char* text : {"", "-", ".", "-.", "+5", " 5", "5 ", "5us", "1,5", "0x10", "1e", "1e+",
                           "1e5.0", "--5", "nan", "inf", "1.2.3", "1'000"})
    EXPECT_EQ(error(text, micro), DecimalError::not_a_number) << '"' << text << '"';
}

TEST(Decimal, TheEndsOfTheRangeComeBack) {
  for (const std::int64_t end : {int64_max, int64_min, int64_min + 1})
    for (const std::int64_t scale :
         {std::int64_t{1}, micro, std::int64_t{1'000'000'000'000'000'000}})
      EXPECT_EQ(value(print_decimal(end, scale), scale), end) << print_decimal(end, scale);
  EXPECT_EQ(print_decimal(int64_min, micro), "-9223372036854.775808");
}

TEST(Decimal, PrintsTheShortestText) {
  EXPECT_EQ(print_decimal(40'500'000, micro), "40.5");
  EXPECT_EQ(print_decimal(40'000'000, micro), "40");
  EXPECT_EQ(print_decimal(-1, micro), "-0.000001");
  EXPECT_EQ(print_decimal(0, micro), "0");
  EXPECT_EQ(print_decimal(-7, 1), "-7");
}

TEST(Decimal, EveryPrintedValueReadsBack) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto any = static_cast<std::int64_t>(random() >> (random() % 64));
    const std::int64_t number = random() % 2 ? any : -any;
    std::int64_t scale = 1;
    for (auto power = random() % 19; power > 0; --power) scale *= 10;
    ASSERT_EQ(value(print_decimal(number, scale), scale), number) << number << " at " << scale;
  }
}

TEST(Decimal, ScalesOtherThanPowersOfTenAreOurBug) {
  EXPECT_THROW(parse_decimal("1", 1024), InternalError);
  EXPECT_THROW(print_decimal(1, 0), InternalError);
  EXPECT_THROW(print_decimal(1, -10), InternalError);
}

}  // namespace
}  // namespace poolrace::sim
