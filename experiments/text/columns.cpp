// SPDX-License-Identifier: MIT
#include "experiments/text/columns.hpp"

#include <algorithm>

#include "experiments/text/numbers.hpp"

namespace poolrace::experiments {

std::string aligned(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> widths(lines.front().size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], columns_of(line[i]));
  std::string out;
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i)
      out += i + 1 == line.size() ? line[i] + "\n" : padded(line[i], widths[i] + 2);
  return out;
}

}  // namespace poolrace::experiments
