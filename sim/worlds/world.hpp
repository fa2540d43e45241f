// SPDX-License-Identifier: MIT
// A World runs contexts in the one order that both worlds share: (date, priority, sequence), dates
// in integer picoseconds.  `timed` runs every context as a fiber inside one SimGrid actor and is
// the fast default; `reference` runs each as a SimGrid actor of its own and is the yardstick: the
// trace is the same, bit for bit.  A World is one run.  Rules of the calls, in either world:
//   * spawn, advance, unpark and resume take a new sequence, so advance(0) goes behind its equals;
//     extend keeps the old one;
//   * a timeout comes after everything else of its date, so an unpark of equal date beats it;
//   * once a run is being ended, a call returns at once or throws the internal cancel, which
//     unwinds the context: catch (...) must rethrow it.  Destructors may call anything; one that
//     waits also when no exception is on its way (a guard that unlocks) must be noexcept(false).
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/errors.hpp"
#include "sim/time.hpp"
#include "sim/worlds/context.hpp"
#include "sim/worlds/tournament.hpp"
#include "sim/worlds/world_spec.hpp"

namespace poolrace::sim {

class OutsideActor;

// What the body of an outside actor (a traffic source on the peer) may do.  It never touches a
// context or a model directly: it posts effects, which apply at its date e before every context of
// date >= e and after every one of date < e, ordered by (date, source, number per source).
class Outside {
 public:
  Ps now() const;
  void sleep_until(Ps date);  // a date not after now() returns at once; ps_never waits for the end
  void post(std::function<void()> effect);

 private:
  friend class OutsideActor;
  explicit Outside(OutsideActor& actor) : actor_(actor) {}
  OutsideActor& actor_;
};

class World {
 public:
  using Outside = sim::Outside;

  static std::unique_ptr<World> make(WorldKind kind, const MachineSpec& machine = {});
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  virtual ~World();

  Ps now() const { return now_; }  // the integer of the event or effect being executed
  Context& self() {                // the running context; effects and the main program have none
    check(current_ != nullptr, "World::self() outside of any context");
    return *current_;
  }
  bool in_context() const { return current_ != nullptr; }

  // Starts at now(), behind what is already due.  From contexts, effects and before run().
  Context& spawn(std::string name, Priority priority, std::function<void()> body);

  void advance(Ps d) {
    // Unsigned, so that a negative d and an overflowing date take the slow path and are caught.
    if (static_cast<std::uint64_t>(d) < static_cast<std::uint64_t>(limit_ - now_)) [[likely]] {
      ++sequence_;
      ++events_;
      ties_ += d == 0 ? 1 : 0;
      now_ += d;
    } else {
      advance_slow(d);
    }
  }

  void park();               // until unpark; a permit left by an earlier unpark is taken instead
  bool park_until(Ps date);  // false: timed out.  A date in the past times out at now()
  void unpark(Context& c);   // from contexts, effects and before run(); no effect on a finished one

  // Takes a context that is not running off its CPU.  A sleeper keeps the integer remainder of its
  // sleep; a parked one keeps permits, and a timeout waits for resume().
  void suspend(Context& c);
  void resume(Context& c);  // a sleeper wakes at now() + remainder, with a new sequence
  void suspend_self();      // returns after resume()
  bool suspended(const Context& c) const { return c.suspended_; }
  void extend(Context& c, Ps d);  // a sleeper (also a suspended one) wakes d later, sequence kept

  void stop();  // ends the run; does not return, except within a destructor during unwinding
  // Until stop(), or until nothing can run.  All contexts are unwound, in id order, and the first
  // exception of a context, an effect or an outside actor is rethrown.  Once per World.
  void run();

  std::uint64_t events() const { return events_; }      // starts, completed advances, wakes
  std::uint64_t ties() const { return ties_; }          // events at the date of the one before
  std::uint64_t switches() const { return switches_; }  // events of another context than before

  const std::vector<std::unique_ptr<Context>>& contexts() const { return contexts_; }  // by id

  void spawn_outside(std::string name, std::function<void(Outside&)> body);  // before run()

  // SimGrid's clock never resets: start a fresh process before 2000 s of it are used.
  static Ps clock_used();

 protected:
  friend class OutsideActor;

  World();
  virtual std::unique_ptr<Context> make_context(std::uint32_t id, std::string name,
                                                Priority priority, std::function<void()> body) = 0;
  virtual void advance_slow(Ps d) = 0;
  virtual void leave() = 0;           // current_ gives up the CPU; back when dispatched again
  virtual void launched(Context&) {}  // spawned while the world runs
  virtual void rearmed(Context&) {}   // its date has changed while it waits
  virtual void start() = 0;           // creates the actors of a run

  std::uint64_t next_order(const Context& c, bool timeout = false) {
    check(++sequence_ < Key::sequence_end, "a run of more than 2^41 events");
    return Key::order_of(timeout, static_cast<unsigned>(c.priority_), sequence_, c.leaf_);
  }
  Key advance_key(Ps d) {
    check(current_ != nullptr, "advance() outside of any context");
    check(d >= 0 && d < ps_never - now_, "advance() by a negative time, or past the end of time");
    return {now_ + d, next_order(*current_)};
  }
  bool has_date(const Context& c) const { return !queue_.key_of(c.leaf_).never(); }
  void arm(Context& c, Key key);  // c is not running
  bool horizon_is_next() const { return queue_.top().ps >= horizon_; }
  void begin_event(Context& c, Ps date) {
    ++events_;
    ties_ += date == now_ ? 1 : 0;
    switches_ += &c != last_ ? 1 : 0;
    last_ = &c;
    now_ = date;
    current_ = &c;
  }
  void run_body(Context& c);  // carries what the body throws to fail()
  void cancel_point();        // throws the cancel unless a destructor is unwinding
  void begin_ending();
  void fail(std::exception_ptr failure);  // keeps the first, ends the run
  Ps next_outside() const;                // the earliest date an outside actor has announced
  void apply_effects(Ps date);
  void settle_clock();  // SimGrid's clock comes to the end of the run
  void end_outside();

  Ps now_ = 0;
  Ps limit_ = 0;  // advance() to a date below it needs nobody else; == now_ if not known
  Context* current_ = nullptr;
  std::uint64_t sequence_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t ties_ = 0;
  std::uint64_t switches_ = 0;
  Context* last_ = nullptr;
  bool ending_ = false;  // being unwound, or over
  bool running_ = false;
  Ps horizon_ = ps_never;  // nothing at or past it runs before the outside actors had their say
  Ps last_horizon_ = 0;    // the last one that was reached
  // While a context runs, its own key is a stale one on top; at every switch it is exact.
  Tournament queue_;
  Ps base_ = 0;  // SimGrid's date of our date 0
  std::vector<std::unique_ptr<Context>> contexts_;
  std::exception_ptr failure_;
  const MachineSpec* machine_ = nullptr;  // owned by the engine, which lives as long as the process

 private:
  struct Effect {
    Ps date;
    std::uint32_t source;
    std::uint64_t number;
    std::function<void()> apply;
  };

  bool run_before_ = false;
  std::vector<std::unique_ptr<OutsideActor>> outside_;
  std::vector<Effect> effects_;
};

}  // namespace poolrace::sim
