// SPDX-License-Identifier: MIT
#include "fuzz/fuzz.hpp"
#include "models/traffic/histogram_file.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace poolrace;
  return fuzz::one_input(data, size, [](const std::string& bytes) {
    const auto histogram = models::read_histogram(sim::file_of(bytes), "F", "", 1000);
    fuzz::require(!histogram->bins.empty(), "a histogram has a bin");
    std::int64_t last = 0;
    for (const auto& bin : histogram->bins) {
      fuzz::require(last <= bin.lo_ns && bin.lo_ns < bin.hi_ns, "bins are in order");
      fuzz::require(bin.count > 0, "and count");
      last = bin.hi_ns;
    }
  });
}
