// SPDX-License-Identifier: MIT
// What a process may ask of the engine: run after run, other machines, many contexts, forks before
// the first World, and its own signal handlers left alone.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <vector>

#include "sim/worlds/engine.hpp"
#include "sim/worlds/sanitizers.hpp"
#include "sim/worlds/stacks.hpp"
#include "sim/worlds/world.hpp"

namespace poolrace::sim {
namespace {

// Contexts that each live for three events; returns how many events there were.
std::uint64_t run_short_lives(WorldKind kind, int contexts) {
  const auto world = World::make(kind);
  world->spawn("parent", Priority::task, [&] {
    for (int i = 0; i < contexts; ++i) {
      world->spawn("child", Priority::task, [&] { world->advance(2), world->advance(2); });
      world->advance(1);
    }
  });
  world->run();
  return world->events();
}

TEST(Process, StacksAreReusedWithinARunAndAcrossRuns) {
  EXPECT_EQ(run_short_lives(WorldKind::timed, 5'000), 1U + 5'000 + 3 * 5'000);
  const std::size_t made = Stacks::of_process().made();
  EXPECT_LE(made, 128U);
  for (int i = 0; i < 50; ++i) run_short_lives(WorldKind::timed, 200);
  EXPECT_EQ(Stacks::of_process().made(), made);
}

TEST(Process, ThousandsOfContextsAtOnce) {
  const int contexts = sanitized ? 1'000 : 20'000;
  const auto world = World::make(WorldKind::timed);
  std::vector<Context*> all;
  int woken = 0;
  for (int i = 0; i < contexts; ++i)
    all.push_back(&world->spawn("c", Priority::task, [&] {
      world->advance(1);
      world->park();
      ++woken;
    }));
  world->spawn("waker", Priority::task, [&] {
    world->advance(10);
    for (std::size_t i = 0; i < all.size(); i += 2) world->unpark(*all[i]);
  });
  world->run();
  EXPECT_EQ(woken, contexts / 2);  // the others are unwound
}

TEST(Process, ReferenceTakesHundredsOfContextsAndManyRuns) {
  const int contexts = sanitized ? 20 : 300;
  EXPECT_EQ(run_short_lives(WorldKind::reference, contexts), 1U + 4U * contexts);
  for (int i = 0; i < (sanitized ? 5 : 100); ++i) run_short_lives(WorldKind::reference, 5);
}

TEST(Process, ADeepStackFitsAndItsPagesAreReused) {
  const auto world = World::make(WorldKind::timed);
  std::function<int(int)> deep = [&](int depth) {
    volatile char frame[512] = {};
    world->advance(1);
    return depth == 0 ? frame[0] : deep(depth - 1) + frame[1];
  };
  for (int i = 0; i < 4; ++i) world->spawn("deep", Priority::task, [&] { deep(200); });
  world->run();
  EXPECT_EQ(world->now(), 201);
}

TEST(Process, MachinesMayDifferFromRunToRun) {
  for (const Ps latency : {2, 3, 2, 5}) {
    MachineSpec spec;
    spec.host.cores = 4;
    spec.wire_latency_ps = latency * ps_per_us;
    spec.wire_bit_per_s = 25e9;
    const auto world = World::make(WorldKind::timed, spec);
    int effects = 0;
    world->spawn("c", Priority::task, [&] { world->advance(50); });
    world->spawn_outside("o", [&](Outside& o) {
      o.sleep_until(20);
      o.post([&] { ++effects; });
    });
    world->run();
    EXPECT_EQ(effects, 1);
    const engine::Machine& machine = engine::machine(spec);
    std::vector<simgrid::s4u::Link*> wires;
    double seconds = 0;
    machine.peer->route_to(machine.host, wires, &seconds);
    ASSERT_EQ(wires.size(), 1U);
    EXPECT_DOUBLE_EQ(seconds, static_cast<double>(latency) * 1e-6);
    EXPECT_DOUBLE_EQ(wires[0]->get_bandwidth(), 25e9 / 8);
    EXPECT_EQ(machine.host->get_core_count(), 4);
  }
}

TEST(Process, TwoWorldsMayBeMadeAndRunInTurn) {
  const auto first = World::make(WorldKind::timed);
  const auto second = World::make(WorldKind::reference);
  first->spawn("c", Priority::task, [&] { first->advance(5); });
  second->spawn("c", Priority::task, [&] { second->advance(6); });
  second->run();
  first->run();
  EXPECT_EQ(first->now(), 5);
  EXPECT_EQ(second->now(), 6);
}

TEST(Process, TheClockIsCountedAcrossRuns) {
  const Ps before = World::clock_used();
  for (const WorldKind kind : {WorldKind::timed, WorldKind::reference}) {
    const auto world = World::make(kind);
    world->spawn("c", Priority::task, [&] { world->advance(3 * ps_per_ms); });
    world->run();
  }
  EXPECT_GE(World::clock_used() - before, 6 * ps_per_ms);
  // A run begins on a whole microsecond, the one after the next.
  EXPECT_LE(World::clock_used() - before, 6 * ps_per_ms + 2 * 2 * ps_per_us);
}

// Each of the two in a child of its own: SimGrid starts once a process.
void expect_child_exits_with(int status, void (*body)()) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    _exit(1);
  }
  int got = 0;
  waitpid(child, &got, 0);
  ASSERT_TRUE(WIFEXITED(got)) << "signal " << WTERMSIG(got);
  EXPECT_EQ(WEXITSTATUS(got), status);
}

TEST(Process, AForkedChildRunsItsOwnWorlds) {
  expect_child_exits_with(7, [] {
    _exit(run_short_lives(WorldKind::timed, 10) == 41 &&
                  run_short_lives(WorldKind::reference, 10) == 41
              ? 7
              : 1);
  });
}

TEST(Process, CtrlCStaysTheCallers) {
  expect_child_exits_with(9, [] {
    std::signal(SIGINT, [](int) { _exit(9); });
    run_short_lives(WorldKind::timed, 3);
    std::raise(SIGINT);
  });
}

}  // namespace
}  // namespace poolrace::sim
