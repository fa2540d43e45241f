// SPDX-License-Identifier: MIT
// A sweep's store is the same whatever the jobs, the shards, the interruptions.
#include "experiments/sweep/sweep.hpp"

#include <cstdlib>

#include "experiments/campaign/campaign.hpp"
#include "experiments/cli/common_options.hpp"
#include "experiments/sweep/fixture.hpp"
#include "experiments/sweep/text.hpp"

namespace poolrace::experiments {
namespace {

class Sweeps : public StudyTest {};

TEST_F(Sweeps, ComputeOnlyWhatIsMissing) {
  const std::string a = file("a.sqlite");
  EXPECT_EQ(sweep(words({"--store", a})), 160);
  const std::string once = exported(a);
  EXPECT_EQ(sweep(words({"--store", a})), 0);
  EXPECT_EQ(exported(a), once);

  auto more = words({"--store", a});
  more[5] = "250";  // two full blocks and one of ten runs more for each point
  EXPECT_EQ(sweep(more), 16 * 3);
  more[5] = "300";  // the short one again, in full
  EXPECT_EQ(sweep(more), 16 * 3);
  more[3] = "scan,xarray,scan-rcu";
  EXPECT_EQ(sweep(more), 8 * 15);

  more.back() = file("b.sqlite");
  EXPECT_EQ(sweep(more), 24 * 15);
  EXPECT_EQ(exported(a), exported(file("b.sqlite")));
}

TEST_F(Sweeps, AreTheSameWithAnyNumberOfJobs) {
  std::string one;
  for (const std::string until : {"", "20%"})
    for (const std::string jobs : {"1", "2", "4"}) {
      auto all = words({"--store", file(jobs + until)});
      all[9] = jobs;
      if (!until.empty()) all.insert(all.end(), {"--until", until});
      sweep(all);
      if (jobs == "1") one = exported(file(jobs + until));
      EXPECT_EQ(exported(file(jobs + until)), one) << jobs << " " << until;
    }
}

TEST_F(Sweeps, ShardsMergeToTheWhole) {
  for (const std::vector<std::string>& until : {std::vector<std::string>{}, {"--until", "20%"}}) {
    const std::string name = until.empty() ? "fixed" : "until";
    auto whole = words({"--store", file(name)});
    whole.insert(whole.end(), until.begin(), until.end());
    const std::int64_t blocks = sweep(whole);
    std::int64_t in_shards = 0;
    Store merged(file(name + "-merged"), Store::Mode::write);
    for (const std::string shard : {"3/3", "1/3", "2/3"}) {
      auto part = whole;
      part[11] = file(name + shard.substr(0, 1));
      part.insert(part.end(), {"--shard", shard});
      const std::int64_t mine = sweep(part);
      EXPECT_GT(mine, 0);
      in_shards += mine;
      Store store(part[11], Store::Mode::read);
      EXPECT_EQ(merged.merge(store), "");
      EXPECT_EQ(merged.merge(store), "");  // again changes nothing
    }
    EXPECT_EQ(in_shards, blocks);
    EXPECT_EQ(csv_of(study_rows(merged)), exported(file(name)));
  }
}

TEST_F(Sweeps, UntilSpendsRunsWhereTheAnswerIsWide) {
  auto all = words({"--store", file("a"), "--until", "25%", "--until-below", "0.02"});
  all[5] = "2000";
  Sweep sweep(options(all));
  sweep.run({}, quick_run);
  std::int64_t least = 2000, most = 0;
  for (std::size_t point = 0; point < sweep.problems().size(); ++point) {
    const Tally t = sweep.store().total(sweep.problems()[point].hash);
    EXPECT_TRUE(sweep.tight(point) || t.runs == 2000) << sweep.options().points[point].label();
    const Interval i = confidence_sequence(t.crashed, t.runs);
    const double p = static_cast<double>(t.crashed) / static_cast<double>(t.runs);
    if (t.runs < 2000) {
      EXPECT_TRUE(i.high <= 0.02 || i.high - i.low <= 0.5 * p);
    }
    least = std::min(least, t.runs);
    most = std::max(most, t.runs);
  }
  EXPECT_LT(least * 4, most);
  EXPECT_EQ(most, 2000);
  EXPECT_TRUE(sweep.wanted().empty());
}

TEST_F(Sweeps, AnAbortNamesItsRunAndHarmsNothing) {
  const std::string a = file("a.sqlite");
  const RunOne aborts = [](const models::Parameters& p, const models::RunOptions& o) {
    if (o.variant == "xarray" && o.run == 33 && p.load_pps > 2000) std::abort();
    return quick_run(p, o);
  };
  std::string error;
  try {
    sweep(words({"--store", a}), aborts);
  } catch (const InternalError& e) {
    error = e.what();
  }
  for (const char* mention : {"run 33 of problem", "killed by signal 6", "poolrace replay '",
                              "variant=xarray", ";run=33;", "set=load_mpps=0.00"})
    EXPECT_NE(error.find(mention), std::string::npos) << error;
  const std::int64_t rest = sweep(words({"--store", a}));
  EXPECT_GT(rest, 0);
  EXPECT_LT(rest, 160);
  sweep(words({"--store", file("b.sqlite")}));
  EXPECT_EQ(exported(a), exported(file("b.sqlite")));
}

// An interrupt leaves something of every point, not all of some.
TEST_F(Sweeps, GoThroughAllPointsBlockByBlock) {
  const Sweep sweep(options(words()));
  const std::vector<Task> tasks = sweep.wanted();
  ASSERT_EQ(tasks.size(), 160u);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    EXPECT_EQ(tasks[i].point, i % 16);
    EXPECT_EQ(tasks[i].block, static_cast<std::int64_t>(i / 16));
  }
}

TEST_F(Sweeps, ASimulationThatThrowsIsNamedToo) {
  const RunOne throws = [](const models::Parameters&,
                           const models::RunOptions&) -> models::RunResult {
    throw ConfigError("the wire is cut");
  };
  const std::string error = error_of([&] { sweep(words(), throws); });
  EXPECT_NE(error.find("the wire is cut; reproduce: poolrace replay"), std::string::npos) << error;
}

// The sums of a point are those of `run` on the same scenario, seed and runs.
TEST_F(Sweeps, SayWhatACampaignSays) {
  const std::vector<std::string> common{
      "--runs", "7", "--set", "horizon_s=1.2", "--set", "load_mpps=0.05", "--variant", "scan-rcu"};
  auto all = common;
  all.insert(all.end(), {"--block-runs", "3", "--jobs", "2"});
  Sweep sweep(options(all));
  ASSERT_EQ(sweep.run(), 0);
  const Tally t = sweep.store().total(sweep.problems().at(0).hash);

  const CommonOptions o = common_options(sweep_line().parse(common));
  const VariantSummary v = run_campaign(o, resolve(o, {})).variants.at(0);
  EXPECT_EQ(t.runs, v.runs);
  EXPECT_EQ(t.crashed, v.crashed);
  EXPECT_EQ(t.fingerprint(), v.fingerprint);
  EXPECT_EQ(t.events, static_cast<std::int64_t>(v.events));
  EXPECT_EQ(t.packets, static_cast<std::int64_t>(v.packets));
  EXPECT_EQ(t.rows, v.rows);
  EXPECT_NEAR(static_cast<double>(t.guard_ns), v.guard_ns, 7 * 0.5);  // rounded once a run
  for (std::size_t i = 0; i < models::kind_count; ++i) {
    EXPECT_EQ(t.kinds[i].misuse_runs, v.kinds[i].misuse_runs);
    EXPECT_EQ(t.kinds[i].put_after_unmap, v.kinds[i].put_after_unmap);
    if (v.kinds[i].has_estimate()) {
      EXPECT_NEAR(static_cast<double>(t.kinds[i].chance_e12) / 1e12 / 7,
                  exposure_estimate(v.kinds[i].exposures).value, 1e-12);
    }
  }
}

// Once a point was stopped by what was seen, its interval is the one that allows for that, also for
// a sweep that comes later and looks at nothing.
TEST_F(Sweeps, StoppedByLookingHaveNoIntervalForAFixedNumberOfRuns) {
  const std::string a = file("a.sqlite");
  sweep(words({"--store", a}));
  const auto filled = [&] {
    Store store(a, Store::Mode::read);
    const auto rows = json_of(study_rows(store));
    const bool fixed = !rows[0]["low"].is_null();
    EXPECT_EQ(rows[0]["stopped_by_looking"], !fixed);
    EXPECT_EQ(rows.back()["delta_probability_low"].is_null(), !fixed);
    EXPECT_FALSE(rows.back()["delta_probability"].is_null());
    return fixed;
  };
  EXPECT_TRUE(filled());
  sweep(words({"--store", a, "--until", "50%"}));
  EXPECT_FALSE(filled());
  Sweep after(options(words({"--store", a})));
  EXPECT_FALSE(filled());
  EXPECT_NE(text_table(after).find("any time"), std::string::npos);
}

// What an executor of somebody else does: a text in, bytes out.
TEST_F(Sweeps, ABlockCanBeComputedFromItsTextAlone) {
  auto all = words({"--set", "horizon_s=1.2", "--stall", "put: read dma_sync=5"});
  all[5] = "4";
  all[7] = "2";
  all[1] = "load_mpps=0.01";
  Sweep here(options(all)), elsewhere(options(all));
  ASSERT_EQ(here.run(), 0);
  for (const Task& task : elsewhere.wanted())
    elsewhere.add(task, unpack_tally(compute_block(elsewhere.problems()[task.point].text,
                                                   task.first_run, task.runs)));
  EXPECT_EQ(csv_of(study_rows(here.store())), csv_of(study_rows(elsewhere.store())));
  EXPECT_EQ(elsewhere.blocks_added(), 4);
  elsewhere.check_stalls();

  std::string text = here.problems()[0].text;
  EXPECT_NE(error_of([&] { compute_block(text, 1, 2); }).find("multiple"), std::string::npos);
  EXPECT_NE(error_of([&] { compute_block(text + "x=1\n", 0, 2); }), "");
  EXPECT_NE(error_of([&] { parse_problem(text.substr(0, text.size() / 2)); }), "");
  text.replace(text.find("version=") + 8, 1, "9");
  EXPECT_NE(error_of([&] { parse_problem(text); }).find("is of version 9"), std::string::npos);
}

TEST(Tallies, AddInAnyOrder) {
  Tally a, b, c;
  for (std::uint64_t run = 0; run < 30; ++run) {
    models::Parameters p = models::parameter_table().defaults().values;
    models::RunOptions o;
    o.run = run;
    (run < 7 ? a : run < 20 ? b : c).add(static_cast<std::int64_t>(run), quick_run(p, o));
  }
  Tally left = a, right = c;
  left.add(b);
  left.add(c);
  right.add(b);
  right.add(a);
  EXPECT_NE(left, right);  // for they keep their runs in order
  left.rows = right.rows = {};
  EXPECT_EQ(left, right);
  EXPECT_EQ(unpack_tally(pack_tally(a)), a);
  EXPECT_THROW(unpack_tally("no tally"), ConfigError);
  a.events = std::numeric_limits<std::int64_t>::max();
  EXPECT_THROW(a.add(b), InternalError);
}

}  // namespace
}  // namespace poolrace::experiments
