// SPDX-License-Identifier: MIT
// World `explore`: time is removed, and a Scheduler decides at every visible step which context
// takes the next one.  One Explore is one execution of one program; the search (search.hpp) makes
// a new one for each order it wants to see.  Contexts are fibers on the caller's thread; SimGrid
// has no part in it.
//
// A step begins where a model calls advance() (or acquire() or wait(), which add a condition) and
// ends where the context comes to the next such call: everything in between happens at once.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/explore/step.hpp"
#include "sim/worlds/exceptions.hpp"
#include "sim/worlds/fiber.hpp"
#include "sim/worlds/world.hpp"

namespace poolrace::sim {

class Explore final : public World, public StepObserver {
 public:
  using End = ExecutionEnd;

  explicit Explore(Scheduler& scheduler) : scheduler_(scheduler) {}
  ~Explore() override;

  void set_up(std::function<void()> body);  // alone, with no choices: before execute()
  End execute();                            // once; rethrows what a context has thrown

  // ---- from contexts ---------------------------------------------------------------------------
  void touch(std::uint64_t object, Touch how) override;
  void name_step(const char* site, std::uint64_t value) override;
  void wrote(std::uint64_t object, std::uint64_t value, bool exact) override;
  // From now on writes of `object` are counted, those by contexts that never end left aside: the
  // nth writes the object `counter` and signals the object `counter` + n.
  void watch(std::uint64_t object, std::uint64_t counter) { watched_.push_back({object, counter}); }
  void listen(TouchListener* listener) { listener_ = listener; }
  [[nodiscard]] std::uint64_t changes() const { return changes_; }
  void acquire(std::uint64_t object);  // a step; enabled while nobody holds the object
  void release(std::uint64_t object);  // part of the present step
  // A step; enabled once `until` says so, and then for good.  `why`: in words, for who looks on.
  void wait(std::function<bool()> until, const char* why = "");
  void give_up_turn();  // a step with no condition
  // In which of the ways in `allowed` (bit i: way i) the running step goes on.  A step has one
  // choice; asked again, it goes on in way 0.
  std::uint32_t choose(std::uint64_t allowed);
  // Every step of `c` needs `object` to be free, or held by `c` itself: a CPU, which an interrupt
  // takes from a task.  0: nothing.
  void needs(Context& c, std::uint64_t object);
  void never_ends(Context& c) { fiber_of(c).daemon = true; }  // who waits for work, perhaps none
  [[nodiscard]] bool held(std::uint64_t object) const { return holder(object) != nullptr; }
  // Who holds it, by id; or null.
  [[nodiscard]] const std::uint32_t* holder_of(std::uint64_t object) const {
    const Held* it = holder(object);
    return it == nullptr ? nullptr : &it->by;
  }
  [[nodiscard]] bool alone(const Context& c) const;  // all others are through, or never end

  // What keeps a context from going on: an object that somebody else holds, a condition, nothing.
  struct Obstacle {
    std::uint64_t object = 0;
    const char* why = nullptr;
  };
  [[nodiscard]] Obstacle obstacle(const Context& c) const;

  // ---- after execute() -----------------------------------------------------------------
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  [[nodiscard]] ContextSet enabled_at_end() const { return enabled_at_end_; }
  // What contexts that never got their next step were waiting to acquire.
  [[nodiscard]] const std::vector<Step>& blocked() const { return blocked_; }

 private:
  struct FiberContext final : Context {
    using Context::Context;
    FiberContext(std::uint32_t id, std::string name, Priority priority, std::function<void()> body)
        : Context(id, std::move(name), priority, std::move(body)) {}
    Fiber fiber;
    void* resume = nullptr;
    std::uint64_t wants = 0;  // to acquire with its next step
    std::uint64_t needs = 0;
    bool daemon = false;
    std::function<bool()> until;
    const char* why = "";
  };
  struct Held {
    std::uint64_t object;
    std::uint32_t by;
  };

  std::unique_ptr<Context> make_context(std::uint32_t id, std::string name, Priority priority,
                                        std::function<void()> body) override;
  void advance_slow(Ps d) override;
  void leave() override;
  void start() override {}

  static FiberContext& fiber_of(Context& c) { return static_cast<FiberContext&>(c); }
  static const FiberContext& fiber_of(const Context& c) {
    return static_cast<const FiberContext&>(c);
  }
  static void fiber_main(transfer_t transfer);
  [[nodiscard]] bool enabled(const FiberContext& c) const;
  [[nodiscard]] const Held* holder(std::uint64_t object) const;
  Context* pick();
  void begin_step(FiberContext& c);
  void reschedule();
  void switch_to(FiberContext& from, FiberContext& to);
  [[noreturn]] void leave_for_ever(FiberContext& c);
  void note_blocked();
  void prime();
  void unwind();

  Scheduler& scheduler_;
  TouchListener* listener_ = nullptr;
  FiberContext driver_{UINT32_MAX, "driver", Priority::device, nullptr};
  ExceptionState* exceptions_ = nullptr;
  FiberContext* left_ = nullptr;
  std::vector<Step> steps_;
  std::vector<Held> held_;
  struct Watched {
    std::uint64_t object, counter;
  };
  std::vector<Watched> watched_;
  std::uint64_t changes_ = 0;
  std::vector<Step> blocked_;
  ContextSet enabled_at_end_ = 0;
  bool setting_up_ = false, priming_ = false, chose_ = false;
  End end_ = End::finished;
};

}  // namespace poolrace::sim
