// SPDX-License-Identifier: MIT
// Words of a run that are given: as they would be drawn they change nothing; otherwise what is drawn
// from them, and only what follows from that.
#include "models/drawn.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "models/machine.hpp"

namespace poolrace::models {
namespace {

RunResult run_with(std::vector<sim::GivenWord> words,
                   sim::WorldKind world = sim::WorldKind::timed) {
  auto settings = parameter_table().defaults();
  parameter_table().set(settings, "horizon_s", "1.2", "test");
  RunOptions options;
  options.variant = "scan";
  options.seed = 3;
  options.run = 11;
  options.world = world;
  options.words = std::move(words);
  return run_machine(settings.values, options);
}

std::vector<sim::GivenWord> as_drawn(std::size_t each) {
  const sim::Streams streams(3, 11);
  std::vector<sim::GivenWord> out;
  for (const char* name : drawn::all) {
    sim::Stream stream = streams.stream(name);
    for (std::size_t i = 0; i < each; ++i) out.push_back({name, 0, i, stream.u64()});
  }
  return out;
}

TEST(Drawn, NamesAreTheirOwn) {
  EXPECT_EQ(std::set<std::string>(drawn::all.begin(), drawn::all.end()).size(), drawn::all.size());
}

TEST(Drawn, WordsGivenAsTheyWouldBeDrawnAreThePlainRun) {
  EXPECT_EQ(run_with(as_drawn(2000)).fingerprint, run_with({}).fingerprint);
}

TEST(Drawn, AnotherWordIsAnotherRunInBothWorlds) {
  std::set<std::uint64_t> seen{run_with({}).fingerprint};
  for (const char* name : {drawn::traffic, drawn::tick_phase, drawn::teardown_phase}) {
    const std::vector<sim::GivenWord> words{{name, 0, 0, 0x123456789abcdef0}};
    const std::uint64_t fingerprint = run_with(words).fingerprint;
    EXPECT_TRUE(seen.insert(fingerprint).second) << name << " is drawn";
    EXPECT_EQ(run_with(words, sim::WorldKind::reference).fingerprint, fingerprint);
  }
}

// The law of holds: a class, then a part of it; the last class there is, at its longest.
TEST(Drawn, AHoldIsMadeAsLongAsOneLikes) {
  const RunResult plain = run_with({});
  std::vector<sim::GivenWord> all_short;
  for (std::size_t i = 0; i < 20'000; ++i) all_short.push_back({drawn::hold_times, 0, i, 1});
  const RunResult brief = run_with(all_short);
  EXPECT_GT(plain.in_flight_at_destroy, 0u);
  EXPECT_EQ(brief.holding, 0u);
  EXPECT_FALSE(brief.crashed);
}

}  // namespace
}  // namespace poolrace::models
