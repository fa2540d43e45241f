// SPDX-License-Identifier: MIT
#include "models/files.hpp"

#include "models/traffic/histogram_file.hpp"
#include "models/traffic/trace_file.hpp"

namespace poolrace::models {
namespace {

std::int64_t ns_of(HistogramUnit unit) {
  switch (unit) {
    case HistogramUnit::unknown:
      break;
    case HistogramUnit::ns:
      return 1;
    case HistogramUnit::us:
      return ps_per_us / ps_per_ns;
    case HistogramUnit::ms:
      return ps_per_ms / ps_per_ns;
    case HistogramUnit::s:
      return ps_per_s / ps_per_ns;
  }
  throw InternalError("a histogram without a unit passed check_together()");
}

}  // namespace

void read_files(Parameters& p) {
  if (p.traffic == TrafficKind::trace) p.recorded = read_trace(p.trace_csv);
  if (p.hold.kind == HoldKind::histogram)
    p.hold.histogram =
        read_histogram(p.hold_histogram, p.hold_histogram_map, ns_of(p.hold_histogram_unit));
}

std::vector<FileContents> contents_of(const Parameters& p) {
  std::vector<FileContents> out;
  if (p.recorded) out.push_back({"trace_csv", p.recorded->hash});
  if (p.hold.histogram) out.push_back({"hold_histogram", p.hold.histogram->hash});
  return out;
}

}  // namespace poolrace::models
