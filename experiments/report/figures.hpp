// SPDX-License-Identifier: MIT
// The report's bars and intervals as inline SVG, coloured by the page's style sheet.
#pragma once

#include <string>
#include <vector>

namespace poolrace::experiments {

// A row a variant: a mark at `value`, a line from low to high, a text behind it.
struct FigureRow {
  std::string name, text;
  double value = 0, low = 0, high = 0;
  bool bar = false;   // filled from 0 to value
  bool none = false;  // nothing to draw, the text alone
};
// `unit` of the axis; its end is the largest value, but not above `most` (0: no limit).
std::string figure(const std::vector<FigureRow>& rows, const std::string& unit, double most = 0);

}  // namespace poolrace::experiments
