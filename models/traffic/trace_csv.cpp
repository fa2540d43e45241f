// SPDX-License-Identifier: MIT
// A trace as a table: the columns that count are found by their names, others are passed over.
// Numbers go straight from text to integers, exactly to the picosecond, or to the nanosecond where
// they count from 1970.
#include <algorithm>
#include <limits>
#include <span>

#include "models/traffic/trace_builder.hpp"
#include "sim/errors.hpp"
#include "sim/settings/csv_reader.hpp"
#include "sim/settings/decimal.hpp"
#include "sim/settings/find_named.hpp"

namespace poolrace::models {
namespace {

struct TimeColumn {
  const char* name;
  Ps unit;
};
constexpr TimeColumn time_columns[] = {
    {"time_us", ps_per_us},
    {"time_s", ps_per_s},
    {"time_ms", ps_per_ms},
    {"time_ns", ps_per_ns},
    {"frame.time_epoch", ps_per_s},
    {"frame.time_relative", ps_per_s},  // tshark -e
    {"Time", ps_per_s},                 // Wireshark's own export, unless told otherwise
};
struct SizeColumn {
  const char* name;
  Fcs fcs;
};
constexpr SizeColumn size_columns[] = {
    {"bytes", Fcs::counted}, {"frame.len", Fcs::left_out}, {"Length", Fcs::left_out}};

// What people ask tshark for instead.
struct NearMiss {
  const char *name, *why;
};
constexpr NearMiss near_misses[] = {
    {"frame.time", "is a date in words; allowed: frame.time_epoch"},
    {"frame.time_utc", "is a date in words; allowed: frame.time_epoch"},
    {"frame.time_delta", "is a gap; allowed: frame.time_relative"},
    {"frame.time_delta_displayed", "is a gap; allowed: frame.time_relative"},
    {"frame.cap_len", "is what was kept of a frame; allowed: frame.len"},
    {"ip.len", "is a packet without its frame; allowed: frame.len"}};

std::string allowed_columns() {
  std::string out = "pcap, pcapng, or a table with a line of names, a column of times (";
  for (const TimeColumn& column : time_columns)
    out += std::string(column.name) + (&column == std::end(time_columns) - 1 ? "" : ", ");
  out += ") and one of sizes (";
  for (const SizeColumn& column : size_columns)
    out += std::string(column.name) + (&column == std::end(size_columns) - 1 ? "" : ", ");
  return out + ")";
}

// Of two columns of one name nobody knows which is meant.  Of two that say the same in other units
// the first is taken.
void require_one(const sim::CsvReader& csv, std::size_t column) {
  const auto& names = csv.names();
  for (std::size_t i = column + 1; i < names.size(); ++i)
    if (names[i] == names[column])
      csv.fail("columns " + std::to_string(column + 1) + " and " + std::to_string(i + 1) +
               " are both called '" + names[i] + "'; allowed: one of that name");
}

// The first column whose name stands in `known`, and its row there.
template <class Known>
std::pair<std::size_t, const Known*> find_column(const sim::CsvReader& csv,
                                                 std::span<const Known> known, const char* what) {
  const auto& names = csv.names();
  for (std::size_t i = 0; i < names.size(); ++i)
    for (const Known& column : known)
      if (names[i] == column.name) {
        require_one(csv, i);
        return {i, &column};
      }
  for (const std::string& name : names)
    for (const NearMiss& miss : near_misses)
      if (name == miss.name) csv.fail("'" + name + "' " + miss.why);
  std::string hint;
  for (const std::string& name : names)
    if (hint.empty()) hint = sim::nearest_hint(name, sim::names_of(known));
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ",") + name;
  csv.fail("'" + all.substr(0, 60) + "' has no column of " + what + hint +
           "; allowed: " + allowed_columns());
}

// A plus sign says nothing, and some programs write it.
std::string_view without_plus(const std::string& text) {
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  return std::string_view(text).substr(plus ? 1 : 0);
}

// Exactly, in ps; where that does not fit (an epoch), in ns.
TraceBuilder::Date parse_date(const sim::CsvReader& csv, const std::string& text,
                              const TimeColumn& column) {
  const auto fail = [&](const std::string& why) {
    csv.fail(std::string(column.name) + "=" + text.substr(0, 60) + " " + why + "; allowed: 0 to " +
             sim::print_decimal(std::numeric_limits<std::int64_t>::max(), column.unit / ps_per_ns) +
             ", e.g. 12.5");
  };
  Ps coarse = 1;
  sim::Decimal time = sim::parse_decimal(without_plus(text), column.unit);
  if (time.error == sim::DecimalError::too_large) {
    coarse = ps_per_ns;
    time = sim::parse_decimal(without_plus(text), column.unit / coarse);
  }
  if (time.error == sim::DecimalError::not_a_number)
    fail(text.find(',') == std::string::npos ? "is no number"
                                             : "is no number (a decimal comma? write a point)");
  if (time.error == sim::DecimalError::too_fine)
    fail(std::string("is finer than a ") + (coarse == 1 ? "pico" : "nano") + "second" +
         (column.unit < ps_per_s ? " (seconds? then name the column time_s)" : ""));
  if (time.error != sim::DecimalError::none) fail("is out of range");
  if (time.value < 0) fail("is before the beginning");
  return TraceBuilder::Date{time.value} * coarse;
}

}  // namespace

void read_trace_csv(sim::File file, const std::string& label, TraceBuilder& builder) {
  sim::CsvReader csv(std::move(file), label, allowed_columns());
  const auto [time, time_column] = find_column<TimeColumn>(csv, time_columns, "times");
  const auto [size, size_column] = find_column<SizeColumn>(csv, size_columns, "sizes");
  for (std::vector<std::string> cells; csv.next(cells);) {
    const sim::Decimal bytes = sim::parse_decimal(without_plus(cells[size]), 1);
    if (bytes.error != sim::DecimalError::none)
      csv.fail(std::string(size_column->name) + "=" + cells[size].substr(0, 60) +
               (bytes.error == sim::DecimalError::too_large
                    ? " is out of range; allowed: the bytes of a frame, e.g. 1518"
                    : " is no number of bytes; allowed: a whole number, e.g. 1518"));
    const std::string wrong =
        builder.add(parse_date(csv, cells[time], *time_column), bytes.value, size_column->fcs);
    if (!wrong.empty()) csv.fail(wrong);
  }
}

}  // namespace poolrace::models
