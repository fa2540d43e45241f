// SPDX-License-Identifier: MIT
// One simulated machine with one scenario on it: builds the parts, runs one teardown (or a measured
// stretch of traffic) in a world, and says what happened.  A Machine is used for one run.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/checker/in_flight.hpp"
#include "models/checker/violation.hpp"
#include "models/parameters.hpp"
#include "sim/chance/random.hpp"
#include "sim/trace.hpp"
#include "sim/worlds/world_spec.hpp"

namespace poolrace::models {

class Watcher;

// One put is held up, once, as it comes to a site: the one that began at that date.
struct HoldUp {
  std::string site;
  Ps put_began = ps_never, length = 0;
};

// A put came to a hold-up's site.
struct PutPassing {
  std::size_t hold_up = 0;  // into RunOptions::hold_ups
  Ps at = 0, put_began = 0;
};

struct RunOptions {
  std::string variant;
  sim::WorldKind world = sim::WorldKind::timed;
  std::uint64_t seed = 1, run = 0;
  std::vector<sim::GivenWord> words;               // that are given, not drawn: drawn.hpp
  std::vector<std::pair<std::string, Ps>> stalls;  // site, delay
  std::vector<HoldUp> hold_ups;
  std::vector<std::string> faults;         // by name, see faults.hpp
  std::size_t keep_records = 0;            // of the trace, for replay
  Ps keep_from = 0, keep_to = ps_never;    // of those dates alone
  Watcher* watcher = nullptr;              // who watches; changes nothing
  sim::WordCounts* word_counts = nullptr;  // who counts what is drawn; likewise
};

struct RunResult {
  std::array<KindCount, kind_count> kinds{};
  std::array<double, kind_count> exposure{};  // puts expected in the dangerous time measured
  bool crashed = false, corrupted = false, leaked = false, stalled = false;
  std::uint64_t fingerprint = 0;
  std::uint64_t events = 0, ties = 0, dropped = 0;
  std::uint64_t socket_drops = 0;              // for want of room in a receive buffer
  std::uint64_t packets = 0, all_packets = 0;  // in the measured stretch; in the whole run
  std::uint64_t in_flight_at_start = 0, in_flight_at_destroy = 0, outstanding = 0, holding = 0;
  std::vector<std::uint64_t> in_flight_after;  // by in_flight_ages_s; shorter: the run ended before
  StallWarnings stall_warnings;
  std::array<std::uint64_t, 11> pool_counters{};  // of all pools, in the order of ethtool's names
  std::uint64_t in_flight_at_unbind = 0;          // of the pools that go
  std::uint64_t still_out = 0;  // pages with holders when the run ended at its horizon
  Ps simulated = 0;
  Ps teardown = ps_never;  // stop … NAPI deleted; ps_never if it did not end
  Ps destroy = ps_never;   // page_pool_destroy() of all queues
  Ps grace = 0;            // of the teardown, waiting for grace periods
  // The measured stretch: from traffic to teardown, or measure_us of it when there is none.
  Ps measured = 0;
  Ps sync = 0, guard = 0, cpu_busy = 0;  // CPU time in it
  std::vector<Violation> violations;     // the first of each kind, and its first harm
  std::vector<std::string> sites;        // all that were passed, if there are stalls
  std::vector<PutPassing> put_passings;  // if there are hold-ups
  std::vector<std::string> idle_faults;  // those that found nothing to act on
  // Those that were not drawn; some of the three behind the last that was are missing.
  std::vector<sim::GivenWord> idle_words;
  std::uint64_t steps = 0;            // visible steps of the whole run
  std::vector<sim::Record> records;   // the last RunOptions::keep_records of them
  std::vector<std::string> contexts;  // names by id, with the records
};

RunResult run_machine(const Parameters& parameters, const RunOptions& options);

}  // namespace poolrace::models
