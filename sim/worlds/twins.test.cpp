// SPDX-License-Identifier: MIT
// The contract of the two worlds: a random workload leaves the same trace in `timed` and in
// `reference`, record by record.  Eight contexts on three CPUs draw their dates from a coarse grid,
// so that ties are the rule; they park, wake each other, fight for a lock, wait inside catch
// blocks, are preempted by interrupts (suspend, resume, extend), spawn children, and an outside
// actor meddles. Every draw comes from a context's own stream, so a difference of order shows at
// once.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sim/trace.hpp"
#include "sim/worlds/sanitizers.hpp"
#include "sim/worlds/world.hpp"

namespace poolrace::sim {
namespace {

class Draws {  // splitmix64
 public:
  explicit Draws(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}
  std::uint64_t below(std::uint64_t n) {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return (z ^ (z >> 31)) % n;
  }

 private:
  std::uint64_t state_;
};

struct Outcome {
  std::vector<Record> records;
  std::uint64_t fingerprint, events, ties, switches;
  Ps end;
};

class Workload {
 public:
  Workload(WorldKind kind, std::uint64_t seed, std::uint64_t steps)
      : seed_(seed), steps_(steps), world_(World::make(kind)), trace_(1 << 16) {
    for (unsigned i = 0; i < 8; ++i) {
      const auto priority = static_cast<Priority>(i % 4);
      contexts_.push_back(&world_->spawn("c" + std::to_string(i), priority, [this, i] {
        Draws draws(seed_ * 1000 + i);
        while (step(draws, i)) {
        }
      }));
    }
    if (seed % 4 != 0) world_->spawn_outside("meddler", [this](Outside& o) { meddle(o); });
    if (seed % 4 == 3) world_->spawn_outside("second", [this](Outside& o) { meddle(o); });
  }

  Outcome run() {
    world_->run();
    return {trace_.records(), trace_.fingerprint(), world_->events(),
            world_->ties(),   world_->switches(),   world_->now()};
  }

 private:
  void note(std::uint32_t site, std::uint64_t value = 0) {
    trace_.add(world_->now(), world_->in_context() ? world_->self().id() : UINT32_MAX, site, value);
  }

  // Mostly up to a date of a coarse grid, so that dates meet; with some odd ones between.
  Ps draw_time(Draws& draws) {
    switch (draws.below(8)) {
      case 0:
        return 0;
      case 1:
        return static_cast<Ps>(draws.below(100'000));
      case 2:
        return static_cast<Ps>(draws.below(3));
      default:
        return to_grid(world_->now()) + static_cast<Ps>(draws.below(20) * 1000);
    }
  }
  static Ps to_grid(Ps now) { return (1000 - now % 1000) % 1000; }

  Context& other(Draws& draws) { return *contexts_[draws.below(contexts_.size())]; }

  // False when this context has had its share.
  bool step(Draws& draws, unsigned i) {
    if (--steps_ == 0) world_->stop();
    if (draws.below(2'000) == 0) return false;
    switch (draws.below(12)) {
      case 0:
        return sleep_until_woken(draws);
      case 1:
        note(2, other_and(draws, [&](Context& c) { world_->unpark(c); }));
        break;
      case 2:
        lock_for(draws);
        break;
      case 3:
        if (i % 4 < 2) interrupt(draws);
        break;
      case 4:
        wait_in_catch(draws);
        break;
      case 5:
        note(5, other_and(draws, [&](Context& c) { stretch(c, draws); }));
        break;
      case 6:
        if (draws.below(16) == 0) give_birth(draws);
        break;
      default:
        world_->advance(draw_time(draws));
        note(7);
    }
    return true;
  }

  template <class Action>
  std::uint64_t other_and(Draws& draws, Action action) {
    Context& c = other(draws);
    action(c);
    return c.id();
  }

  bool sleep_until_woken(Draws& draws) {
    if (draws.below(4) == 0) {
      world_->park();
      note(0, 2);
    } else {
      note(0, world_->park_until(world_->now() + draw_time(draws)) ? 1 : 0);
    }
    return true;
  }

  void lock_for(Draws& draws) {
    while (locked_) world_->advance(to_grid(world_->now()) + 2000);
    locked_ = true;
    note(8);
    world_->advance(draw_time(draws));
    locked_ = false;
    note(9);
  }

  bool can_be_moved(const Context& c) const {
    return !c.finished() && !(world_->in_context() && &c == &world_->self());
  }

  // Takes the CPU of a lower one for a while; the victim sleeps on, is woken meanwhile, or not.
  void interrupt(Draws& draws) {
    Context& victim = other(draws);
    if (!can_be_moved(victim) || world_->suspended(victim)) return;
    if (victim.priority() <= world_->self().priority()) return;
    world_->suspend(victim);
    note(10, victim.id());
    world_->advance(draw_time(draws));
    stretch(victim, draws);
    if (draws.below(3) == 0) world_->unpark(victim);
    world_->resume(victim);
    note(11, victim.id());
  }

  void stretch(Context& c, Draws& draws) {
    if (can_be_moved(c) && !c.parked()) world_->extend(c, draw_time(draws));
  }

  void wait_in_catch(Draws& draws) {
    const auto mine = static_cast<int>(draws.below(1'000'000));
    try {
      try {
        throw mine;
      } catch (int) {
        world_->advance(draw_time(draws));
        throw;
      }
    } catch (int caught) {
      note(12, static_cast<std::uint64_t>(caught));
      EXPECT_EQ(caught, mine);
    }
  }

  void give_birth(Draws& draws) {
    const std::uint64_t seed = draws.below(1'000'000);
    Context& child = world_->spawn("child", static_cast<Priority>(draws.below(4)), [this, seed] {
      Draws own(seed);
      for (int i = 0; i < 5; ++i) {
        world_->advance(draw_time(own));
        note(13);
      }
    });
    note(14, child.id());
  }

  void meddle(Outside& o) {
    Draws draws(seed_ + 77);
    const Ps period = seed_ % 2 == 0 ? 50'000 : 1'500;
    for (int i = 0; i < 200; ++i) {
      const Ps pause = static_cast<Ps>(draws.below(3)) * period;
      o.sleep_until(to_grid(o.now()) + o.now() + pause + static_cast<Ps>(draws.below(2)));
      const std::uint64_t seed = draws.below(1'000'000);
      o.post([this, seed] {
        Draws own(seed);
        Context& c = other(own);
        note(15, c.id());
        if (own.below(2) == 0) return world_->unpark(c);
        if (!can_be_moved(c) || world_->suspended(c)) return stretch(c, own);
        world_->suspend(c);
        world_->resume(c);
      });
    }
  }

  std::uint64_t seed_, steps_;
  std::unique_ptr<World> world_;
  Trace trace_;
  std::vector<Context*> contexts_;
  bool locked_ = false;
};

Outcome run(WorldKind kind, std::uint64_t seed, std::uint64_t steps) {
  return Workload(kind, seed, steps).run();
}

std::string in_words(const Record& r) {
  return "at " + std::to_string(r.at) + " context " + std::to_string(r.context) + " site " +
         std::to_string(r.site) + " value " + std::to_string(r.value);
}

void expect_same(const Outcome& a, const Outcome& b, std::uint64_t seed) {
  const auto [x, y] =
      std::mismatch(a.records.begin(), a.records.end(), b.records.begin(), b.records.end());
  if (x != a.records.end() || y != b.records.end()) {
    ADD_FAILURE() << "seed " << seed << ": the traces differ from record " << x - a.records.begin()
                  << ": " << (x == a.records.end() ? "end" : in_words(*x)) << " against "
                  << (y == b.records.end() ? "end" : in_words(*y));
  }
  EXPECT_EQ(a.fingerprint, b.fingerprint) << "seed " << seed;
  EXPECT_EQ(a.events, b.events) << "seed " << seed;
  EXPECT_EQ(a.ties, b.ties) << "seed " << seed;
  EXPECT_EQ(a.switches, b.switches) << "seed " << seed;
  EXPECT_EQ(a.end, b.end) << "seed " << seed;
}

TEST(Twins, RandomWorkloadsLeaveTheSameTraceInBothWorlds) {
  const std::uint64_t seeds = sanitized ? 12 : 200;
  const std::uint64_t steps = sanitized ? 400 : 3'000;
  std::uint64_t events = 0;
  std::uint64_t ties = 0;
  for (std::uint64_t seed = 1; seed <= seeds && !testing::Test::HasFailure(); ++seed) {
    const Outcome timed = run(WorldKind::timed, seed, steps);
    expect_same(timed, run(WorldKind::reference, seed, steps), seed);
    events += timed.events;
    ties += timed.ties;
  }
  EXPECT_GT(events, seeds * steps / 3);  // the workload does not die early
  EXPECT_GT(ties, events / 10);          // and ties are the rule
}

TEST(Twins, ARunDoesNotDependOnTheRunsBefore) {
  const Outcome first = run(WorldKind::timed, 7, 1'000);
  for (std::uint64_t seed : {3, 1, 2}) run(WorldKind::timed, seed, 500);
  for (std::uint64_t seed : {4, 9}) run(WorldKind::reference, seed, 100);
  expect_same(first, run(WorldKind::timed, 7, 1'000), 7);
  expect_same(first, run(WorldKind::reference, 7, 1'000), 7);
}

// The trace of this workload, written down: a change of it is a change of the contract.
TEST(Twins, GoldenFingerprint) {
  std::uint64_t folded = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    folded = fold(folded, run(WorldKind::timed, seed, 2'000).fingerprint);
  EXPECT_EQ(hex16(folded), "7d70638f8421072d");
}

}  // namespace
}  // namespace poolrace::sim
