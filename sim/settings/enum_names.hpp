// SPDX-License-Identifier: MIT
// Enums whose names stand in an array in the order of their values: pairs for a ParameterTable's
// choices, all names for an option's, and the way back from a name that is known to be one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/errors.hpp"

namespace poolrace::sim {

template <class Enum, std::size_t n>
std::vector<std::pair<std::string, Enum>> choices_of(const char* const (&names)[n]) {
  std::vector<std::pair<std::string, Enum>> choices;
  for (std::size_t i = 0; i < n; ++i) choices.emplace_back(names[i], static_cast<Enum>(i));
  return choices;
}

template <std::size_t n>
std::vector<std::string> list_of(const char* const (&names)[n]) {
  return {std::begin(names), std::end(names)};
}

template <class Enum, std::size_t n>
Enum enum_of(const char* const (&names)[n], std::string_view name) {
  const auto found = std::find(std::begin(names), std::end(names), name);
  check(found != std::end(names), "enum_of: a name of the enum");
  return static_cast<Enum>(found - std::begin(names));
}

}  // namespace poolrace::sim
