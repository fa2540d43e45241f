// SPDX-License-Identifier: MIT
#include "models/traffic/trace_builder.hpp"

#include <algorithm>

#include "sim/errors.hpp"
#include "sim/hash.hpp"
#include "sim/settings/decimal.hpp"

namespace poolrace::models {
namespace {

constexpr std::size_t frames_max = 10'000'000;  // 160 MB of memory, ten seconds at 1 Mpps
constexpr std::int64_t frame_bytes_max = 9216, fcs_bytes = 4, padded_bytes = 64;
constexpr std::int64_t bytes_min = 14;  // an Ethernet header
// Queues and CPUs of one capture are microseconds apart; a clock that is off by over 128 ms is set.
constexpr __int128 after_max = __int128{ps_per_s} * 4'000'000;
constexpr Ps late_max = 100 * ps_per_ms;

std::string text_of(Ps time) {
  return sim::print_decimal(time, ps_per_s) + " s";
}

std::string wrong_size(std::int64_t bytes, std::int64_t high) {
  const std::string range =
      "; allowed: " + std::to_string(bytes_min) + " to " + std::to_string(high) + " bytes";
  if (bytes <= high) return "a frame of " + std::to_string(bytes) + " bytes" + range;
  return "a frame of " + std::to_string(bytes) +
         " bytes, as no wire carries (ethtool -K DEV gro off lro off tso off gso off before "
         "capturing)" +
         range;
}

}  // namespace

std::string TraceBuilder::add(Date date, std::int64_t bytes, Fcs fcs) {
  const std::int64_t left_out = fcs == Fcs::left_out ? fcs_bytes : 0;
  const std::int64_t high = frame_bytes_max - left_out;
  if (bytes < bytes_min || bytes > high) return wrong_size(bytes, high);
  if (left_out > 0) bytes = std::max(bytes + left_out, padded_bytes);
  if (trace_.records.size() == frames_max)
    return "over " + std::to_string(frames_max) +
           " frames; allowed: up to that many (editcap -r IN OUT 1-1000000, or head -n 1000001, "
           "takes the first)";
  if (trace_.records.empty()) first_ = date;
  const Date since = date - first_;
  if (since > after_max) return "a time over 46 days after the first; allowed: up to that";
  const Ps time = static_cast<Ps>(std::max(since, -after_max));
  if (time < latest_ - late_max)
    return "time goes back, from " + text_of(latest_) + " to " + text_of(time) +
           " after the first frame; allowed: times that never go back by over 100 ms (was the "
           "clock "
           "set, or are these two recordings in one?)";
  latest_ = std::max(latest_, time);
  trace_.records.push_back({time, static_cast<std::uint32_t>(bytes)});
  return "";
}

std::shared_ptr<const RecordedTrace> TraceBuilder::finish(const std::string& path,
                                                          const std::string& label) {
  auto& records = trace_.records;
  if (records.empty())
    throw ConfigError(label + ": has no frame; allowed: at least one (two, to repeat it)");
  std::stable_sort(records.begin(), records.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  const Ps first = records.front().time;
  sim::Hash64 hash;
  for (auto& record : records) {
    record.time -= first;
    hash.add(static_cast<std::uint64_t>(record.time));
    hash.add(record.bytes);
  }
  trace_.hash = hash.value();
  trace_.path = path;
  return std::make_shared<const RecordedTrace>(std::move(trace_));
}

}  // namespace poolrace::models
