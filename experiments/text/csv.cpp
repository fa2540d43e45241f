// SPDX-License-Identifier: MIT
#include "experiments/text/csv.hpp"

namespace poolrace::experiments {

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace poolrace::experiments
