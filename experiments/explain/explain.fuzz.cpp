// SPDX-License-Identifier: MIT
// Any bytes as a kernel log: an explanation, or one line that says why not; never a crash or a hang.
//   build-fuzz/fuzz_explain -max_total_time=600 -dict=experiments/explain/explain.dict CORPUS
#include <cstdlib>
#include <sstream>
#include <string>

#include "experiments/explain/print.hpp"
#include "sim/errors.hpp"

namespace {

void must(bool ok) {
  if (!ok) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace poolrace;
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  try {
    const experiments::Explanation found = experiments::explain_log(in, "log");
    must(!experiments::explanation_json(found).dump().empty());  // throws if not UTF-8
    must(found.events.empty() || !experiments::explanation_text(found).empty());
    const std::string help = experiments::no_explanation(found, "log");
    must(help.find('\n') == std::string::npos);
  } catch (const ConfigError& error) {
    must(std::string(error.what()).find('\n') == std::string::npos);
  }
  return 0;
}
