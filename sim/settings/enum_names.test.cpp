// SPDX-License-Identifier: MIT
#include "sim/settings/enum_names.hpp"

#include <gtest/gtest.h>

namespace poolrace::sim {
namespace {

enum class Colour : std::uint8_t { red, green };
constexpr const char* colour_names[] = {"red", "green"};

TEST(EnumNames, GoThereAndBack) {
  const auto choices = choices_of<Colour>(colour_names);
  ASSERT_EQ(choices.size(), 2U);
  for (const auto& [name, value] : choices) EXPECT_EQ(enum_of<Colour>(colour_names, name), value);
  EXPECT_EQ(choices[1], std::pair(std::string("green"), Colour::green));
  EXPECT_EQ(list_of(colour_names), (std::vector<std::string>{"red", "green"}));
  EXPECT_THROW(enum_of<Colour>(colour_names, "blue"), InternalError);
}

}  // namespace
}  // namespace poolrace::sim
