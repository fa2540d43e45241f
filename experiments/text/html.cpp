// SPDX-License-Identifier: MIT
#include "experiments/text/html.hpp"

namespace poolrace::experiments {

std::string html_escaped(const std::string& text) {
  std::string out;
  for (const char ch : text) switch (ch) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += ch;
    }
  return out;
}

}  // namespace poolrace::experiments
