// SPDX-License-Identifier: MIT
#include "models/traffic/trace_file.hpp"

#include "models/traffic/trace_builder.hpp"

namespace poolrace::models {

std::shared_ptr<const RecordedTrace> read_trace(const std::string& path) {
  return read_trace(sim::open_input(path, "trace file " + path), path);
}

std::shared_ptr<const RecordedTrace> read_trace(sim::File file, const std::string& path) {
  const std::string label = "trace file " + path;
  const bool capture = sim::foreign_kind(sim::head_of(file.get())).starts_with("a pcap");
  TraceBuilder builder;
  (capture ? read_trace_pcap : read_trace_csv)(std::move(file), label, builder);
  return builder.finish(path, label);
}

}  // namespace poolrace::models
