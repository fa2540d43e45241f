// SPDX-License-Identifier: MIT
#include "experiments/sweep/tally.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/runs/leb128.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {

namespace {

constexpr double chance_scale = 1e12;

std::int64_t ns(Ps ps) {
  return (ps + ps_per_ns / 2) / ps_per_ns;
}

void add_to(std::int64_t& sum, std::int64_t value) {
  check(!__builtin_add_overflow(sum, value, &sum), "sums of a study fit 63 bits");
}

std::int64_t earlier_run(std::int64_t a, std::int64_t b) {
  return a < 0 ? b : b < 0 ? a : std::min(a, b);
}

}  // namespace

void Tally::add(std::int64_t run, const models::RunResult& result) {
  Tally one;
  one.runs = 1;
  one.crashed = result.crashed;
  one.corrupted = result.corrupted;
  one.leaked = result.leaked;
  one.stalled = result.stalled;
  one.packets = static_cast<std::int64_t>(result.packets);
  one.all_packets = static_cast<std::int64_t>(result.all_packets);
  one.dropped = static_cast<std::int64_t>(result.dropped);
  one.socket_drops = static_cast<std::int64_t>(result.socket_drops);
  one.events = static_cast<std::int64_t>(result.events);
  one.ties = static_cast<std::int64_t>(result.ties);
  one.sync_ns = ns(result.sync);
  one.guard_ns = ns(result.guard);
  one.cpu_ns = ns(result.cpu_busy);
  if (result.teardown != ps_never) one.grace_ns = ns(result.grace);
  for (std::size_t i = 0; i < models::kind_count; ++i) {
    const models::KindCount& count = result.kinds[i];
    const double x = result.exposure[i];
    one.kinds[i] = {count.misuse > 0,
                    count.harm > 0,
                    static_cast<std::int64_t>(count.put_before_unmap),
                    static_cast<std::int64_t>(count.put_after_unmap),
                    x >= 0,
                    x >= 0 ? std::llround(-std::expm1(-x) * chance_scale) : 0};
  }
  for (const models::Violation& v : result.violations)
    if (v.harm != models::Harm::none) one.first_harm_run = run;
  one.rows = {run_row(result)};
  one.sites.insert(result.sites.begin(), result.sites.end());
  for (const std::string& fault : result.idle_faults) one.idle_faults[fault] = 1;
  add(one);
}

void Tally::add(const Tally& other) {
  std::vector<std::int64_t> values;
  tally_counts(other, [&](const char*, std::int64_t value) { values.push_back(value); });
  std::size_t at = 0;
  tally_counts(*this, [&](const char*, std::int64_t& sum) { add_to(sum, values[at++]); });
  for (std::size_t i = 0; i < models::kind_count; ++i) {
    values.clear();
    kind_counts(other.kinds[i], [&](const char*, std::int64_t v) { values.push_back(v); });
    at = 0;
    kind_counts(kinds[i], [&](const char*, std::int64_t& sum) { add_to(sum, values[at++]); });
  }
  first_harm_run = earlier_run(first_harm_run, other.first_harm_run);
  rows.insert(rows.end(), other.rows.begin(), other.rows.end());
  sites.insert(other.sites.begin(), other.sites.end());
  for (const auto& [fault, runs_idle] : other.idle_faults) idle_faults[fault] += runs_idle;
}

std::uint64_t Tally::fingerprint() const {
  std::uint64_t sum = 0;
  for (const RunRow& row : rows) sum = sim::fold(sum, row.fingerprint);
  return sum;
}

std::string pack_tally(const Tally& t) {
  Leb128Writer out;
  tally_counts(t, [&](const char*, std::int64_t value) { out.number(value); });
  for (const KindTally& kind : t.kinds)
    kind_counts(kind, [&](const char*, std::int64_t value) { out.number(value); });
  out.number(t.first_harm_run);
  out.text(pack_rows(t.rows));
  out.unsigned_number(t.sites.size());
  for (const std::string& site : t.sites) out.text(site);
  out.unsigned_number(t.idle_faults.size());
  for (const auto& [fault, idle_runs] : t.idle_faults) {
    out.text(fault);
    out.number(idle_runs);
  }
  return out.bytes;
}

Tally unpack_tally(const std::string& bytes) {
  Leb128Reader in{bytes};
  Tally t;
  tally_counts(t, [&](const char*, std::int64_t& value) { value = in.number(); });
  for (KindTally& kind : t.kinds)
    kind_counts(kind, [&](const char*, std::int64_t& value) { value = in.number(); });
  t.first_harm_run = in.number();
  t.rows = unpack_rows(in.text());
  for (std::uint64_t n = in.unsigned_number(); n > 0; --n) t.sites.insert(in.text());
  for (std::uint64_t n = in.unsigned_number(); n > 0; --n) {
    const std::string fault = in.text();
    t.idle_faults[fault] = in.number();
  }
  if (!in.at_end()) Leb128Reader::fail();
  return t;
}

}  // namespace poolrace::experiments
