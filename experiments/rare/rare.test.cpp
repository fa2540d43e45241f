// SPDX-License-Identifier: MIT
// Numbers where there should be none, none where there should be numbers, and the same numbers
// however they come about.
#include "experiments/rare/rare.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "experiments/rare/report.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "models/machine.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

// A machine on which the race is met often enough to be counted: a put is slow between publishing its
// page and syncing it, and its CPU is stolen for a fifth of the time.
RareRequest often(const std::string& variant = "scan-rcu") {
  RareRequest r;
  r.options.variants = {variant};
  r.options.stalls = {{"ring: unlock producer", 5 * ps_per_us}};
  r.options.settings = {{"hold", "exponential"}, {"hold_median_us", "300"}, {"ring", "16"},
                        {"load_mpps", "0.08"},   {"horizon_s", "1.2"},      {"steal_mean_us", "20"},
                        {"steal_ppm", "200000"}};
  r.options.runs = 120;
  r.options.jobs = 2;
  r.until = 0;
  r.round = 60;
  r.windows = 0;
  return r;
}

Rare found(const RareRequest& request) {
  const Resolved resolved = resolve(request.options, {});
  check_rare(request, resolved);
  return run_rare(request, resolved);
}

std::string told(const RareRequest& request, const Rare& rare) {
  const Resolved resolved = resolve(request.options, {});
  return rare_json(request, resolved, {{"v", rare}}).dump();
}

std::string error_of(const RareRequest& request) {
  try {
    check_rare(request, resolve(request.options, {}));
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(RareSlow, IsTheSameForAnyNumberOfJobs) {
  RareRequest request = often();
  request.options.runs = 30;
  request.round = 12;
  const std::string two = told(request, found(request));
  for (const int jobs : {1, 7}) {
    request.options.jobs = jobs;
    EXPECT_EQ(told(request, found(request)), two) << jobs;
  }
}

TEST(RareSlow, IsTheSameInTheReferenceWorld) {
  RareRequest request = often();
  request.options.runs = 16;
  request.round = 8;
  const std::string timed = told(request, found(request));
  request.options.world = "reference";
  EXPECT_EQ(told(request, found(request)), timed);
}

// The first hit is a run that can be shown again.
TEST(Rare, AHitIsARunThatComesToHarm) {
  RareRequest request = often();
  request.options.runs = 300;
  const Rare rare = found(request);
  ASSERT_EQ(rare.channels.size(), 4u) << "thefts, ticks, meetings of two kinds";
  ASSERT_FALSE(rare.channels[0].replay.empty()) << "no hit with this seed";
  const ReplayedRun back = parse_replay(rare.channels[0].replay);
  EXPECT_EQ(back.options.words.size(), 2u);
  const Resolved resolved = resolve(back);
  const auto late =
      models::run_machine(resolved.values(), run_options(back.options, "scan-rcu", back.run));
  EXPECT_TRUE(late.crashed);
  CommonOptions plain = back.options;
  plain.words.clear();
  EXPECT_FALSE(
      models::run_machine(resolved.values(), run_options(plain, "scan-rcu", back.run)).crashed);
}

// What crashes without any delay is the plain runs' to say; of the ticks that fall into such puts each
// explains one in as many as have one.
TEST(Rare, WithoutDelaysThereAreTicks) {
  RareRequest request = often("baseline");
  request.options.settings.back() = {"steal_ppm", "0"};
  const Rare rare = found(request);
  ASSERT_EQ(rare.channels.size(), 1u) << "no order has a drain that a put is late for";
  EXPECT_EQ(rare.channels[0].delay, "tick");
  EXPECT_GT(rare.plain_hits, 0);
  EXPECT_GT(rare.unexplained, rare.plain_hits * 9 / 10);
  EXPECT_LT(rare.channels[0].weighed.mean(), 0.2);
}

// A variant that holds destroy up until the put is done: thefts change nothing.
TEST(Rare, WhatCannotHappenHasNoNumber) {
  const Rare rare = found(often("xarray-fixed"));
  EXPECT_GT(rare.channels.at(0).runs, 60);
  EXPECT_EQ(rare.channels[0].hits + rare.channels[0].outside, 0);
  EXPECT_FALSE(rare.interval());
  EXPECT_TRUE(rare.channels[0].replay.empty());
}

// Harm that comes without any delay is no delay's doing, however often a CPU is stolen.
TEST(Rare, WhatComesAnyhowIsNotExplained) {
  RareRequest request = often("baseline");
  request.options.stalls.clear();
  const Rare rare = found(request);
  EXPECT_GT(rare.unexplained, rare.samples / 2) << "baseline crashes by itself";
  EXPECT_LE(rare.channels[0].weighed.mean(), 1);
  ASSERT_TRUE(rare.by_plain_runs()) << "enough of them hit";
  EXPECT_GT(rare.interval()->low, 0.9);
}

// What is proposed decides how sure a sum is, and not the sum: runs of one kind, delays where the explorer's windows
// say, anywhere in puts, and a fifth of them anywhere at all.
TEST(RareLong, ProposalsAgree) {
  const RareRequest request = often();
  const Resolved resolved = resolve(request.options, {});
  const auto windows = find_orders("scan-rcu", resolved.values(), WantedHarm("crash"), 2).windows;
  ASSERT_FALSE(windows.empty());
  const auto weighed = [&](const KnownWindows& known, double even, std::int64_t first) {
    const Sampler sampler(request.options, resolved, "crash", known);
    const WayProposal proposal{{std::vector<double>(put_strata, 1), even}, 0};
    Weighed out;
    for (std::int64_t run = first; run < first + 1500; ++run) {
      double sum = 0;
      for (const Sample::Way& way : sampler.take(run, {proposal, proposal}).ways)
        for (const Sample::More& more : way.more)
          if (more.hit) sum += more.inserted.weight / way.expected;
      out.add(sum);
    }
    return out;
  };
  const Weighed by_windows = weighed({windows, false}, 0.05, 0);
  EXPECT_GT(by_windows.hits, 60);
  for (const Weighed& other : {weighed({}, 0.05, 10'000), weighed({windows, false}, 0.2, 20'000)}) {
    const double error = std::hypot(by_windows.standard_error(), other.standard_error());
    EXPECT_GT(other.hits, 30);
    EXPECT_NEAR(by_windows.mean(), other.mean(), 2.58 * error);
    std::printf("%.2e +- %.1e, %.2e +- %.1e (%lld, %lld hits)\n", by_windows.mean(),
                by_windows.standard_error(), other.mean(), other.standard_error(),
                static_cast<long long>(by_windows.hits), static_cast<long long>(other.hits));
  }
}

// Interruptions too short to harm anybody, but frequent: the thefts' hits stay theirs.
TEST(RareLong, HarmlessDelaysTakeNothingFromOthers) {
  RareRequest request = often();
  request.options.runs = 400;
  request.round = 200;
  const Rare alone = found(request);
  for (const char* name : {"irqs_off_hz", "irq_noise_hz"}) {
    RareRequest noisy = request;
    noisy.options.settings.insert(
        noisy.options.settings.end(),
        {{name, "20000"}, {"irqs_off_us", "0.01"}, {"irq_noise_us", "0.01"}, {"noise_sigma", "0"}});
    const Rare both = found(noisy);
    ASSERT_EQ(both.channels.size(), 5u);
    const double error = std::hypot(alone.channels[0].weighed.standard_error(),
                                    both.channels[0].weighed.standard_error());
    EXPECT_NEAR(both.channels[0].weighed.mean(), alone.channels[0].weighed.mean(), 3 * error);
    EXPECT_GT(both.channels[0].hits, alone.channels[0].hits / 3) << name;
  }
}

// Probabilities of plain runs and weighed ones: 99 %.
void expect_agreement(const std::string& what, const Rare& plain, std::int64_t hits, double weighed,
                      double error) {
  const auto n = static_cast<double>(plain.samples);
  const double p = static_cast<double>(hits) / n;
  EXPECT_GT(hits, 5) << what;
  EXPECT_NEAR(weighed, p, 2.58 * std::hypot(std::sqrt(p / n), error)) << what;
  std::printf("%s: plain %lld of %.0f (%.1e), weighed %.1e +- %.1e\n", what.c_str(),
              static_cast<long long>(hits), n, p, weighed, error);
  std::fflush(stdout);  // or workers say it again
}

Rare plain_runs(RareRequest request, std::int64_t runs) {
  request.options.seed = 2;
  request.options.runs = runs;
  request.plain_only = true;
  return found(request);
}

// What no delay explains, against plain runs of the same settings and other seeds: where a put and the
// drain meet, by moving holds and teardowns.
TEST(RareLong, MeetingsAgreeWithPlainRuns) {
  for (const char* variant : {"scan-rcu", "blocks-v11"}) {
    RareRequest request = often(variant);
    request.options.settings.back() = {"steal_ppm", "0"};
    request.options.stalls = {{"ring: unlock producer", 400 * ps_per_ns}};
    request.options.runs = 400;
    request.windows = 2;
    const Rare rare = found(request);
    const RareChannel& by_hold = rare.channels[1];
    const RareChannel& by_teardown = rare.channels[2];
    EXPECT_EQ(by_hold.delay, no_delay_task);
    EXPECT_GT(by_hold.hits, 30);
    const Rare plain = plain_runs(request, 20'000);
    expect_agreement(
        variant, plain, plain.unexplained, by_hold.weighed.mean() + by_teardown.weighed.mean(),
        std::hypot(by_hold.weighed.standard_error(), by_teardown.weighed.standard_error()));
  }
}

// With room in the ring no put gives its page back, and blocks-v5's walk is late for none.
TEST(RareSlow, AFullRingMakesTheWalksHarmAppear) {
  RareRequest request = often("blocks-v5");
  request.options.profile = "vm-host";
  request.options.stalls.clear();
  request.options.settings = {{"load_mpps", "0.5"}, {"pool_size", "16"}};
  request.options.runs = 400;
  request.plain_only = true;
  const Rare full = found(request);
  EXPECT_GT(full.plain_hits, 0);
  EXPECT_GT(full.nearest.late_returns, 0);
  request.options.settings.clear();
  const Rare room = found(request);
  EXPECT_EQ(room.plain_hits, 0);
  EXPECT_EQ(room.nearest.late_returns, 0) << "of " << room.nearest.late_puts;
  EXPECT_GE(room.nearest.late_puts, late_puts_with_reason);
}

// Small steps, that know nothing of delays or drains, come to as much.
TEST(RareLong, SmallStepsAgreeWithPlainRuns) {
  for (const char* variant : {"scan-rcu", "blocks-v11"}) {
    RareRequest request = often(variant);
    request.options.runs = 1;
    request.ladder = {.replicas = 8, .particles = 100, .moves = 10};
    const Rare rare = found(request);
    const Rare plain = plain_runs(request, 20'000);
    expect_agreement(variant, plain, plain.plain_hits, rare.ladder.probability(),
                     rare.ladder.standard_error());
  }
}

// Holds of one length have no word to move: the teardown is moved for all puts.
TEST(RareLong, ConstantHoldsAgreeWithPlainRuns) {
  RareRequest request = often();
  request.options.settings = {{"hold", "constant"},
                              {"hold_median_us", "300"},
                              {"ring", "16"},
                              {"load_mpps", "0.08"},
                              {"horizon_s", "1.2"}};
  request.options.runs = 1000;
  request.windows = 2;
  const Rare rare = found(request);
  EXPECT_EQ(rare.channels[1].runs, 0) << "no hold was moved";
  const Rare plain = plain_runs(request, 6000);
  expect_agreement("constant", plain, plain.unexplained, rare.channels[2].weighed.mean(),
                   rare.channels[2].weighed.standard_error());
}

// Nor has a class of them in another law, nor are pages of two fragments put once: no hold is moved.
TEST(RareSlow, WhatHasNoDateOfItsOwnIsNotMoved) {
  using Settings = std::vector<Setting>;
  for (const Settings& odd : {Settings{{"hold", "lognormal"}, {"hold_sigma", "0"}},
                              Settings{{"hold", "mixture"}, {"hold_fragment_ppm", "1000"}},
                              Settings{{"hold", "exponential"}, {"rx_buffer_bytes", "2048"}}}) {
    RareRequest request = often();
    request.options.settings = {{"ring", "16"}, {"load_mpps", "0.08"}};
    request.options.settings.insert(request.options.settings.end(), odd.begin(), odd.end());
    request.options.runs = 30;
    request.windows = 1;
    const Rare rare = found(request);
    EXPECT_EQ(rare.channels[1].runs, 0) << odd.back().name;
    EXPECT_GT(rare.channels[2].runs, 0) << odd.back().name;
  }
}

// Moving holds alone: no put is made in softirq, and each hold ends as drawn by a law of its own.
TEST(RareLong, MovedHoldsAgreeWithPlainRuns) {
  for (const char* hold : {"exponential", "lognormal", "mixture"}) {
    RareRequest request = often();
    request.options.settings = {{"hold", hold},
                                {"ring", "16"},
                                {"load_mpps", "0.08"},
                                {"horizon_s", "1.2"},
                                {"put_softirq_ppm", "0"}};
    if (hold != std::string("mixture"))
      request.options.settings.push_back({"hold_median_us", "300"});
    request.options.stalls = {{"ring: unlock producer", 400 * ps_per_ns}};
    request.options.runs = 400;
    const Rare rare = found(request);
    const Rare plain = plain_runs(request, 20'000);
    expect_agreement(hold, plain, plain.unexplained, rare.channels[1].weighed.mean(),
                     rare.channels[1].weighed.standard_error());
  }
}

// Without a teardown: a published page is posted again, and written, before its put has synced it.
RareRequest posted_again() {
  RareRequest request;
  request.kind = "corruption";
  request.options.scenario = "steady";
  request.options.variants = {"scan-rcu"};
  request.options.settings = {{"ring", "16"},          {"load_mpps", "0.1"},
                              {"hold", "exponential"}, {"warmup_us", "1000"},
                              {"measure_us", "20000"}, {"steal_ppm", "200000"},
                              {"steal_law", "pareto"}};
  request.options.runs = 60;
  request.options.jobs = 2;
  request.until = 0;
  request.round = 30;
  return request;
}

TEST(RareSlow, WithoutATeardownHarmIsARate) {
  const Rare rare = found(posted_again());
  ASSERT_TRUE(rare.is_rate());
  EXPECT_EQ(rare.channels.back().delay, "tick") << "nothing is torn down that a put could meet";
  EXPECT_NEAR(rare.packets, 0.1e6 * rare.stretch_s, 0.3e6 * rare.stretch_s);
  EXPECT_NEAR(rare.an_hour(0.01), 0.01005 * 3600 / rare.stretch_s, 1);
  EXPECT_NEAR(rare.a_packet(0.01) * rare.packets, 0.01005, 1e-6);
}

TEST(RareLong, RatesAgreeWithPlainRuns) {
  RareRequest request = posted_again();
  request.options.runs = 1500;
  request.round = 200;
  const Rare rare = found(request);
  const Rare plain = plain_runs(request, 6000);
  const std::int64_t explained = plain.plain_hits - plain.unexplained;
  EXPECT_GT(plain.unexplained, 0) << "puts that wait for another's lock, whose CPU is stolen";
  expect_agreement("steady", plain, explained, rare.weighed_probability(), rare.standard_error());
}

// Interrupted at any round, or only begun: with the store it goes on to the same numbers.
TEST(RareSlow, GoesOnFromAStore) {
  const std::string path = testing::TempDir() + "rare_rounds.sqlite";
  std::remove(path.c_str());
  RareRequest request = often();
  request.options.runs = 60;
  request.round = 20;
  request.windows = 1;
  const std::string whole = told(request, found(request));
  const Resolved resolved = resolve(request.options, {});
  RareRequest first = request;
  first.options.runs = 20;
  {
    RoundStore store(path);
    run_rare(first, resolved, &store);
  }
  RoundStore store(path);
  EXPECT_EQ(told(request, run_rare(request, resolved, &store)), whole);
  EXPECT_EQ(told(request, run_rare(request, resolved, &store)), whole) << "from the store alone";
  RareRequest blind = request;
  blind.windows = 0;
  EXPECT_EQ(told(blind, run_rare(blind, resolved, &store)), told(blind, found(blind)));
  EXPECT_THROW(RoundStore again(path), ConfigError) << "one process at a time";
}

// What was changed in the file, well formed or not, is not taken for a result.
TEST(RareSlow, AChangedStoreIsRefused) {
  const std::string path = testing::TempDir() + "rare_changed.sqlite";
  std::remove(path.c_str());
  RareRequest request = often();
  request.options.runs = request.round = 5;
  request.plain_only = true;
  const Resolved resolved = resolve(request.options, {});
  {
    RoundStore store(path);
    run_rare(request, resolved, &store);
  }
  for (const char* change : {"'[]'", "substr(records, 1, 16) || '[\"{}\"]'", "substr(records, 2)",
                             "replace(records, 'false', 'true')", "''"}) {
    {
      Database database(path, Database::Mode::write, path);
      database.run((std::string("UPDATE round SET records = ") + change).c_str());
    }
    RoundStore store(path);
    EXPECT_THROW(run_rare(request, resolved, &store), ConfigError) << change;
  }
}

TEST(RareSlow, AStallThatNobodyPassesIsAnError) {
  RareRequest request = often();
  request.options.runs = request.round = 5;
  request.options.stalls.push_back({"ring: unlock produser", ps_per_us});
  EXPECT_THROW(found(request), ConfigError);
}

// The pilot's rounds are not begun later either; what was not sampled has no probability.
TEST(RareSlow, ABudgetThatIsOverEndsItInThePilot) {
  RareRequest request = often();
  request.budget_s = 1e-6;
  const Rare over = found(request);
  EXPECT_TRUE(over.out_of_time);
  EXPECT_EQ(over.samples, 0);
  Resolved resolved = resolve(request.options, {});
  resolved.variants.push_back("scan");
  const auto said = rare_json(request, resolved, {{"scan-rcu", over}});
  EXPECT_TRUE(said["results"][0]["probability"].is_null());
  EXPECT_EQ(said["results"][0]["method"], "no samples");
  EXPECT_EQ(said["not_begun"], std::vector<std::string>{"scan"});
  const std::string text = rare_text(request, resolved, {{"scan-rcu", over}});
  EXPECT_NE(text.find("scan: not begun"), std::string::npos) << text;
  EXPECT_EQ(text.find("none seen"), std::string::npos) << text;
}

// No order of the explorer's programs does it, and none is seen; without what makes that so it is met.
TEST(RareSlow, AReasonedNoneNeedsItsReason) {
  RareRequest request = often();
  request.options.runs = samples_with_reason;
  request.options.settings.push_back({"coherent", "true"});
  const Rare snoops = found(request);
  EXPECT_TRUE(snoops.reasoned_none());
  EXPECT_TRUE(snoops.orders.none());
  EXPECT_EQ(snoops.hits(), 0);
  request.options.runs = samples_with_reason - 1;
  EXPECT_FALSE(found(request).reasoned_none()) << "too few runs to say so";
  request.options.settings.back() = {"coherent", "false"};
  const Rare cleans = found(request);
  EXPECT_FALSE(cleans.reasoned_none());
  EXPECT_GT(cleans.hits(), 0);
}

// As few samples as a reason needs.
RareRequest late_sync() {
  RareRequest request;
  request.kind = "sync-after-unbind";
  request.options.variants = {"xarray-v1"};
  request.options.runs = samples_with_reason;
  request.options.jobs = 2;
  return request;
}

// 50 ms too early, and no delay of this machine bridges them; of one that stops CPUs for 100 ms nobody
// can say so.
TEST(RareSlow, OutOfReachGoesWithALongerDelay) {
  RareRequest request = late_sync();
  request.windows = 0;
  const Rare still = found(request);
  EXPECT_TRUE(still.out_of_reach());
  EXPECT_GT(still.nearest.before[sync_of_gone], 40 * ps_per_ms);
  EXPECT_LT(still.nearest.longest_put, 10 * ps_per_ms);
  request.options.settings = {{"steal_ppm", "50000"}, {"steal_law", "pareto"}};
  const Rare stolen = found(request);
  EXPECT_GT(stolen.longest_delay, 90 * ps_per_ms);
  EXPECT_FALSE(stolen.reasoned_none());
}

// Thefts of a tenth of a millisecond are hardly ever 500 times as long; those with a long tail are.
TEST(RareSlow, TooRareGoesWithALongerTail) {
  RareRequest request = late_sync();
  request.options.settings = {{"steal_ppm", "50000"}, {"steal_mean_us", "100"}};
  const Rare rare = found(request);
  EXPECT_FALSE(rare.out_of_reach()) << "some last for 4 ms";
  EXPECT_TRUE(rare.too_rare());
  EXPECT_LT(rare.nearest.longest_undelayed, rare.nearest.longest_put);
  request.options.settings.push_back({"steal_law", "pareto"});
  const Rare longer = found(request);
  EXPECT_FALSE(longer.reasoned_none());
  EXPECT_GT(longer.at_most(), too_rare_from);
}

// Where there is a reason for none it is not looked for without end: plain runs alone bound it.
TEST(RareSlow, AReasonedNoneIsBoundedByPlainRuns) {
  RareRequest request;
  request.kind = "sync-after-unmap";
  request.options.variants = {"xarray-fixed"};
  request.options.runs = samples_with_reason + 600;
  request.options.jobs = 2;
  const Rare rare = found(request);
  EXPECT_TRUE(rare.reasoned_none());
  EXPECT_EQ(rare.samples, request.options.runs);
  EXPECT_EQ(rare.channels.back().weighed.samples, samples_with_reason);
}

// A budget ends it between rounds, with the numbers of as many samples.
TEST(RareSlow, ABudgetEndsItAfterARound) {
  RareRequest request = often();
  request.options.runs = 1'000'000;
  request.round = 10;
  request.budget_s = 1;
  const Rare rare = found(request);
  EXPECT_TRUE(rare.out_of_time);
  EXPECT_EQ(rare.samples % request.round, 0);
  request.budget_s = 0;
  request.options.runs = rare.samples;
  Rare again = found(request);
  EXPECT_FALSE(again.out_of_time);
  again.out_of_time = true;
  EXPECT_EQ(told(request, again), told(request, rare));
}

// Harm that no put does is in no way's sum, and where plain runs hit it counts all the same.
TEST(Rare, WhatPlainRunsHitIsNeverNone) {
  RareRequest request;
  request.kind = "teardown-stall";
  request.options.variants = {"wait"};
  request.options.settings = {{"hold_stuck_ppm", "10"}};
  request.options.runs = 10;
  request.options.jobs = 2;
  request.windows = 0;
  const Rare rare = found(request);
  EXPECT_EQ(rare.plain_hits, 10);
  EXPECT_TRUE(rare.by_plain_runs());
  EXPECT_EQ(rare.probability(), 1);
  EXPECT_FALSE(rare.reasoned_none());
  EXPECT_FALSE(rare.orders.unlike.empty()) << "no program waits that long";
}

// What plain runs say is asked for where the sum of all ways can't be all of it.
TEST(Rare, ASumThatPlainRunsRefuteIsNoAnswer) {
  Rare rare;
  rare.samples = 400;
  rare.plain_hits = 5;
  rare.channels.resize(1);
  rare.channels[0].weighed = {.samples = 400, .hits = 40, .sum = 4, .squares = 0.4, .largest = 0.1};
  EXPECT_NEAR(rare.weighed_probability(), 0.01, 1e-12);
  EXPECT_FALSE(rare.by_plain_runs()) << "5 of 400 agree with 0.01";
  rare.channels[0].weighed.sum = 0.004;
  EXPECT_TRUE(rare.by_plain_runs()) << "and not with 1e-5";
  rare.channels[0].weighed.sum = 100;
  EXPECT_TRUE(rare.by_plain_runs()) << "nor with a quarter";
  rare.channels[0].weighed.sum = 4;
  rare.of_no_put = 1;
  EXPECT_TRUE(rare.by_plain_runs()) << "harm that no way is of";
}

// Few hits: an existence, not a rate.
TEST(Rare, AFewHitsHaveNoInterval) {
  RareRequest request = often();
  request.options.runs = 20;
  const Rare rare = found(request);
  EXPECT_LT(rare.channels.at(0).weighed.effective_hits(), 30);
  EXPECT_FALSE(rare.interval());
}

TEST(Rare, RefusesBeforeTheFirstRun) {
  RareRequest request = often();
  request.kind = "crsh";
  EXPECT_NE(error_of(request).find("unknown kind 'crsh' (nearest: crash)"), std::string::npos);
  request.kind = "sync-after-unmap";
  EXPECT_EQ(error_of(request), "accepted");
  request.options.scenario = "steady";
  EXPECT_NE(error_of(request).find("steady with teardown=none tears nothing down, and "),
            std::string::npos);
  request.kind = "corruption";
  EXPECT_EQ(error_of(request), "accepted");
  request.ladder.replicas = 3;
  EXPECT_NE(error_of(request).find("--ladder is of teardowns"), std::string::npos);
}

// Against plain runs of the same settings, which meet the race by a delay in 2 of 1000: 24,000 of them
// and 3000 samples, with other seeds.  Each kind's error is its own: meetings weigh ten times as much.
TEST(RareLong, AgreesWithPlainRuns) {
  RareRequest request = often();
  request.options.runs = 3000;
  request.round = 500;
  const Rare rare = found(request);
  const Weighed &thefts = rare.channels[0].weighed, &ticks = rare.channels[1].weighed;
  const Rare plain = plain_runs(request, 24'000);
  expect_agreement("delays", plain, plain.plain_hits - plain.unexplained,
                   thefts.mean() + ticks.mean(), thefts.standard_error() + ticks.standard_error());
}

}  // namespace
}  // namespace poolrace::experiments
