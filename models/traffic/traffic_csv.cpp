// SPDX-License-Identifier: MIT
// Reads a recorded trace.  Strict on purpose: whatever is odd is an error with file, line and what
// is allowed, because a trace that was cut short or misread would still run, and mean something
// else.  Numbers go straight from text to integers.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "models/traffic/traffic.hpp"
#include "sim/chance/distributions.hpp"
#include "sim/errors.hpp"
#include "sim/hash.hpp"
#include "sim/settings/decimal.hpp"

namespace poolrace::models {
namespace {

std::string read_whole(const std::string& path, const std::string& label) {
  const auto fail_reading = [&] {
    throw ConfigError(label + ": cannot be read (" + std::strerror(errno) + ")");
  };
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rb"), close);
  if (!file) fail_reading();
  constexpr std::size_t bytes_max = 1 << 30;
  std::string text;
  std::array<char, 65536> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    text.append(buffer.data(), got);
    if (text.size() > bytes_max)  // /dev/zero has no end
      throw ConfigError(label + ": is longer than 1 GiB; allowed: lines of TIME_US,BYTES");
  }
  if (std::ferror(file.get())) fail_reading();
  return text;
}

RecordedTrace::Record parse_record(std::string_view line, const std::string& where) {
  const auto fail = [&](const char* why) {
    throw ConfigError(where + ": '" + std::string(line.substr(0, 60)) + "' " + why +
                      "; allowed: TIME_US,BYTES, e.g. 12.5,64, with a time from 0 to "
                      "4611686018427 us (at most 6 decimals) and 14 to 9216 bytes");
  };
  const std::size_t comma = line.find(',');
  if (comma == std::string_view::npos) fail("has no comma");
  const sim::Decimal time = sim::parse_decimal(line.substr(0, comma), ps_per_us);
  const sim::Decimal bytes = sim::parse_decimal(line.substr(comma + 1), 1);
  for (const sim::DecimalError error : {time.error, bytes.error}) {
    if (error == sim::DecimalError::not_a_number) fail("is not two numbers");
  }
  if (time.error == sim::DecimalError::too_fine) fail("is finer than a picosecond");
  if (time.error != sim::DecimalError::none || time.value > sim::duration_max) {
    fail("is too late (subtract the first time)");
  }
  if (time.value < 0) fail("has a negative time");
  if (bytes.error != sim::DecimalError::none || bytes.value < 14 || bytes.value > 9216) {
    fail("is no frame");
  }
  return {time.value, static_cast<std::uint32_t>(bytes.value)};
}

}  // namespace

std::shared_ptr<const RecordedTrace> read_trace_csv(const std::string& path) {
  const std::string label = "trace file " + path;
  const std::string text = read_whole(path, label);
  auto trace = std::make_shared<RecordedTrace>();
  trace->path = path;
  trace->hash = sim::fnv1a_64(text);
  std::string_view rest = text;
  Ps previous = 0, first = 0;
  for (int number = 1; !rest.empty(); ++number) {
    const std::string where = label + " line " + std::to_string(number);
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      throw ConfigError(where +
                        ": does not end in a newline, so the file may have been cut short; "
                        "allowed: lines TIME_US,BYTES that end in a newline");
    }
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (number == 1) {
      if (line == "time_us,bytes") continue;
      throw ConfigError(where + ": is '" + std::string(line.substr(0, 60)) +
                        "'; allowed: the header time_us,bytes");
    }
    RecordedTrace::Record record = parse_record(line, where);
    if (trace->records.empty()) first = record.time;
    if (record.time < previous) {
      throw ConfigError(
          where + ": time goes back, from " + sim::print_decimal(previous, ps_per_us) + " to " +
          sim::print_decimal(record.time, ps_per_us) + " us; allowed: times that never decrease");
    }
    previous = record.time;
    record.time -= first;
    trace->records.push_back(record);
  }
  if (trace->records.empty()) {
    throw ConfigError(label + ": is empty; allowed: a header time_us,bytes and at least one frame");
  }
  return trace;
}

}  // namespace poolrace::models
