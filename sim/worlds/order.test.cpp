// SPDX-License-Identifier: MIT
// The rules of order, one test a rule, each in both worlds.  A scene is a handful of contexts that
// write down who went on and when: "a@10 b@10".
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "sim/worlds/world.hpp"

namespace poolrace::sim {
namespace {

class Order : public testing::TestWithParam<WorldKind> {
 protected:
  void say(const std::string& who) {
    if (!said.empty()) said += ' ';
    said += who + '@' + std::to_string(w->now());
  }
  Context& spawn(const std::string& name, std::function<void()> body,
                 Priority priority = Priority::task) {
    return w->spawn(name, priority, std::move(body));
  }

  std::unique_ptr<World> w = World::make(GetParam());
  std::string said;
};

TEST_P(Order, DatesThenPriorityThenSequence) {
  spawn("t1", [&] { w->advance(10), say("t1"); });
  spawn("t2", [&] { w->advance(10), say("t2"); });
  spawn(
      "s", [&] { w->advance(10), say("s"); }, Priority::softirq);
  spawn(
      "h", [&] { w->advance(10), say("h"); }, Priority::hardirq);
  spawn(
      "d", [&] { w->advance(10), say("d"); }, Priority::device);
  spawn("early", [&] { w->advance(9), say("early"); });
  w->run();
  EXPECT_EQ(said, "early@9 d@10 h@10 s@10 t1@10 t2@10");
  EXPECT_EQ(w->events(), 12U);
  EXPECT_EQ(w->ties(), 9U);  // all of a date but the first: 5 of date 0, 4 of date 10
  EXPECT_EQ(w->now(), 10);
}

TEST_P(Order, AdvanceByZeroGoesBehindItsEquals) {
  spawn("a", [&] {
    say("a");
    w->advance(0);
    say("a2");
  });
  spawn("b", [&] { say("b"); });
  w->run();
  EXPECT_EQ(said, "a@0 b@0 a2@0");
}

TEST_P(Order, AHigherPriorityOfEqualDateGoesOnWithoutWaiting) {
  spawn("t", [&] { w->advance(5), say("t"); });
  spawn(
      "d", [&] { w->advance(3), w->advance(2), say("d"); }, Priority::device);
  w->run();
  EXPECT_EQ(said, "d@5 t@5");
}

TEST_P(Order, UnparkBeforeParkLeavesOnePermit) {
  Context& a = spawn("a", [&] {
    w->advance(10);
    w->park();
    say("permit");
    w->park();
    say("woken");
  });
  spawn("b", [&] {
    w->unpark(a);
    w->unpark(a);  // one permit, not two
    w->advance(20);
    w->unpark(a);
  });
  w->run();
  EXPECT_EQ(said, "permit@10 woken@20");
}

TEST_P(Order, UnparkBeforeRunIsAPermitToo) {
  Context& a = spawn("a", [&] { w->park(), say("a"); });
  w->unpark(a);
  w->run();
  EXPECT_EQ(said, "a@0");
}

TEST_P(Order, ParkUntilTimesOut) {
  spawn("a", [&] {
    w->advance(5);
    say(w->park_until(30) ? "woken" : "timeout");
    say(w->park_until(7) ? "woken" : "past");
  });
  w->run();
  EXPECT_EQ(said, "timeout@30 past@30");
}

TEST_P(Order, UnparkBeatsATimeoutOfEqualDate) {
  // Also one that comes from a lower priority, later in sequence, and after an advance(0).
  Context& a = spawn(
      "a", [&] { say(w->park_until(10) ? "woken" : "timeout"); }, Priority::device);
  spawn("b", [&] {
    w->advance(10);
    w->advance(0);
    w->unpark(a);
    say("b");
  });
  w->run();
  EXPECT_EQ(said, "b@10 woken@10");
}

TEST_P(Order, APermitLeftInTimeIsTakenByParkUntil) {
  Context& a = spawn("a", [&] { w->advance(1), say(w->park_until(10) ? "permit" : "timeout"); });
  spawn("b", [&] { w->unpark(a); });
  w->run();
  EXPECT_EQ(said, "permit@1");
}

TEST_P(Order, ASuspendedSleeperKeepsItsRemainder) {
  Context& a = spawn("a", [&] { w->advance(100), say("a"); });
  spawn("b", [&] {
    w->advance(30);
    w->suspend(a);
    EXPECT_TRUE(w->suspended(a));
    w->advance(500);
    w->resume(a);
    EXPECT_FALSE(w->suspended(a));
    say("b");
  });
  w->run();
  EXPECT_EQ(said, "b@530 a@600");
}

TEST_P(Order, ResumeTakesANewSequence) {
  Context& a = spawn("a", [&] { w->advance(10), say("a"); });
  spawn("b", [&] { w->advance(10), say("b"); });
  spawn("c", [&] { w->suspend(a), w->resume(a); });
  w->run();
  EXPECT_EQ(said, "b@10 a@10");
}

TEST_P(Order, ExtendKeepsTheSequence) {
  Context& a = spawn("a", [&] { w->advance(10), say("a"); });
  spawn("b", [&] { w->advance(15), say("b"); });
  spawn("c", [&] { w->extend(a, 5); });
  w->run();
  EXPECT_EQ(said, "a@15 b@15");
}

TEST_P(Order, ExtendOfASuspendedSleeperLengthensTheRemainder) {
  Context& a = spawn("a", [&] { w->advance(10), say("a"); });
  spawn("c", [&] {
    w->advance(4);
    w->suspend(a);
    w->extend(a, 5);
    w->resume(a);
  });
  w->run();
  EXPECT_EQ(said, "a@15");
}

TEST_P(Order, ADueSleeperThatIsExtendedSleepsAgain) {
  // The one that deadlocked the reference world's trial: due, waiting for the baton, then moved.
  Context& a = spawn("a", [&] { w->advance(10), say("a"); });
  spawn(
      "b", [&] { w->advance(10), w->extend(a, 7), say("b"); }, Priority::hardirq);
  w->run();
  EXPECT_EQ(said, "b@10 a@17");
}

TEST_P(Order, ASuspendedParkedOneKeepsTheUnparkForItsResume) {
  Context& a = spawn("a", [&] { w->park(), say("a"); });
  spawn("b", [&] {
    w->advance(10);
    w->suspend(a);
    w->advance(10);
    w->unpark(a);
    EXPECT_TRUE(a.parked());
    w->advance(10);
    w->resume(a);
  });
  w->run();
  EXPECT_EQ(said, "a@30");
}

TEST_P(Order, ATimeoutWaitsForResume) {
  Context& a = spawn("a", [&] { say(w->park_until(15) ? "woken" : "timeout"); });
  Context& later = spawn("later", [&] { say(w->park_until(50) ? "woken" : "timeout"); });
  spawn("b", [&] {
    w->advance(10);
    w->suspend(a);
    w->suspend(later);
    w->advance(10);
    w->resume(a);      // overdue: now
    w->resume(later);  // its date stands
  });
  w->run();
  EXPECT_EQ(said, "timeout@20 timeout@50");
}

TEST_P(Order, AnUnparkWhileSuspendedBeatsAnOverdueTimeout) {
  Context& a = spawn("a", [&] { say(w->park_until(15) ? "woken" : "timeout"); });
  spawn("b", [&] {
    w->advance(10);
    w->suspend(a);
    w->advance(10);
    w->unpark(a);
    w->resume(a);
  });
  w->run();
  EXPECT_EQ(said, "woken@20");
}

TEST_P(Order, SuspendSelfComesBackAtResume) {
  Context& a = spawn("a", [&] { w->advance(3), w->suspend_self(), say("a"); });
  spawn("b", [&] { w->advance(10), w->resume(a); });
  w->run();
  EXPECT_EQ(said, "a@10");
}

TEST_P(Order, ASpawnedContextStartsNowBehindItsEquals) {
  spawn("a", [&] {
    w->advance(10);
    Context& child = spawn("child", [&] { say("child"); });
    EXPECT_EQ(child.id(), 2U);
    say("a");
  });
  spawn("b", [&] { w->advance(10), say("b"); });
  w->run();
  EXPECT_EQ(said, "a@10 b@10 child@10");
}

TEST_P(Order, UnparkingAFinishedContextIsHarmless) {
  Context& a = spawn("a", [&] {});
  spawn("b", [&] { w->advance(10), w->unpark(a), say("b"); });
  w->run();
  EXPECT_EQ(said, "b@10");
  EXPECT_TRUE(a.finished());
}

TEST_P(Order, MisuseIsAnInternalError) {
  Context& a = spawn("a", [&] { w->advance(100); });
  spawn("b", [&] {
    EXPECT_THROW(w->advance(-1), InternalError);
    EXPECT_THROW(w->advance(ps_never), InternalError);
    EXPECT_THROW(w->suspend(w->self()), InternalError);
    EXPECT_THROW(w->resume(a), InternalError);
    w->suspend(a);
    EXPECT_THROW(w->suspend(a), InternalError);
    w->resume(a);
    EXPECT_THROW(w->run(), InternalError);
    EXPECT_THROW(w->spawn_outside("o", [](Outside&) {}), InternalError);
    say("b");
  });
  EXPECT_THROW(w->self(), InternalError);
  EXPECT_THROW(w->advance(1), InternalError);
  w->run();
  EXPECT_EQ(said, "b@0");
}

INSTANTIATE_TEST_SUITE_P(Worlds, Order, testing::Values(WorldKind::timed, WorldKind::reference),
                         [](const auto& param_info) {
                           return param_info.param == WorldKind::timed ? "timed" : "reference";
                         });

}  // namespace
}  // namespace poolrace::sim
