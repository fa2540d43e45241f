// SPDX-License-Identifier: MIT
// What traces of every kind of file have in common: limits, order, beginning, identity.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "models/traffic/recorded_trace.hpp"
#include "sim/settings/input_file.hpp"

namespace poolrace::models {

enum class Fcs : std::uint8_t { counted, left_out };

class TraceBuilder {
 public:
  // A date of the file's own clock, in ps: an epoch does not fit in 64 bits of them.
  using Date = __int128;

  // Returns what is wrong with this frame, and what is allowed; or "".
  std::string add(Date date, std::int64_t bytes, Fcs fcs);

  // ConfigError that begins with `label` if there is no frame.
  std::shared_ptr<const RecordedTrace> finish(const std::string& path, const std::string& label);

 private:
  RecordedTrace trace_;
  Date first_ = 0;
  Ps latest_ = 0;
};

// The two kinds of file.  `label` begins every error.
void read_trace_csv(sim::File file, const std::string& label, TraceBuilder& builder);
void read_trace_pcap(sim::File file, const std::string& label, TraceBuilder& builder);

}  // namespace poolrace::models
