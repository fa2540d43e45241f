// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace poolrace::experiments {

// A cell of a CSV line, quoted if it has a comma, a quote or a newline (RFC 4180).
std::string csv_cell(const std::string& text);

}  // namespace poolrace::experiments
