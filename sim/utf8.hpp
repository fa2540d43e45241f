// SPDX-License-Identifier: MIT
// Bytes of others (names of files, what stands in them) on their way into a line that we print:
// no byte of theirs ends the line, moves the terminal's cursor or makes the text invalid UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace poolrace::sim {

// Bytes of the one well-formed character (RFC 3629) that `text` begins with; 0 if there is none.
std::size_t utf8_length(std::string_view text);

bool is_utf8(std::string_view text);

// Control characters and what is no UTF-8 as \n, \r or \xNN.  Twice is as good as once.
std::string printable(std::string_view text);

}  // namespace poolrace::sim
