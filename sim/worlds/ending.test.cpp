// SPDX-License-Identifier: MIT
// How runs end, in both worlds: nothing left to run, stop(), an exception; who is unwound, and what
// destructors may do meanwhile.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "sim/worlds/world.hpp"

namespace poolrace::sim {
namespace {

class Ending : public testing::TestWithParam<WorldKind> {
 protected:
  Context& spawn(const std::string& name, std::function<void()> body) {
    return w->spawn(name, Priority::task, std::move(body));
  }
  // Writes its name when it is destroyed, after having called everything a destructor might.
  struct Guard {
    Ending& test;
    std::string name;
    Context* other;
    ~Guard() {
      if (other != nullptr) test.w->unpark(*other);
      test.w->advance(1);
      test.w->park();
      test.w->park_until(1'000'000);
      test.w->suspend_self();
      test.w->spawn("late", Priority::task, [] { ADD_FAILURE() << "started by a destructor"; });
      test.gone += name + ' ';
    }
  };

  std::unique_ptr<World> w = World::make(GetParam());
  std::string gone;
};

TEST_P(Ending, NobodyAtAll) {
  w->run();
  EXPECT_EQ(w->now(), 0);
  EXPECT_EQ(w->events(), 0U);
}

TEST_P(Ending, AllParkedOrSuspended) {
  Context& parked = spawn("parked", [&] { w->park(), ADD_FAILURE(); });
  Context& suspended = spawn("suspended", [&] { w->advance(5), ADD_FAILURE(); });
  spawn("last", [&] { w->advance(2), w->suspend(suspended); });
  w->run();
  EXPECT_TRUE(parked.finished() && suspended.finished());
  EXPECT_EQ(w->now(), 2);
}

TEST_P(Ending, StopUnwindsEverybodyInIdOrder) {
  Context& a = spawn("a", [&] {
    Guard guard{*this, "a", nullptr};
    w->park();
    ADD_FAILURE();
  });
  spawn("b", [&] {
    Guard guard{*this, "b", &a};
    w->advance(1'000'000);
    ADD_FAILURE();
  });
  std::function<void(int)> deep = [&](int depth) {
    Guard guard{*this, std::to_string(depth), &a};
    w->advance(10);
    if (depth == 3) w->stop();
    deep(depth + 1);
    ADD_FAILURE();
  };
  spawn("stopper", [&] { deep(1); });
  spawn("suspended", [&] {
    Guard guard{*this, "suspended", &a};
    w->suspend_self();
    ADD_FAILURE();
  });
  w->run();
  EXPECT_EQ(gone, "3 2 1 a b suspended ");
  EXPECT_EQ(w->now(), 30);
}

TEST_P(Ending, ContextsThatNeverBeganNeverBegin) {
  auto captured = std::make_shared<int>(1);
  spawn("a", [&] {
    w->spawn("child", Priority::task, [captured] { ADD_FAILURE(); });
    w->stop();
  });
  w->run();
  EXPECT_EQ(captured.use_count(), 1);
}

TEST_P(Ending, AnExceptionReachesRunAfterTheOthersWereUnwound) {
  spawn("a", [&] {
    Guard guard{*this, "a", nullptr};
    w->park();
  });
  spawn("thrower", [&] {
    Guard guard{*this, "thrower", nullptr};
    w->advance(7);
    throw std::runtime_error("boom");
  });
  spawn("b", [&] {
    Guard guard{*this, "b", nullptr};
    try {
      w->park();
    } catch (...) {
      throw std::runtime_error("a later one, which is not the first");
    }
  });
  try {
    w->run();
    FAIL();
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "boom");
  }
  // The run still goes on while the thrower's guard is destroyed, so it parks there for real; the
  // others are unwound because nothing is left to run, and then, in id order, it too.
  EXPECT_EQ(gone, "a thrower b ");
}

TEST_P(Ending, DestructorsWaitForRealWhileTheRunGoesOn) {
  struct Unlock {
    World& w;
    ~Unlock() noexcept(false) { w.advance(5); }
  };
  spawn("a", [&] {
    try {
      Unlock unlock{*w};
      throw 1;
    } catch (int) {
      EXPECT_EQ(w->now(), 5);
      w->advance(2);
    }
  });
  spawn("b", [&] { w->advance(3), w->advance(3); });
  w->run();
  EXPECT_EQ(w->now(), 7);
}

// A destructor that waits in the normal course of things must let the cancel through.
TEST_P(Ending, ARunMayEndWhileADestructorWaits) {
  struct Unlock {
    World& w;
    ~Unlock() noexcept(false) { w.advance(5); }
  };
  spawn("a", [&] {
    { Unlock unlock{*w}; }
    ADD_FAILURE();
  });
  spawn("b", [&] { w->advance(3), w->stop(); });
  w->run();
  EXPECT_EQ(w->now(), 3);
}

// Each context is inside a catch block, with an exception of its own, whenever others run.
TEST_P(Ending, ExceptionsAreNotMixedUpBetweenContexts) {
  int wrong = 0;
  for (int i = 0; i < 8; ++i)
    spawn("c", [&, i] {
      for (int round = 0; round < 20; ++round) {
        const int mine = i * 1000 + round;
        try {
          try {
            throw mine;
          } catch (int) {
            w->advance(1 + (i * 7 + round) % 5);
            throw;
          }
        } catch (int caught) {
          if (caught != mine) ++wrong;
          w->advance(i % 3);
        }
      }
    });
  w->run();
  EXPECT_EQ(wrong, 0);
}

TEST_P(Ending, ACancelThatIsSwallowedComesAgain) {
  int swallowed = 0;
  spawn("a", [&] {
    for (int i = 0; i < 3; ++i) {
      try {
        w->park();
      } catch (...) {
        ++swallowed;
      }
    }
  });
  w->run();
  EXPECT_EQ(swallowed, 3);
}

TEST_P(Ending, StopWithinADestructorTakesEffectAtTheNextWait) {
  struct Stopper {
    World& w;
    ~Stopper() { w.stop(); }
  };
  bool after = false;
  spawn("a", [&] {
    try {
      Stopper stopper{*w};
      throw 1;
    } catch (int) {
      after = true;
    }
    w->advance(1);
    ADD_FAILURE();
  });
  w->run();
  EXPECT_TRUE(after);
}

TEST_P(Ending, CallsAfterTheRunDoNothing) {
  Context& a = spawn("a", [&] { w->advance(4); });
  w->run();
  w->unpark(a);
  w->advance(5);
  EXPECT_FALSE(w->park_until(5));
  EXPECT_TRUE(w->spawn("late", Priority::task, [] {}).finished());
  EXPECT_EQ(w->now(), 4);
  EXPECT_THROW(w->run(), InternalError);
}

TEST_P(Ending, AWorldThatNeverRunsGoesQuietly) {
  auto captured = std::make_shared<int>(1);
  spawn("a", [captured] {});
  w.reset();
  EXPECT_EQ(captured.use_count(), 1);
}

INSTANTIATE_TEST_SUITE_P(Worlds, Ending, testing::Values(WorldKind::timed, WorldKind::reference),
                         [](const auto& param_info) {
                           return param_info.param == WorldKind::timed ? "timed" : "reference";
                         });

}  // namespace
}  // namespace poolrace::sim
