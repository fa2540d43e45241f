// SPDX-License-Identifier: MIT
// Drawn orders: the same again for the same seed and number, every order in the end, and pct's
// bound kept on a program whose probability is known.
#include "sim/explore/strategies.hpp"

#include <gtest/gtest.h>

#include <map>

#include "sim/explore/search_programs.hpp"

namespace poolrace::sim {
namespace {

using programs::Act;
using programs::Op;
using programs::Program;

// The order of three contexts of two steps each, as the word that each step found tells it.
Program three_by_two() {
  Program program;
  for (int c = 0; c < 3; ++c) {
    program.irq_on.push_back(-1);
    program.contexts.push_back({{Op::add, 0, 1 + c}, {Op::read, 0}});
  }
  return program;
}

template <class Make>
std::map<std::string, int> told(int executions, Make make) {
  std::map<std::string, int> out;
  for (int i = 0; i < executions; ++i) {
    auto scheduler = make(static_cast<std::uint64_t>(i));
    ++out[run_once(three_by_two(), scheduler)];
  }
  return out;
}

TEST(Strategies, TheSameSeedAndNumberGiveTheSameOrder) {
  const auto walk = [](std::uint64_t seed) {
    return told(50, [seed](std::uint64_t i) { return RandomWalk(seed, i); });
  };
  const auto pct = [](std::uint64_t seed) {
    return told(50, [seed](std::uint64_t i) { return Pct(6, 3, seed, i); });
  };
  EXPECT_EQ(walk(1), walk(1));
  EXPECT_NE(walk(1), walk(2));
  EXPECT_EQ(pct(1), pct(1));
  EXPECT_NE(pct(1), pct(2));
}

TEST(Strategies, ReachEveryStateInTheEnd) {
  const std::size_t states = search(three_by_two(), {false, -1}).states.size();
  EXPECT_EQ(told(3000, [](std::uint64_t i) { return RandomWalk(1, i); }).size(), states);
  EXPECT_EQ(told(3000, [](std::uint64_t i) { return Pct(6, 4, 1, i); }).size(), states);
}

// Depth 1: no change of priorities, so each context goes on to its end, in one of 3! orders.
TEST(Strategies, PctOfDepthOneNeverPreempts) {
  EXPECT_LE(told(500, [](std::uint64_t i) { return Pct(6, 1, 1, i); }).size(), 6U);
}

// The second reads between two certain steps of the first, among nine: a bug of depth 2.
TEST(Strategies, PctKeepsItsBound) {
  Program program;
  program.irq_on = {-1, -1};
  program.contexts = {std::vector<Act>(9, Act{Op::add, 0, 1}), {{Op::read, 0}}};
  constexpr int executions = 4000;
  int hits = 0;
  for (std::uint64_t i = 0; i < executions; ++i) {
    Pct pct(10, 2, 1, i);
    hits += run_once(program, pct).find("| 4,") != std::string::npos ? 1 : 0;
  }
  // 1/20 at least: 200 of 4000, of which a binomial falls short by 60 (4 sigma) once in 30,000.
  EXPECT_GE(hits, executions * pct_bound(2, 10, 2) - 60);
  EXPECT_DOUBLE_EQ(pct_bound(2, 10, 2), 1.0 / 20);
}

}  // namespace
}  // namespace poolrace::sim
