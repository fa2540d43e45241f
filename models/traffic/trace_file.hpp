// SPDX-License-Identifier: MIT
// A recorded trace: when frames came, and of how many bytes.  Read from pcap and pcapng (libpcap), or
// from a table of text with a column of times and one of sizes (trace_csv.cpp).  What counts is a
// frame's length on the wire, not what was kept of it; where the file's lengths have no checksum, as
// captures have not, its 4 bytes are added, and so is what a short frame is padded with.  Times may
// start anywhere; the first frame is at 0.  Frames that were written down late, as captures of
// several queues have them, are put in order; one that is over 100 ms late is an error, for then
// somebody set the clock or joined two recordings.
#pragma once

#include <memory>
#include <string>

#include "models/traffic/recorded_trace.hpp"
#include "sim/settings/input_file.hpp"

namespace poolrace::models {

// ConfigError names file, line or frame, and what is allowed.
std::shared_ptr<const RecordedTrace> read_trace(const std::string& path);
std::shared_ptr<const RecordedTrace> read_trace(sim::File file, const std::string& path);

}  // namespace poolrace::models
