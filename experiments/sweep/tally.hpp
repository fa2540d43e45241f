// SPDX-License-Identifier: MIT
// What a block of runs adds up to.  Every field is an integer that adds, so that the sum over blocks
// is the same whoever computed them; the rows of the runs stand beside it, in order.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "experiments/runs/run_row.hpp"

namespace poolrace::experiments {

struct KindTally {
  std::int64_t misuse_runs = 0, harm_runs = 0;
  std::int64_t put_before_unmap = 0, put_after_unmap = 0;  // violations, not runs
  // For the exposure estimate: Σ (1 − e^−x) over the runs that have one, in units of 10⁻¹².
  std::int64_t estimated_runs = 0, chance_e12 = 0;
  bool operator==(const KindTally&) const = default;
};

struct Tally {
  std::int64_t runs = 0, crashed = 0, corrupted = 0, leaked = 0, stalled = 0;
  std::int64_t packets = 0, all_packets = 0, dropped = 0, socket_drops = 0, events = 0, ties = 0;
  std::int64_t sync_ns = 0, guard_ns = 0, cpu_ns = 0, grace_ns = 0;
  std::int64_t first_harm_run = -1;  // the lowest; −1: none
  std::array<KindTally, models::kind_count> kinds{};
  std::vector<RunRow> rows;     // of each run, in run order
  std::set<std::string> sites;  // that were passed, if there are stalls; not stored
  // Of the runs, those in which each fault found nothing to act on; not stored.
  std::map<std::string, std::int64_t> idle_faults;

  bool operator==(const Tally&) const = default;

  void add(std::int64_t run, const models::RunResult& result);
  void add(const Tally& other);                     // InternalError if a sum leaves 63 bits
  [[nodiscard]] std::uint64_t fingerprint() const;  // the runs', folded: as `run` prints it
};

// The counts by name, in one place: columns of the store, fields on the wire, sums.
template <class T, class Visit>
void tally_counts(T& t, Visit visit) {
  visit("runs", t.runs);
  visit("crashed", t.crashed);
  visit("corrupted", t.corrupted);
  visit("leaked", t.leaked);
  visit("stalled", t.stalled);
  visit("packets", t.packets);
  visit("all_packets", t.all_packets);
  visit("dropped", t.dropped);
  visit("socket_drops", t.socket_drops);
  visit("events", t.events);
  visit("ties", t.ties);
  visit("sync_ns", t.sync_ns);
  visit("guard_ns", t.guard_ns);
  visit("cpu_ns", t.cpu_ns);
  visit("grace_ns", t.grace_ns);
}

template <class K, class Visit>
void kind_counts(K& k, Visit visit) {
  visit("misuse_runs", k.misuse_runs);
  visit("harm_runs", k.harm_runs);
  visit("put_before_unmap", k.put_before_unmap);
  visit("put_after_unmap", k.put_after_unmap);
  visit("estimated_runs", k.estimated_runs);
  visit("chance_e12", k.chance_e12);
}

// Between processes.  unpack throws ConfigError if the bytes are none of pack's.
std::string pack_tally(const Tally& tally);
Tally unpack_tally(const std::string& bytes);

}  // namespace poolrace::experiments
