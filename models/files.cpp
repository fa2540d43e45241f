// SPDX-License-Identifier: MIT
#include "models/files.hpp"

#include <sys/stat.h>

#include <map>
#include <mutex>

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

// The points of a sweep name one trace a thousand times, which may have 160 MB: while it is the file
// that it was, and somebody has it, it is read once and shared.
std::shared_ptr<const RecordedTrace> shared_trace(const std::string& path) {
  static std::mutex one_at_a_time;
  static std::map<std::string, std::weak_ptr<const RecordedTrace>> known;
  struct stat now {};
  if (::stat(path.c_str(), &now) != 0) return read_trace(path);  // which says why
  std::string key = path;
  for (const auto number :
       {static_cast<std::int64_t>(now.st_dev), static_cast<std::int64_t>(now.st_ino),
        static_cast<std::int64_t>(now.st_size), static_cast<std::int64_t>(now.st_mtim.tv_sec),
        static_cast<std::int64_t>(now.st_mtim.tv_nsec)})
    key += "/" + std::to_string(number);
  const std::lock_guard<std::mutex> guard(one_at_a_time);
  std::erase_if(known, [](const auto& entry) { return entry.second.expired(); });
  if (const auto found = known.find(key); found != known.end())
    if (auto trace = found->second.lock()) return trace;
  auto trace = read_trace(path);
  known[key] = trace;
  return trace;
}

}  // namespace

void read_files(Parameters& p) {
  if (p.traffic == TrafficKind::trace) p.recorded = shared_trace(p.trace_csv);
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
