// SPDX-License-Identifier: MIT
// The yardstick: every context is a SimGrid actor, every advance() a timed wait of SimGrid's.  An
// actor goes on when SimGrid's clock has reached its date *and* it is on top of the same
// tournament the timed world uses *and* nobody holds the baton.  No shortcut is taken, which is the
// point: the two worlds share the order and nothing of the mechanism.  Private to sim/; includes
// SimGrid.
#pragma once

#include "sim/worlds/engine.hpp"
#include "sim/worlds/world.hpp"

namespace poolrace::sim {

class Reference final : public World {
 private:
  enum class Wait { none, for_wake, for_date };

  struct Waiter {
    simgrid::s4u::SemaphorePtr wake;
    Wait wait = Wait::none;
    double until = 0;  // the date it waits for
  };
  struct ActorContext final : Context {
    ActorContext(std::uint32_t id, std::string name, Priority priority, std::function<void()> body)
        : Context(id, std::move(name), priority, std::move(body)) {}
    Waiter waiter;
  };

  std::unique_ptr<Context> make_context(std::uint32_t id, std::string name, Priority priority,
                                        std::function<void()> body) override;
  void advance_slow(Ps d) override;
  void leave() override;
  void launched(Context& c) override;
  void rearmed(Context& c) override;
  void start() override;

  void live(ActorContext& c);
  bool due(Ps date) const { return engine::reached(engine::context_date(base_, date)); }
  void wait_turn(ActorContext& c);
  void wait_for_horizon();
  void block(Waiter& waiter, Ps date);
  void wake(Waiter& waiter);
  void pass_baton();
  void drive();
  void drive_to_the_end();
  void unwind();

  static Waiter& waiter_of(Context& c) { return static_cast<ActorContext&>(c).waiter; }

  Waiter driver_;
  bool baton_taken_ = false;        // by a context or the driver
  ActorContext* victim_ = nullptr;  // whose turn it is to be unwound
};

}  // namespace poolrace::sim
