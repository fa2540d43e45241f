// SPDX-License-Identifier: MIT
// What a study's tables tell beyond the sums of its points: differences by run, and the runs.
#include "experiments/runs/paired.hpp"

#include "experiments/campaign/campaign.hpp"
#include "experiments/cli/common_options.hpp"
#include "experiments/report/by_run.hpp"
#include "experiments/sweep/fixture.hpp"
#include "experiments/sweep/table.hpp"
#include "sim/settings/csv_reader.hpp"

namespace poolrace::experiments {
namespace {

class PairedPoints : public StudyTest {
 protected:
  static std::vector<std::vector<std::string>> lines(const std::string& table) {
    sim::CsvReader csv(sim::file_of(table), "test", "a table");
    std::vector<std::vector<std::string>> out{csv.names()};
    for (std::vector<std::string> cells; csv.next(cells);) out.push_back(cells);
    out[0] = csv.names();
    return out;
  }
};

const std::vector<std::string> common{
    "--runs",         "9",     "--jobs",        "2",         "--set",
    "load_mpps=0.05", "--set", "horizon_s=1.2", "--variant", "scan,scan-rcu"};

// The same runs through the other command: the same differences, the same lines.
TEST_F(PairedPoints, AreThoseOfACampaign) {
  auto all = common;
  all.insert(all.end(), {"--block-runs", "4", "--versus", "scan-rcu"});
  Sweep sweep(options(all));
  ASSERT_EQ(sweep.run(), 0);
  const CommonOptions o = common_options(sweep_line().parse(common));
  const Campaign c = run_campaign(o, resolve(o, {}));
  const Paired p = paired(c.variants[0].rows, c.variants[1].rows);
  const auto rows = json_of(sweep_rows(sweep));
  EXPECT_EQ(rows[0]["versus"], "scan-rcu");
  EXPECT_EQ(rows[0]["delta_probability"], p.probability.value);
  EXPECT_EQ(rows[0]["delta_probability_low"], p.probability.low);
  EXPECT_EQ(rows[0]["delta_teardown_us"], p.teardown_us.value);
  EXPECT_EQ(rows[0]["delta_ns_per_packet"], p.cpu_ns_per_packet.value);
  EXPECT_TRUE(rows[1]["versus"].is_null()) << "against itself there is no difference";
  EXPECT_TRUE(rows[1]["delta_probability"].is_null());

  const auto here = lines(sweep_runs(sweep)), there = lines(by_run_table(c));
  ASSERT_EQ(here.size(), 1u + 18);
  ASSERT_EQ(here.size(), there.size());
  const std::size_t before = here[0].size() - there[0].size() + 1;
  for (std::size_t i = 0; i < here.size(); ++i)
    for (std::size_t k = 1; k < there[0].size(); ++k) {
      const std::string &ours = here[i][before + k - 1], &theirs = there[i][k];
      if (i > 0 &&
          there[0][k] == "replay")  // settings in another order; those of a default left out
        EXPECT_EQ(ours.empty(), theirs.empty()) << i;
      else
        EXPECT_EQ(ours, theirs) << i << " " << there[0][k];
    }
}

// A sweep may end in between: only runs that both have are held against each other.
TEST_F(PairedPoints, AreOfRunsThatBothHave) {
  auto all = common;
  all.insert(all.end(), {"--block-runs", "3"});
  Sweep sweep(options(all));
  const std::vector<Task> tasks = sweep.wanted();
  const auto add = [&](std::size_t point, std::int64_t block, bool crashed) {
    for (const Task& task : tasks) {
      if (task.point != point || task.block != block) continue;
      Tally tally;
      for (std::int64_t run = task.first_run; run < task.first_run + task.runs; ++run) {
        models::RunResult result;
        result.crashed = crashed;
        tally.add(run, result);
      }
      sweep.add(task, tally);
    }
  };
  add(0, 0, true);
  add(0, 2, true);
  EXPECT_TRUE(json_of(sweep_rows(sweep))[1]["delta_probability"].is_null());
  add(1, 1, true);
  EXPECT_TRUE(json_of(sweep_rows(sweep))[1]["delta_probability"].is_null());
  EXPECT_TRUE(json_of(sweep_rows(sweep))[1]["versus"].is_null());
  add(1, 2, false);
  const auto row = json_of(sweep_rows(sweep))[1];
  EXPECT_EQ(row["delta_probability"], -1);
  EXPECT_EQ(row["delta_probability_low"], paired_probability_difference(3, 0, 3).low);
}

TEST_F(PairedPoints, AreAgainstAVariantThatIsThere) {
  auto all = common;
  all.insert(all.end(), {"--vary", "hz=100,250", "--versus", "baseline"});
  EXPECT_EQ(error_of([&] { options(all); }),
            "poolrace sweep: --versus: unknown variant 'baseline'; allowed: scan, scan-rcu");
  const std::string store = file("a.sqlite");
  sweep(words({"--store", store}));
  Store again(store, Store::Mode::read);
  EXPECT_NE(error_of([&] { study_rows(again, "xaray"); }).find("nearest: xarray"),
            std::string::npos);
  EXPECT_EQ(json_of(study_rows(again)).back()["versus"], "scan");
}

}  // namespace
}  // namespace poolrace::experiments
