// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>
#include <sstream>

#include "experiments/explain/print.hpp"
#include "fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace poolrace;
  return fuzz::one_input(data, size, [](const std::string& bytes) {
    std::istringstream in(bytes);
    const experiments::Explanation found = experiments::explain_log(in, "log");
    // Throws if there is a word in it that is not UTF-8.
    fuzz::require(!experiments::explanation_json(found).dump().empty(), "it has a JSON");
    fuzz::require(found.events.empty() || !experiments::explanation_text(found).empty(),
                  "what is recognised is told");
    const std::string help = experiments::no_explanation(found, "log");
    fuzz::require(help.find('\n') == std::string::npos, "no match is told in one line");
  });
}
