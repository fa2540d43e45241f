// SPDX-License-Identifier: MIT
// A way back is weighed by what chance_of() says, so it must be how often pick() goes there.
#include "experiments/rare/places.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace poolrace::experiments {
namespace {

const sim::WordCounts drawn = {{{"a phase", 0}, 1}, {{"holds", 0}, 37}, {{"holds", 1}, 4}};

sim::Stream chance() {
  return sim::Streams(7, 0).stream("places");
}

// Of the last words of "holds" three of four moves moved the run, of the phase none.
LearnedPlaces learned() {
  LearnedPlaces out;
  for (int i = 0; i < 40; ++i) {
    out.learn({{{"holds", 0}, 1}, i % 4 != 0});
    out.learn({{{"a phase", 0}, 0}, false});
  }
  return out;
}

void picks_as_it_says(const LearnedPlaces& of) {
  const Places places(of, drawn);
  constexpr int picks = 200'000;
  std::map<std::pair<std::string, std::uint64_t>, int> picked;
  sim::Stream stream = chance();
  for (int i = 0; i < picks; ++i) {
    const Place p = places.pick(stream);
    ++picked[{p.stream + std::to_string(p.instance), p.index}];
  }
  double sum = 0;
  for (const auto& [who, count] : drawn)
    for (std::uint64_t i = 0; i < count; ++i) {
      const double p = places.chance_of({who.first, who.second, i});
      const double seen = picked[{who.first + std::to_string(who.second), i}];
      EXPECT_NEAR(seen, picks * p, 5 * std::sqrt(picks * p)) << who.first << " " << i;
      sum += p;
    }
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(Places, PicksAsItSays) {
  picks_as_it_says({});
  picks_as_it_says(learned());
}

TEST(Places, GoesWhereRunsMoved) {
  const LearnedPlaces all = learned();
  const Places places(all, drawn);
  const double last = places.chance_of({"holds", 0, 35});  // one before the last
  EXPECT_GT(last, 10 * places.chance_of({"a phase", 0, 0}));
  EXPECT_GT(last, 10 * places.chance_of({"holds", 0, 3}));
  EXPECT_GT(last, Places({}, drawn).chance_of({"holds", 0, 35}));
  EXPECT_GT(places.chance_of({"a phase", 0, 0}), 0) << "who knows";
}

TEST(Places, WhatARunHasNotDrawnIsNotThere) {
  const LearnedPlaces none;
  const Places places(none, drawn);
  EXPECT_EQ(places.chance_of({"holds", 0, 37}), 0);
  EXPECT_EQ(places.chance_of({"holds", 2, 0}), 0);
  EXPECT_EQ(places.chance_of({"steals", 0, 0}), 0);
}

}  // namespace
}  // namespace poolrace::experiments
