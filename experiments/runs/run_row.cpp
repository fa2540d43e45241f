// SPDX-License-Identifier: MIT
#include "experiments/runs/run_row.hpp"

#include <algorithm>

#include "experiments/runs/leb128.hpp"

namespace poolrace::experiments {
namespace {

static_assert(models::kind_count <= 32, "a bit a kind");

// The one list of numbers that a row has, used both ways; flags and fingerprint stand beside it.
template <class R, class Visit>
void numbers(R& row, Visit visit) {
  visit(row.first_harm_kind);
  visit(row.first_harm_ns);
  visit(row.teardown_ns);
  visit(row.destroy_ns);
  visit(row.grace_ns);
  visit(row.packets);
  visit(row.sync_ps);
  visit(row.guard_ps);
  visit(row.cpu_ps);
  visit(row.in_flight_at_start);
  visit(row.in_flight_at_destroy);
  visit(row.still_out);
}

template <class R, class Visit>
void flags(R& row, Visit visit) {
  visit(1U, row.crashed);
  visit(2U, row.corrupted);
  visit(4U, row.leaked);
  visit(8U, row.stalled);
}

std::int64_t ns_or_none(Ps ps) {
  return ps == ps_never ? -1 : ps / ps_per_ns;
}

void tell_violations(const models::RunResult& result, RunRow& row) {
  Ps first = ps_never;
  for (const models::Violation& v : result.violations) {
    if (v.harm == models::Harm::none || (first != ps_never && v.at >= first)) continue;
    first = v.at;
    row.first_harm_kind = static_cast<std::int64_t>(v.kind);
    row.first_harm_ns = v.at / ps_per_ns;
  }
  for (std::size_t i = 0; i < models::kind_count; ++i) {
    row.misuse |= result.kinds[i].misuse > 0 ? 1U << i : 0U;
    row.harm |= result.kinds[i].harm > 0 ? 1U << i : 0U;
  }
}

std::vector<std::int64_t> times(const std::vector<RunRow>& rows, std::int64_t RunRow::*what) {
  std::vector<std::int64_t> out;
  for (const RunRow& row : rows)
    if (row.*what >= 0) out.push_back(row.*what);
  return out;
}

}  // namespace

RunRow run_row(const models::RunResult& result) {
  RunRow row;
  row.crashed = result.crashed;
  row.corrupted = result.corrupted;
  row.leaked = result.leaked;
  row.stalled = result.stalled;
  tell_violations(result, row);
  row.teardown_ns = ns_or_none(result.teardown);
  row.destroy_ns = ns_or_none(result.destroy);
  row.grace_ns = result.grace / ps_per_ns;
  row.packets = static_cast<std::int64_t>(result.packets);
  row.sync_ps = result.sync;
  row.guard_ps = result.guard;
  row.cpu_ps = result.cpu_busy;
  row.in_flight_at_start = static_cast<std::int64_t>(result.in_flight_at_start);
  row.in_flight_at_destroy = static_cast<std::int64_t>(result.in_flight_at_destroy);
  row.still_out = static_cast<std::int64_t>(result.still_out);
  row.fingerprint = result.fingerprint;
  return row;
}

std::vector<std::int64_t> teardown_times_ns(const std::vector<RunRow>& rows) {
  return times(rows, &RunRow::teardown_ns);
}

std::vector<std::int64_t> destroy_times_ns(const std::vector<RunRow>& rows) {
  return times(rows, &RunRow::destroy_ns);
}

std::string pack_rows(const std::vector<RunRow>& rows) {
  Leb128Writer out;
  for (const RunRow& row : rows) {
    std::uint64_t set = 0;
    flags(row, [&](unsigned bit, bool flag) { set |= flag ? bit : 0; });
    out.unsigned_number(set);
    out.unsigned_number(row.misuse);
    out.unsigned_number(row.harm);
    numbers(row, [&](std::int64_t value) { out.number(value); });
    for (unsigned shift = 0; shift < 64; shift += 8)
      out.bytes += static_cast<char>(row.fingerprint >> shift & 0xff);
  }
  return out.bytes;
}

std::vector<RunRow> unpack_rows(const std::string& bytes) {
  Leb128Reader in{bytes};
  std::vector<RunRow> rows;
  while (!in.at_end()) {
    RunRow& row = rows.emplace_back();
    const std::uint64_t set = in.unsigned_number();
    flags(row, [&](unsigned bit, bool& flag) { flag = (set & bit) != 0; });
    row.misuse = static_cast<std::uint32_t>(in.unsigned_number());
    row.harm = static_cast<std::uint32_t>(in.unsigned_number());
    numbers(row, [&](std::int64_t& value) { value = in.number(); });
    if (bytes.size() - in.at < 8) Leb128Reader::fail();
    for (unsigned shift = 0; shift < 64; shift += 8)
      row.fingerprint |= std::uint64_t{static_cast<unsigned char>(bytes[in.at++])} << shift;
  }
  return rows;
}

}  // namespace poolrace::experiments
