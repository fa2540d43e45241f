// SPDX-License-Identifier: MIT
// The fast world: all contexts are fibers inside one SimGrid actor, the driver, and jump straight
// to the one whose turn it is.  Only when nothing is left below the horizon (the earliest date an
// outside actor has announced) they jump to the driver, and SimGrid's clock moves.  Without outside
// actors that is once a run.  Private to sim/.
#pragma once

#include "sim/worlds/exceptions.hpp"
#include "sim/worlds/fiber.hpp"
#include "sim/worlds/world.hpp"

namespace poolrace::sim {

class Timed final : public World {
 private:
  struct FiberContext final : Context {
    FiberContext(std::uint32_t id, std::string name, Priority priority, std::function<void()> body)
        : Context(id, std::move(name), priority, std::move(body)) {}
    Fiber fiber;
  };

  std::unique_ptr<Context> make_context(std::uint32_t id, std::string name, Priority priority,
                                        std::function<void()> body) override;
  void advance_slow(Ps d) override;
  void leave() override;
  void start() override;

  static Fiber& fiber_of(Context& c) { return static_cast<FiberContext&>(c).fiber; }
  static void fiber_main(transfer_t transfer);

  void hand_over(Context& from, Key top);
  Context& take_turn(Key top);
  void switch_fibers(Context& from, Context& to);
  [[noreturn]] void leave_for_ever(Context& c);
  void drive();
  void drive_to_the_end();
  void unwind();

  FiberContext driver_{UINT32_MAX, "driver", Priority::device, nullptr};
  ExceptionState* exceptions_ = nullptr;  // of the driver's thread
  Context* left_ = nullptr;               // whose fiber was jumped from last
};

}  // namespace poolrace::sim
