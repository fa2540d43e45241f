// SPDX-License-Identifier: MIT
// Tables for programs (RFC 4180): what sim::CsvReader and every other reader gives back as it was.
#pragma once

#include <string>
#include <vector>

namespace poolrace::experiments {

// One row with its newline, however long it is.  A cell is quoted if it has a comma, a quote, a line
// end or a blank at an end, begins with a byte order mark, or stands alone and is empty.
std::string csv_row(const std::vector<std::string>& cells);

}  // namespace poolrace::experiments
