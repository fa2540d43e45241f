// SPDX-License-Identifier: MIT
// What a recorded trace says, whatever file it came from (trace_file.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/time.hpp"

namespace poolrace::models {

struct RecordedTrace {
  struct Record {
    Ps time;
    std::uint32_t bytes;  // with the checksum (FCS)
  };
  std::string path;
  std::vector<Record> records;
  std::uint64_t hash = 0;  // of the records: part of what defines a scenario
};

}  // namespace poolrace::models
