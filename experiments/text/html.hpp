// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace poolrace::experiments {

// For element texts and quoted attributes: & < > " '
std::string html_escaped(const std::string& text);

}  // namespace poolrace::experiments
