// SPDX-License-Identifier: MIT
// Lines of cells, one under the other.
#pragma once

#include <string>
#include <vector>

namespace poolrace::experiments {

// Each column as wide as its widest cell and two blanks; nothing behind the last one.  Every line has
// as many cells as the first, of which there is one.
std::string aligned(const std::vector<std::vector<std::string>>& lines);

}  // namespace poolrace::experiments
