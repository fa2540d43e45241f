// SPDX-License-Identifier: MIT
// What is uncertain, that a move is the runs it says, and which conclusions fall.
#include "experiments/robust/robust.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "experiments/campaign/campaign.hpp"
#include "experiments/robust/report.hpp"

namespace poolrace::experiments {
namespace {

CommonOptions options(const std::vector<Setting>& settings) {
  CommonOptions o;
  o.variants = {"baseline", "scan"};
  o.runs = 12;
  o.jobs = 2;
  o.settings = settings;
  return o;
}

bool moves(const Knobs& knobs, const std::string& name) {
  return std::any_of(knobs.moved.begin(), knobs.moved.end(),
                     [&](const Knob& k) { return k.name == name; });
}

std::string why_not(const Knobs& knobs, const std::string& name) {
  for (const NotMoved& n : knobs.not_moved)
    if (n.name == name) return n.why;
  return "moved, or not uncertain";
}

TEST(Knobs, AreGuessesAndChoicesWithinTheirRanges) {
  const CommonOptions o = options({{"hold_median_us", "40"}});
  const Knobs knobs = uncertain_knobs(o, resolve(o, {}), {});
  EXPECT_TRUE(moves(knobs, "page_alloc_ns")) << "MEM";
  EXPECT_TRUE(moves(knobs, "clean_line_ns")) << "DER";
  EXPECT_TRUE(moves(knobs, "hold")) << "a law that is a choice";
  EXPECT_TRUE(moves(knobs, "rcu_wake_directly"));
  EXPECT_FALSE(moves(knobs, "iommu")) << "a question";
  EXPECT_FALSE(moves(knobs, "ring")) << "a profile's own";
  EXPECT_EQ(why_not(knobs, "ring"), "moved, or not uncertain");
  EXPECT_EQ(why_not(knobs, "hold_median_us"), "set by hand");
  EXPECT_EQ(why_not(knobs, "in_flight_pages"), "-1 has no half and no double");
  for (const Knob& knob : knobs.moved) {
    using Values = std::vector<std::string>;
    if (knob.name == "page_alloc_ns") {
      EXPECT_EQ(knob.values, (Values{"60", "240"}));
    }
    if (knob.name == "rcu_wake_directly") {
      EXPECT_EQ(knob.values, Values{"true"});
    }
    if (knob.name == "hold") {  // but the one that needs a file
      EXPECT_EQ(knob.values, (Values{"constant", "exponential", "lognormal", "pareto"}));
    }
    if (knob.name == "clean_line_ns") {
      EXPECT_EQ(knob.values, (Values{"10.56", "16.5"}));
    }
  }
  EXPECT_THROW(uncertain_knobs(o, resolve(o, {}), {"hold_medan_us"}), ConfigError);
}

// A screening design wants rungs in equal ratios, the base of a name among them, and no value that
// the machine refuses.
TEST(Knobs, HaveAsManyLevelsAsAreWanted) {
  const CommonOptions o = options({});
  const Knobs knobs =
      uncertain_knobs(o, resolve(o, {}), {"page_alloc_ns", "rcu_wake_directly", "hold"}, 5);
  using Values = std::vector<std::string>;
  ASSERT_EQ(knobs.moved.size(), 3u);
  EXPECT_EQ(knobs.moved[0].values, (Values{"false", "true"}));
  EXPECT_EQ(knobs.moved[1].values, (Values{"60", "84.853", "120", "169.706", "240"}));
  EXPECT_EQ(knobs.moved[2].values,
            (Values{"mixture", "constant", "exponential", "lognormal", "pareto"}));
}

TEST(Knobs, ThatBreakAnotherSettingAreNamed) {
  // Values that the machine refuses together: the table's own words say so.
  const CommonOptions o = options({});
  const Knobs knobs = uncertain_knobs(o, resolve(o, {}), {});
  for (const Knob& knob : knobs.moved)
    for (const std::string& value : knob.values) {
      CommonOptions with = o;
      with.settings.push_back({knob.name, value});
      EXPECT_NO_THROW(resolve(with, {})) << knob.name << "=" << value;
    }
}

// Against runs by hand.
TEST(Robust, AMoveIsTheRunsThatItSays) {
  const CommonOptions o = options({{"horizon_s", "1.2"}});
  const Resolved resolved = resolve(o, {});
  const Knobs knobs = uncertain_knobs(o, resolved, {"load_mpps"});
  const Robustness r = run_robust(o, resolved, knobs, {});
  ASSERT_EQ(r.moves.size(), 2u);
  EXPECT_EQ(r.moves[0].value, "0.025");
  for (const Move& move : r.moves) {
    CommonOptions with = o;
    with.settings.push_back({move.name, move.value});
    const Campaign c = run_campaign(with, resolve(with, {}));
    ASSERT_EQ(move.headlines.size(), 7u);
    EXPECT_EQ(move.headlines[0].what, "teardowns that crash");
    EXPECT_EQ(move.headlines[0].value->value, static_cast<double>(c.variants[0].crashed) / 12);
    EXPECT_EQ(move.headlines[5].unit, "us");
    EXPECT_EQ(move.headlines[5].value->value,
              static_cast<double>(*median(teardown_times_ns(c.variants[1].rows))) / 1000);
  }
}

// A move may have other headlines than the base: what it lacks is not defined there.
TEST(Robust, AMoveWithoutATeardownSaysNothingOfOne) {
  CommonOptions o = options({{"horizon_s", "1.2"}});
  o.runs = 6;
  const Resolved resolved = resolve(o, {});
  const Robustness r = run_robust(o, resolved, uncertain_knobs(o, resolved, {"teardown"}), {});
  bool none = false;
  for (const Move& move : r.moves) {
    ASSERT_EQ(move.headlines.size(), r.base.headlines.size());
    for (std::size_t i = 0; i < move.headlines.size(); ++i)
      EXPECT_EQ(move.headlines[i].what, r.base.headlines[i].what);
    if (move.value != "none") continue;
    none = true;
    EXPECT_FALSE(move.headlines[0].value) << "no teardown, no crash";
    EXPECT_TRUE(move.headlines.back().value) << "its cost is known";
  }
  EXPECT_TRUE(none);
  CommonOptions alone = options({});
  alone.scenario = "steady";
  alone.variants = {"scan"};
  EXPECT_THROW(check_headlines(resolve(alone, {})), ConfigError);
}

// A fault that finds nothing to act on under one move costs that move alone.
TEST(Robust, AMoveThatCannotRunIsNamed) {
  CommonOptions o = options({{"horizon_s", "1.2"}});
  o.runs = 2;
  o.faults = {"lose-put"};
  o.variants = {"xarray-fixed"};
  const Resolved resolved = resolve(o, {});
  const Robustness r = run_robust(o, resolved, uncertain_knobs(o, resolved, {"rx_action"}), {});
  EXPECT_FALSE(r.base.headlines.empty());
  EXPECT_NE(why_not(r.knobs, "rx_action=drop"), "moved, or not uncertain");
}

TEST(Robust, TooFewRunsConcludeNothing) {
  CommonOptions o = options({{"horizon_s", "1.2"}});
  o.runs = 3;
  const Resolved resolved = resolve(o, {});
  const Robustness r = run_robust(o, resolved, uncertain_knobs(o, resolved, {"load_mpps"}), {});
  for (const Conclusion& c : r.conclusions)
    EXPECT_EQ(c.words.find("CPU a packet"), std::string::npos) << c.words;
}

// A load so low that few teardowns meet a page in flight: what is true at the base falls.
TEST(Robust, AConclusionThatFlipsIsNamed) {
  Robustness r;
  r.base = {"",
            "",
            {{"scan", "teardowns that crash", "", Estimate{0.5, 0.2, 0.8}},
             {"scan", "CPU a packet more than baseline", "ns", Estimate{6, 5, 7}}}};
  r.knobs.moved = {{"load_mpps", "0.1", {"0.05", "0.2"}}};
  r.moves = {{"load_mpps",
              "0.05",
              {{"scan", "teardowns that crash", "", Estimate{0, 0, 0.2}},
               {"scan", "CPU a packet more than baseline", "ns", Estimate{3, 2, 4}}}},
             {"load_mpps",
              "0.2",
              {{"scan", "teardowns that crash", "", Estimate{0.7, 0.4, 0.9}},
               {"scan", "CPU a packet more than baseline", "ns", Estimate{14, 12, 15}}}}};
  r.conclusions = conclusions_of(r);
  ASSERT_EQ(r.conclusions.size(), 2u);
  EXPECT_EQ(r.conclusions[0].words, "scan: teardowns that crash: seen");
  EXPECT_EQ(r.conclusions[0].broken_by, std::vector<std::string>{"load_mpps=0.05"});
  EXPECT_TRUE(r.conclusions[1].broken_by.empty());
  const auto far = movers(r, 1);
  ASSERT_EQ(far.size(), 1u) << "one a parameter";
  EXPECT_EQ(far[0].by, 8);
  const CommonOptions o = options({});
  const std::string text = robust_text(o, resolve(o, {}), r);
  EXPECT_NE(text.find("not with load_mpps=0.05"), std::string::npos) << text;
  EXPECT_NE(text.find("none … 70.0 %"), std::string::npos) << text;
  EXPECT_EQ(robust_json(o, resolve(o, {}), r)["headlines"][0]["moves"][1]["estimate"]["value"],
            0.7);
}

}  // namespace
}  // namespace poolrace::experiments
