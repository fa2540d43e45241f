// SPDX-License-Identifier: MIT
// Figures as people read them, and columns of them.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include "experiments/statistics/statistics.hpp"

namespace poolrace::experiments {

// As printf, however long it gets.
std::string format(const char* pattern, auto... values) {
  const int size = std::snprintf(nullptr, 0, pattern, values...);
  std::string text(static_cast<std::size_t>(std::max(size, 0)), '\0');
  std::snprintf(text.data(), text.size() + 1, pattern, values...);
  return text;
}

std::string percent(double p);                         // "12.3 %", more digits near 0 and 1
std::string duration(std::optional<std::int64_t> ns);  // "1.5 ms"; "—" if there is none
// "0.10 % (0.01 % – 0.56 %)", "none (< 0.37 %)", "no runs"; Clopper–Pearson unless another interval
// is given.
std::string chance(std::int64_t hits, std::int64_t runs);
std::string chance(std::int64_t hits, std::int64_t runs, const Interval& interval);

std::size_t columns_of(const std::string& text);  // UTF-8: continuation bytes take none
// With blanks behind it up to `columns`, or one if it is too long.
std::string padded(const std::string& text, std::size_t columns);

}  // namespace poolrace::experiments
