// SPDX-License-Identifier: MIT
#include "experiments/sweep/tally.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

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

void insert_sorted(std::vector<std::int64_t>& sorted, std::int64_t value) {
  sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), value), value);
}

void merge_sorted(std::vector<std::int64_t>& into, const std::vector<std::int64_t>& from) {
  const auto middle = static_cast<std::ptrdiff_t>(into.size());
  into.insert(into.end(), from.begin(), from.end());
  std::inplace_merge(into.begin(), into.begin() + middle, into.end());
}

struct Writer {
  void unsigned_number(std::uint64_t rest) {
    for (; rest >= 0x80; rest >>= 7) bytes += static_cast<char>(rest | 0x80);
    bytes += static_cast<char>(rest);
  }
  void number(std::int64_t value) {
    const auto raw = static_cast<std::uint64_t>(value);
    unsigned_number(value < 0 ? ~(raw << 1) : raw << 1);
  }
  void text(const std::string& text) {
    unsigned_number(text.size());
    bytes += text;
  }
  std::string bytes;
};

struct Reader {
  [[noreturn]] static void fail() { throw ConfigError("a block's result is damaged"); }
  bool at_end() const { return at == bytes.size(); }
  std::uint64_t unsigned_number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at_end()) fail();
      const auto byte = static_cast<unsigned char>(bytes[at++]);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    fail();
  }
  std::int64_t number() {
    const std::uint64_t raw = unsigned_number();
    return static_cast<std::int64_t>((raw & 1) != 0 ? ~(raw >> 1) : raw >> 1);
  }
  std::string text() {
    const std::uint64_t size = unsigned_number();
    if (size > bytes.size() - at) fail();
    at += size;
    return bytes.substr(at - size, size);
  }
  const std::string& bytes;
  std::size_t at = 0;
};

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
  for (const std::string& fault : result.idle_faults) one.idle_faults[fault] = 1;
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
  for (const auto& [fault, runs_idle] : other.idle_faults) idle_faults[fault] += runs_idle;
}

std::uint64_t Tally::fingerprint() const {
  std::uint64_t sum = 0;
  for (const std::uint64_t one : fingerprints) sum = sim::fold(sum, one);
  return sum;
}

// Every number as its LEB128, signed ones folded onto the unsigned: 0, −1, 1, −2, …
std::string pack_tally(const Tally& t) {
  Writer out;
  tally_counts(t, [&](const char*, std::int64_t value) { out.number(value); });
  for (const KindTally& kind : t.kinds)
    kind_counts(kind, [&](const char*, std::int64_t value) { out.number(value); });
  out.number(t.first_harm_run);
  out.text(pack_sorted(t.teardown_ns));
  out.text(pack_sorted(t.destroy_ns));
  out.text(pack_fingerprints(t.fingerprints));
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
  Reader in{bytes};
  Tally t;
  tally_counts(t, [&](const char*, std::int64_t& value) { value = in.number(); });
  for (KindTally& kind : t.kinds)
    kind_counts(kind, [&](const char*, std::int64_t& value) { value = in.number(); });
  t.first_harm_run = in.number();
  t.teardown_ns = unpack_sorted(in.text());
  t.destroy_ns = unpack_sorted(in.text());
  t.fingerprints = unpack_fingerprints(in.text());
  for (std::uint64_t n = in.unsigned_number(); n > 0; --n) t.sites.insert(in.text());
  for (std::uint64_t n = in.unsigned_number(); n > 0; --n) {
    const std::string fault = in.text();
    t.idle_faults[fault] = in.number();
  }
  if (!in.at_end()) Reader::fail();
  return t;
}

std::string pack_fingerprints(const std::vector<std::uint64_t>& fingerprints) {
  std::string out;
  for (const std::uint64_t one : fingerprints)
    for (unsigned shift = 0; shift < 64; shift += 8) out += static_cast<char>(one >> shift & 0xff);
  return out;
}

std::vector<std::uint64_t> unpack_fingerprints(const std::string& bytes) {
  if (bytes.size() % 8 != 0) Reader::fail();
  std::vector<std::uint64_t> out(bytes.size() / 8);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    out[i / 8] |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (i % 8 * 8);
  return out;
}

std::string pack_sorted(const std::vector<std::int64_t>& sorted) {
  Writer out;
  std::int64_t before = 0;
  for (const std::int64_t value : sorted) {
    check(value >= before, "a packed list is sorted and not negative");
    out.unsigned_number(static_cast<std::uint64_t>(value - before));
    before = value;
  }
  return out.bytes;
}

std::vector<std::int64_t> unpack_sorted(const std::string& bytes) {
  Reader in{bytes};
  std::vector<std::int64_t> out;
  for (std::uint64_t value = 0; !in.at_end();) {
    value += in.unsigned_number();
    out.push_back(static_cast<std::int64_t>(value));
  }
  return out;
}

}  // namespace poolrace::experiments
