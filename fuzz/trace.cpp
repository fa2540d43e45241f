// SPDX-License-Identifier: MIT
#include "fuzz/fuzz.hpp"
#include "models/traffic/trace_file.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace poolrace;
  return fuzz::one_input(data, size, [](const std::string& bytes) {
    const auto trace = models::read_trace(sim::file_of(bytes), "F");
    fuzz::require(!trace->records.empty(), "a trace has a frame");
    Ps last = 0;
    for (const auto& record : trace->records) {
      fuzz::require(last <= record.time, "frames are in order");
      fuzz::require(14 <= record.bytes && record.bytes <= 9216, "a wire carries them");
      last = record.time;
    }
    fuzz::require(trace->records.front().time == 0, "the first is the beginning");
  });
}
