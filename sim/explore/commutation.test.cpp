// SPDX-License-Identifier: MIT
// The check finds what a footprint leaves out, and what lets a step go on unsaid.
#include "sim/explore/commutation.hpp"

#include <gtest/gtest.h>

namespace poolrace::sim {
namespace {

// Two count up, a third only looks at its own.
struct Counting {
  bool says_so;
  int counter = 0;

  CommutationCheck::Told tell(Scheduler& scheduler) {
    counter = 0;
    Explore world(scheduler);
    for (int i = 0; i < 3; ++i)
      world.spawn("counts", Priority::task, [this, &world, i] {
        for (int n = 0; n < 3; ++n) {
          world.give_up_turn();
          if (i == 2) {
            world.name_step("looks", 0);
            continue;
          }
          if (says_so) world.touch(1, Touch::write);
          world.name_step("counts", static_cast<std::uint64_t>(++counter));
        }
      });
    const Explore::End end = world.execute();
    return {end, world.steps(), ""};
  }
};

// The second waits for the first.
struct Waiting {
  bool says_so;

  CommutationCheck::Told tell(Scheduler& scheduler) const {
    bool ready = false;
    Explore world(scheduler);
    world.spawn("sets", Priority::task, [&] {
      world.give_up_turn();
      ready = true;
      if (says_so) world.touch(1, Touch::signal);
      world.name_step("sets", 0);
    });
    world.spawn("waits", Priority::task, [&] {
      world.wait([&] { return ready; });
      if (says_so) world.touch(1, Touch::join);
      world.name_step("goes on", 0);
    });
    const Explore::End end = world.execute();
    return {end, world.steps(), ""};
  }
};

template <class Program>
CommutationCheck check_of(Program& program) {
  return CommutationCheck([&program](Scheduler& scheduler) { return program.tell(scheduler); });
}

TEST(Commutation, HoldsWhereFootprintsSayAll) {
  Counting counting{true};
  CommutationCheck counts = check_of(counting);
  EXPECT_TRUE(counts.run(1, 20)) << counts.gap();
  EXPECT_GT(counts.swaps(), 10U);  // of the third with the others
  Waiting waiting{true};
  CommutationCheck waits = check_of(waiting);
  EXPECT_TRUE(waits.run(1, 20)) << waits.gap();
}

TEST(Commutation, FindsAWriteThatNobodyWasTold) {
  Counting counting{false};
  CommutationCheck check = check_of(counting);
  EXPECT_FALSE(check.run(1, 20));
  EXPECT_NE(check.gap().find("its value is"), std::string::npos) << check.gap();
}

TEST(Commutation, FindsAWaitThatNobodyWasTold) {
  Waiting waiting{false};
  CommutationCheck check = check_of(waiting);
  EXPECT_FALSE(check.run(1, 20));
  EXPECT_NE(check.gap().find("lets the second go on"), std::string::npos) << check.gap();
}

}  // namespace
}  // namespace poolrace::sim
