// SPDX-License-Identifier: MIT
#include "experiments/tally.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/trace.hpp"

namespace poolrace::experiments {

using nlohmann::json;

namespace {

constexpr double chance_scale = 1e12;

std::int64_t ns(Ps ps) {
  return (ps + ps_per_ns / 2) / ps_per_ns;
}

void add_to(std::int64_t& sum, std::int64_t value) {
  check(!__builtin_add_overflow(sum, value, &sum), "sums of a study fit 63 bits");
}

void insert_sorted(std::vector<std::int64_t>& sorted, std::int64_t value) {
  sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), value), value);
}

void merge_sorted(std::vector<std::int64_t>& into, const std::vector<std::int64_t>& from) {
  const auto middle = static_cast<std::ptrdiff_t>(into.size());
  into.insert(into.end(), from.begin(), from.end());
  std::inplace_merge(into.begin(), into.begin() + middle, into.end());
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
  one.fingerprints = {result.fingerprint};
  one.sites.insert(result.sites.begin(), result.sites.end());
  add(one);
  if (result.teardown != ps_never) insert_sorted(teardown_ns, result.teardown / ps_per_ns);
  if (result.destroy != ps_never) insert_sorted(destroy_ns, result.destroy / ps_per_ns);
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
  merge_sorted(teardown_ns, other.teardown_ns);
  merge_sorted(destroy_ns, other.destroy_ns);
  fingerprints.insert(fingerprints.end(), other.fingerprints.begin(), other.fingerprints.end());
  sites.insert(other.sites.begin(), other.sites.end());
}

std::uint64_t Tally::fingerprint() const {
  std::uint64_t sum = 0;
  for (const std::uint64_t one : fingerprints) sum = sim::fold(sum, one);
  return sum;
}

std::string pack_tally(const Tally& t) {
  json j;
  tally_counts(t, [&](const char* name, std::int64_t value) { j[name] = value; });
  for (const KindTally& kind : t.kinds) {
    json row = json::array();
    kind_counts(kind, [&](const char*, std::int64_t value) { row.push_back(value); });
    j["kinds"].push_back(row);
  }
  j["first_harm_run"] = t.first_harm_run;
  j["teardown_ns"] = t.teardown_ns;
  j["destroy_ns"] = t.destroy_ns;
  j["fingerprints"] = t.fingerprints;
  j["sites"] = t.sites;
  const auto bytes = json::to_cbor(j);
  return {bytes.begin(), bytes.end()};
}

Tally unpack_tally(const std::string& bytes) {
  try {
    const json j = json::from_cbor(bytes);
    Tally t;
    tally_counts(t, [&](const char* name, std::int64_t& value) { j.at(name).get_to(value); });
    for (std::size_t i = 0; i < models::kind_count; ++i) {
      std::size_t at = 0;
      kind_counts(t.kinds[i], [&](const char*, std::int64_t& value) {
        j.at("kinds").at(i).at(at++).get_to(value);
      });
    }
    j.at("first_harm_run").get_to(t.first_harm_run);
    j.at("teardown_ns").get_to(t.teardown_ns);
    j.at("destroy_ns").get_to(t.destroy_ns);
    j.at("fingerprints").get_to(t.fingerprints);
    j.at("sites").get_to(t.sites);
    return t;
  } catch (const json::exception& error) {
    throw ConfigError(std::string("a block's result cannot be read: ") + error.what());
  }
}

std::string pack_sorted(const std::vector<std::int64_t>& sorted) {
  std::string out;
  std::int64_t before = 0;
  for (const std::int64_t value : sorted) {
    check(value >= before, "a packed list is sorted and not negative");
    auto rest = static_cast<std::uint64_t>(value - before);
    before = value;
    for (; rest >= 0x80; rest >>= 7) out += static_cast<char>(rest | 0x80);
    out += static_cast<char>(rest);
  }
  return out;
}

std::vector<std::int64_t> unpack_sorted(const std::string& bytes) {
  std::vector<std::int64_t> out;
  std::uint64_t value = 0, difference = 0;
  int shift = 0;
  for (const char c : bytes) {
    if (shift > 56) throw ConfigError("a stored list is damaged");
    difference |= static_cast<std::uint64_t>(c & 0x7f) << shift;
    shift += 7;
    if ((c & 0x80) != 0) continue;
    value += difference;
    out.push_back(static_cast<std::int64_t>(value));
    difference = 0;
    shift = 0;
  }
  if (shift != 0) throw ConfigError("a stored list ends in the middle of a number");
  return out;
}

}  // namespace poolrace::experiments
