// SPDX-License-Identifier: MIT
// The function names that a line of a call trace has, in the shapes of all architectures: with an
// offset (name+0x1c/0x40, behind "RIP: 0010:", "pc : ", "epc : ", "[<addr>] ", "? ", or two on a
// line of 32-bit ARM), or decoded (name (net/core/page_pool.c:707), name net/core/x.c:12 [inline]).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace poolrace::experiments {

// In their order, without what a compiler appends (.isra.0, .cold, .llvm.1).
std::vector<std::string> functions_in(std::string_view line);

// The name that is all there is on a line of a trace, but for what logs write before it and the
// module behind it; empty if there is none.  Names without an underscore could be any word.
std::string bare_function(std::string_view line);

// Whether `name` is one of `patterns`, which stand between blanks; '*' at an end is any beginning
// or end.
bool is_one_of(std::string_view name, std::string_view patterns);

}  // namespace poolrace::experiments
