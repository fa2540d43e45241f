// SPDX-License-Identifier: MIT
// The hot path is advance_slow(): one walk of the tournament, the bookkeeping of the event, one
// jump; all of it inlined into one function, so that a switch costs one return and no more.
#include "sim/worlds/timed.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "sim/worlds/engine.hpp"
#include "sim/worlds/outside.hpp"

namespace poolrace::sim {

std::unique_ptr<Context> Timed::make_context(std::uint32_t id, std::string name, Priority priority,
                                             std::function<void()> body) {
  return std::make_unique<FiberContext>(id, std::move(name), priority, std::move(body));
}

[[gnu::always_inline]] inline void Timed::switch_fibers(Context& from, Context& to) {
  if (to.resume_ == nullptr) [[unlikely]]
    to.resume_ = fiber_of(to).begin(fiber_main);
  left_ = &from;
  const ExceptionState exceptions = *exceptions_;
  departing(fiber_of(from), fiber_of(to));
  const transfer_t transfer = jump_without_call(to.resume_, this);
  *exceptions_ = exceptions;
  left_->resume_ = transfer.fctx;
  arrived(fiber_of(*left_), fiber_of(from));
}

[[gnu::always_inline]] inline Context& Timed::take_turn(Key top) {
  if (top.ps >= horizon_) [[unlikely]] {
    current_ = nullptr;
    limit_ = now_;
    return driver_;
  }
  Context& next = queue_.context_of(top);
  begin_event(next, top.ps);
  limit_ = now_;
  return next;
}

// Returns when `from` goes on.
[[gnu::always_inline]] inline void Timed::hand_over(Context& from, Key top) {
  Context& to = take_turn(top);
  if (&to == &from) {
    limit_ = std::min(horizon_, queue_.earliest_beside(from.leaf_));
    return;
  }
  switch_fibers(from, to);
  if (ending_) [[unlikely]]
    cancel_point();
}

void Timed::advance_slow(Ps d) {
  if (ending_) [[unlikely]]
    return cancel_point();
  const Key key = advance_key(d);
  hand_over(*current_, queue_.set(key.leaf(), key));
}

void Timed::leave() {
  hand_over(*current_, queue_.top());
}

void Timed::fiber_main(transfer_t transfer) {
  Timed& world = *static_cast<Timed*>(transfer.data);
  Context& self = *world.current_;
  *world.exceptions_ = {};
  world.left_->resume_ = transfer.fctx;
  arrived(fiber_of(*world.left_), fiber_of(self));
  world.run_body(self);
  world.leave_for_ever(self);
}

void Timed::leave_for_ever(Context& c) {
  if (ending_) current_ = nullptr;
  Context& to = ending_ ? driver_ : take_turn(queue_.top());
  if (to.resume_ == nullptr)
    to.resume_ = fiber_of(to).begin(fiber_main);  // before our stack can be taken again
  Stacks::of_process().give_back(fiber_of(c).stack);
  left_ = &c;
  departing(fiber_of(c), fiber_of(to), true);
  boost::context::detail::jump_fcontext(to.resume_, this);
  std::abort();  // nobody jumps to a finished fiber
}

void Timed::start() {
  const engine::Machine& machine = engine::machine(*machine_);
  simgrid::s4u::Actor::create("timed", machine.host, [this] { drive_to_the_end(); });
}

void Timed::drive_to_the_end() {
  exceptions_ = &exception_state();
  *exceptions_ = {};
  try {
    drive();
  } catch (const Cancel&) {  // an effect has called stop()
  } catch (...) {
    fail(std::current_exception());
  }
  unwind();
  end_outside();
}

void Timed::drive() {
  for (;;) {
    horizon_ = next_outside();
    Context& next = take_turn(queue_.top());
    if (&next != &driver_) switch_fibers(driver_, next);
    if (ending_ || horizon_ == ps_never) break;
    if (engine::serves(base_, horizon_)) {
      const double target = engine::context_date(base_, horizon_);
      simgrid::s4u::this_actor::sleep_until(target);
      engine::check_clock(target);
    } else {
      OutsideActor::act_at(*this, horizon_);
    }
    if (ending_) break;  // an outside actor has failed
    apply_effects(horizon_);
  }
  settle_clock();
}

// In id order, each to its end: nobody else runs meanwhile.
void Timed::unwind() {
  begin_ending();
  for (std::size_t i = 0; i < contexts_.size(); ++i) {
    Context& c = *contexts_[i];
    if (c.finished_) continue;
    current_ = &c;
    if (c.resume_ == nullptr)
      run_body(c);  // never began, and does not now
    else
      switch_fibers(driver_, c);
  }
  current_ = nullptr;
}

}  // namespace poolrace::sim
