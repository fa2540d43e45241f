// SPDX-License-Identifier: MIT
// A row of a run loses nothing on its way, and says what the run said.
#include <gtest/gtest.h>

#include <limits>

#include "experiments/runs/by_run.hpp"
#include "experiments/runs/paired.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

RunRow full_row() {
  RunRow row;
  row.crashed = row.stalled = true;
  row.misuse = 0b1011;
  row.harm = 0b1000;
  row.first_harm_kind = 3;
  row.first_harm_ns = 20'000'001;
  row.teardown_ns = 1'234'567;
  row.destroy_ns = 0;
  row.grace_ns = 999;
  row.packets = 4;
  row.sync_ps = 4'000;
  row.guard_ps = 2'000;
  row.cpu_ps = std::numeric_limits<std::int64_t>::max();
  row.in_flight_at_start = 5;
  row.in_flight_at_destroy = 6;
  row.still_out = 7;
  row.fingerprint = 0xfedcba9876543210;
  return row;
}

TEST(RunRows, AreTheSameAfterPacking) {
  const std::vector<RunRow> rows{full_row(), RunRow(), full_row()};
  const std::string bytes = pack_rows(rows);
  EXPECT_EQ(unpack_rows(bytes), rows);
  for (std::size_t cut = 1; cut < pack_rows({full_row()}).size(); ++cut)
    EXPECT_THROW(unpack_rows(bytes.substr(0, bytes.size() - cut)), ConfigError) << cut;
}

TEST(RunRows, SayWhatTheRunSaid) {
  models::RunResult result;
  result.corrupted = true;
  result.teardown = 5 * ps_per_us;
  result.kinds[1] = {2, 1, 0, 0};
  result.kinds[2] = {1, 0, 0, 0};
  models::Violation later, first, harmless;
  later.kind = static_cast<models::Kind>(0);
  later.at = 9 * ps_per_us;
  first.kind = static_cast<models::Kind>(1);
  first.at = 7 * ps_per_us;
  harmless.at = 1;
  later.harm = first.harm = models::Harm::corruption;
  result.violations = {harmless, later, first};
  const RunRow row = run_row(result);
  EXPECT_TRUE(row.corrupted && !row.crashed);
  EXPECT_EQ(row.misuse, 0b110u);
  EXPECT_EQ(row.harm, 0b010u);
  EXPECT_EQ(row.first_harm_kind, 1);
  EXPECT_EQ(row.first_harm_ns, 7000);
  EXPECT_EQ(row.teardown_ns, 5000);
  EXPECT_EQ(row.destroy_ns, -1);
  EXPECT_EQ(teardown_times_ns({RunRow(), row}), std::vector<std::int64_t>{5000});
}

TEST(RunRows, AreLinesOfATable) {
  const std::vector<std::string> names = run_columns(), full = run_cells(12, full_row()),
                                 empty = run_cells(0, {});
  ASSERT_EQ(names.size(), full.size());
  const auto cell = [&](const std::vector<std::string>& cells, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return cells.at(static_cast<std::size_t>(found - names.begin()));
  };
  EXPECT_EQ(cell(full, "run"), "12");
  EXPECT_EQ(cell(full, "crashed"), "true");
  EXPECT_EQ(cell(full, "first_harm_kind"), cell(full, "harm_kinds"));
  EXPECT_EQ(cell(full, "first_harm_us"), "20000.001");
  EXPECT_EQ(cell(full, "destroy_us"), "0") << "at once is not never";
  EXPECT_EQ(cell(empty, "destroy_us"), "");
  EXPECT_EQ(cell(full, "sync_ns_per_packet"), "1");
  EXPECT_EQ(cell(empty, "cpu_ns_per_packet"), "") << "of no packet";
  EXPECT_EQ(cell(full, "fingerprint"), "fedcba9876543210");
}

// Against a count by hand.
TEST(PairedRuns, PairByRun) {
  std::vector<RunRow> here(8), versus(8);
  for (std::size_t i = 0; i < 8; ++i) {
    here[i].crashed = i < 5;
    versus[i].crashed = i == 0 || i == 7;
    versus[i].teardown_ns = 1000 * static_cast<std::int64_t>(i * i);
    here[i].teardown_ns = versus[i].teardown_ns + 2000;
    here[i].packets = versus[i].packets = 2;
    versus[i].cpu_ps = 3000 * static_cast<std::int64_t>(i);
    here[i].cpu_ps = versus[i].cpu_ps + 10'000;
  }
  here[3].teardown_ns = -1;
  versus[4].packets = 0;
  const Paired p = paired(here, versus);
  EXPECT_EQ(p.crashed_only, 4);
  EXPECT_EQ(p.spared_only, 1);
  EXPECT_EQ(p.probability.value, 3.0 / 8);
  EXPECT_EQ(p.teardowns, 7);
  EXPECT_EQ(p.teardown_us.value, 2);
  EXPECT_EQ(p.teardown_us.low, 2) << "what both have in common is gone";
  EXPECT_EQ(p.costs, 7);
  EXPECT_EQ(p.cpu_ns_per_packet.value, 5);
  here.pop_back();
  EXPECT_THROW(paired(here, versus), InternalError);
}

}  // namespace
}  // namespace poolrace::experiments
