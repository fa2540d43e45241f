// SPDX-License-Identifier: MIT
// Turns at the hot word, against the laws of both algorithms: alone one turn; N contenders by
// fetch-and-add a turn each, by compare-and-exchange a turn of every contender for each success.
#include "models/dma/command_word.hpp"

#include <gtest/gtest.h>

#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

struct Seen {
  double ns_a_reservation = 0;  // all CPUs together
  double retries_each = 0;
};

Seen contend(CpuId cpus, CommandAlgorithm algorithm) {
  constexpr int each = 200;
  BenchSetup setup;
  setup.p.cpus = 32;
  TestBench bench(setup);
  CommandWord word(bench.memory, algorithm);
  CpuId left = cpus;
  Ps from = 0, to = 0;
  for (CpuId cpu = 0; cpu < cpus; ++cpu)
    bench.task(cpu, [&] {
      bench.cpus.sleep_until(ps_per_us * 100);
      from = bench.world->now();
      for (int i = 0; i < each; ++i) word.reserve(2);
      to = bench.world->now();
      if (--left == 0) bench.world->stop();
    });
  bench.run(ps_per_s);
  const double done = static_cast<double>(cpus) * each;
  return {static_cast<double>(to - from) / ps_per_ns / done,
          static_cast<double>(word.retries()) / done};
}

TEST(CommandWord, AloneNobodyFails) {
  EXPECT_EQ(contend(1, CommandAlgorithm::cmpxchg).retries_each, 0);
  EXPECT_EQ(contend(1, CommandAlgorithm::fetch_add).retries_each, 0);
}

TEST(CommandWord, FetchAndAddTakesATurnWhateverTheCrowd) {
  const double four = contend(4, CommandAlgorithm::fetch_add).ns_a_reservation;
  EXPECT_NEAR(contend(16, CommandAlgorithm::fetch_add).ns_a_reservation, four, 0.25 * four);
}

TEST(CommandWord, CompareAndExchangeFailsTheMoreOftenTheMoreTry) {
  double last = 0, cost = 0;
  for (const CpuId cpus : {2u, 4u, 8u, 16u}) {
    const Seen seen = contend(cpus, CommandAlgorithm::cmpxchg);
    EXPECT_GT(seen.retries_each, last) << cpus;
    EXPECT_GT(seen.ns_a_reservation, cost) << cpus;
    last = seen.retries_each;
    cost = seen.ns_a_reservation;
  }
  EXPECT_GT(last, 5) << "of sixteen who circulate on one line nearly all come too late";
  EXPECT_GT(cost, 4 * contend(16, CommandAlgorithm::fetch_add).ns_a_reservation);
}

}  // namespace
}  // namespace poolrace::models
