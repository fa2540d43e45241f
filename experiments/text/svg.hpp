// SPDX-License-Identifier: MIT
// A few elements of SVG as text.  `css` is a class of the page's style sheet; whatever else comes
// from a run goes through html_escaped().
#pragma once

#include <string>

namespace poolrace::experiments::svg {

inline constexpr double width = 920;  // of every figure, in its own units

std::string line(const char* css, double x1, double y1, double x2, double y2);
std::string label(const char* css, double x, double y, const std::string& text);
std::string rect(const char* css, double x, double y, double w, double h, const std::string& title);
std::string figure(double height, const std::string& title, const std::string& body);

}  // namespace poolrace::experiments::svg
