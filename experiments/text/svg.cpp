// SPDX-License-Identifier: MIT
#include "experiments/text/svg.hpp"

#include <algorithm>

#include "experiments/text/html.hpp"
#include "experiments/text/numbers.hpp"

namespace poolrace::experiments::svg {

std::string line(const char* css, double x1, double y1, double x2, double y2) {
  return format("<line class=\"%s\" x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\"/>", css, x1, y1,
                x2, y2);
}

std::string label(const char* css, double x, double y, const std::string& text) {
  return format("<text class=\"%s\" x=\"%.2f\" y=\"%.2f\">", css, x, y) + html_escaped(text) +
         "</text>";
}

std::string rect(const char* css, double x, double y, double w, double h,
                 const std::string& title) {
  return format("<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" rx=\"2\">",
                css, x, y, std::max(w, 0.5), h) +
         "<title>" + html_escaped(title) + "</title></rect>";
}

std::string figure(double height, const std::string& title, const std::string& body) {
  return format("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">", width, height) + "<title>" +
         html_escaped(title) + "</title>" + body + "</svg>\n";
}

}  // namespace poolrace::experiments::svg
