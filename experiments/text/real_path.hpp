// SPDX-License-Identifier: MIT
// Where a path leads, its last part followed as open() does, even to where nothing is yet.
#pragma once

#include <string>

namespace poolrace::experiments {

std::string real_path(const std::string& path);

}  // namespace poolrace::experiments
