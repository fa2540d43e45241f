// SPDX-License-Identifier: MIT
// Outside actors in both worlds: when their effects apply, in which order, and how they end.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "sim/worlds/world.hpp"

namespace poolrace::sim {
namespace {

class OutsideTest : public testing::TestWithParam<WorldKind> {
 protected:
  void say(const std::string& who) {
    if (!said.empty()) said += ' ';
    said += who + '@' + std::to_string(w->now());
  }
  void tick(const std::string& name, Ps period) {
    w->spawn("tick", Priority::device, [=, this] {
      for (int i = 0; i < 4; ++i) w->advance(period), say(name);
    });
  }

  std::unique_ptr<World> w = World::make(GetParam());
  std::string said;
};

TEST_P(OutsideTest, EffectsApplyBeforeTheContextsOfTheirDate) {
  tick("t", 1);
  w->spawn_outside("o", [&](Outside& o) {
    o.post([&] { say("E"); });
    for (Ps date : {2, 3, 9}) {
      o.sleep_until(date);
      EXPECT_EQ(o.now(), date);
      o.post([&] { say("E"); });
    }
  });
  w->run();
  EXPECT_EQ(said, "E@0 t@1 E@2 t@2 E@3 t@3 t@4 E@9");
  EXPECT_EQ(w->now(), 9);
  EXPECT_EQ(w->events(), 5U);  // an effect is none
}

TEST_P(OutsideTest, EqualDatesGoBySourceThenByNumber) {
  for (int source = 0; source < 4; ++source)
    w->spawn_outside("o", [&, source](Outside& o) {
      o.sleep_until(10 - source);  // so that SimGrid knows them in another order
      o.sleep_until(20);
      o.post([&, source] { say("a" + std::to_string(source)); });
      o.post([&, source] { say("b" + std::to_string(source)); });
    });
  w->run();
  EXPECT_EQ(said, "a0@20 b0@20 a1@20 b1@20 a2@20 b2@20 a3@20 b3@20");
}

TEST_P(OutsideTest, AnEffectMayWakeSpawnSuspendAndResume) {
  Context& parked = w->spawn("p", Priority::task, [&] { w->park(), say("p"); });
  Context& sleeper = w->spawn("s", Priority::task, [&] { w->advance(100), say("s"); });
  w->spawn_outside("o", [&](Outside& o) {
    o.sleep_until(10);
    o.post([&] {
      EXPECT_FALSE(w->in_context());
      EXPECT_THROW(w->self(), InternalError);
      EXPECT_THROW(w->advance(1), InternalError);
      w->unpark(parked);
      w->suspend(sleeper);
      EXPECT_THROW(w->advance(1), InternalError);
      w->spawn("n", Priority::hardirq, [&] { say("n"); });
    });
    o.sleep_until(50);
    o.post([&] { w->resume(sleeper); });
  });
  w->run();
  EXPECT_EQ(said, "n@10 p@10 s@140");
}

TEST_P(OutsideTest, ItComesAlsoWhenEverybodyIsParkedAndEndsWithTheRun) {
  bool unwound = false;
  Context& p = w->spawn("p", Priority::task, [&] { w->park(), say("p"), w->stop(); });
  w->spawn_outside("o", [&](Outside& o) {
    struct Flag {
      bool& flag;
      ~Flag() { flag = true; }
    } flag{unwound};
    for (Ps date = 1000;; date += 1000) {
      o.sleep_until(date);
      if (date == 5000) o.post([&] { w->unpark(p); });
    }
  });
  w->spawn_outside("idle", [](Outside& o) { o.sleep_until(ps_never), ADD_FAILURE(); });
  w->run();
  EXPECT_EQ(said, "p@5000");
  EXPECT_TRUE(unwound);
}

TEST_P(OutsideTest, OneThatSleepsForEverDoesNotKeepARunAlive) {
  w->spawn("p", Priority::task, [&] { w->advance(7), w->park(); });
  w->spawn_outside("idle", [](Outside& o) { o.sleep_until(ps_never); });
  w->run();
  EXPECT_EQ(w->now(), 7);
}

TEST_P(OutsideTest, StopFromAnEffect) {
  tick("t", 10);
  w->spawn_outside("o", [&](Outside& o) {
    o.sleep_until(15);
    o.post([&] { w->stop(); });
    o.post([&] { ADD_FAILURE(); });
    o.sleep_until(16);
    ADD_FAILURE();
  });
  w->run();
  EXPECT_EQ(said, "t@10");
  EXPECT_EQ(w->now(), 15);
}

TEST_P(OutsideTest, FailuresOfEffectsAndBodiesReachRun) {
  tick("t", 10);
  w->spawn_outside("o", [&](Outside& o) {
    o.sleep_until(15);
    o.post([] { throw std::runtime_error("effect"); });
  });
  EXPECT_THROW(w->run(), std::runtime_error);
  w = World::make(GetParam());
  tick("t", 10);
  w->spawn_outside("o", [&](Outside& o) {
    o.sleep_until(25);
    throw std::runtime_error("body");
  });
  EXPECT_THROW(w->run(), std::runtime_error);
  EXPECT_EQ(said, "t@10 t@10 t@20");
}

TEST_P(OutsideTest, ClocksAgreeToThePicosecondOverALongRun) {
  constexpr Ps far = 300 * ps_per_s;
  tick("t", far / 4 + 1);
  w->spawn_outside("o", [&](Outside& o) {
    for (Ps date : {far - 1, far, far + 3, far + 4, far + 5}) {
      o.sleep_until(date);
      o.post([&] { say("E"); });
    }
  });
  w->run();
  EXPECT_EQ(said.substr(said.find('E')),
            "E@299999999999999 E@300000000000000 E@300000000000003 E@300000000000004 "
            "t@300000000000004 E@300000000000005");
}

// Past what SimGrid's clock can tell apart: the same orders, by our integer, for a hundred days.
TEST(LongRuns, OfWorldTimedGoOnPastSimGridsClock) {
  const auto w = World::make(WorldKind::timed);
  const Ps day = 86'400 * ps_per_s;
  std::string said;
  const auto say = [&](const std::string& who) { said += who + std::to_string(w->now()) + ' '; };
  w->spawn("t", Priority::task, [&] {
    for (int i = 0; i < 4; ++i) w->advance(25 * day), say("t");
    w->advance(1);
    say("t");
  });
  for (const char* name : {"a", "b"})
    w->spawn_outside(name, [&, name](Outside& o) {
      for (const Ps date : {Ps{7}, 25 * day, 25 * day + 1, 100 * day, 100 * day + 1}) {
        o.sleep_until(date);
        EXPECT_EQ(o.now(), date);
        o.post([&, name] { say(name); });
      }
    });
  w->run();
  std::string expected = "a7 b7 ";
  const auto at = [&](const char* who, Ps date) { expected += who + std::to_string(date) + ' '; };
  for (const char* who : {"a", "b", "t"}) at(who, 25 * day);
  for (const char* who : {"a", "b"}) at(who, 25 * day + 1);
  for (const int days : {50, 75}) at("t", days * day);
  for (const char* who : {"a", "b", "t"}) at(who, 100 * day);
  for (const char* who : {"a", "b", "t"}) at(who, 100 * day + 1);
  EXPECT_EQ(said, expected);
  EXPECT_LT(World::clock_used(), 2000 * ps_per_s);
}

TEST(LongRuns, OfWorldReferenceAreRefused) {
  const auto w = World::make(WorldKind::reference);
  w->spawn("t", Priority::task, [&] { w->advance(3000 * ps_per_s); });
  EXPECT_THROW(w->run(), ConfigError);
}

INSTANTIATE_TEST_SUITE_P(Worlds, OutsideTest,
                         testing::Values(WorldKind::timed, WorldKind::reference),
                         [](const auto& param_info) {
                           return param_info.param == WorldKind::timed ? "timed" : "reference";
                         });

}  // namespace
}  // namespace poolrace::sim
