// SPDX-License-Identifier: MIT
// A campaign: N runs of each chosen variant on the same traffic, in worker processes, summed up.
// Run i of every variant sees the same draws, so differences between variants are paired by run.
#pragma once

#include <array>
#include <exception>
#include <string>
#include <vector>

#include "experiments/campaign/in_flight.hpp"
#include "experiments/runs/run_row.hpp"
#include "experiments/scenario/scenario.hpp"
#include "experiments/statistics/statistics.hpp"
#include "models/machine.hpp"

namespace poolrace::experiments {

struct KindSummary {
  std::int64_t misuse_runs = 0, harm_runs = 0;
  std::int64_t put_before_unmap = 0, put_after_unmap = 0;  // violations, not runs
  std::int64_t first_harm_run = -1;
  Interval interval;              // of harm_runs / runs
  std::vector<double> exposures;  // expected hits of each run, where there is an estimate
  [[nodiscard]] bool has_estimate() const { return !exposures.empty(); }
};

// The first run in which a variant came to harm, for replay.
struct FirstHarm {
  std::int64_t run = -1;
  models::Violation violation;
};

struct VariantSummary {
  std::string variant;
  std::int64_t runs = 0;
  std::int64_t crashed = 0, corrupted = 0, leaked = 0, stalled = 0;
  std::int64_t cut_short = 0;        // runs that ended at their horizon with pages still out,
  std::uint64_t most_still_out = 0;  // and so many at the most
  std::array<KindSummary, models::kind_count> kinds;
  FirstHarm first_harm;
  std::vector<FirstHarm> first_of_kind;  // the first run of each kind, misuse included
  std::vector<RunRow> rows;              // of each run
  double grace_us = 0, teardown_total_us = 0;
  std::uint64_t packets = 0, all_packets = 0, dropped = 0, socket_drops = 0, events = 0, ties = 0;
  double sync_ns = 0, guard_ns = 0, cpu_ns = 0;  // over the measured stretch, all runs
  InFlightSummary in_flight;
  std::uint64_t fingerprint = 0;
};

struct Campaign {
  Resolved resolved;
  CommonOptions options;
  std::vector<VariantSummary> variants;
  std::int64_t runs_done = 0;
  int interrupted = 0;         // the signal, or 0
  std::exception_ptr failure;  // of the run that ended it early, or null
  double wall_seconds = 0;
};

// Runs it, with a progress bar on a terminal.  Errors name the run and how to see it again, under the
// variant that failed.
Campaign run_campaign(const CommonOptions& options, const Resolved& resolved);
// The same, but a run that fails (its worker dies) costs only those that come after it.  Throws if
// there are none before it.
Campaign run_campaign_so_far(const CommonOptions& options, const Resolved& resolved);

}  // namespace poolrace::experiments
