// SPDX-License-Identifier: MIT
// SimGrid runs one actor at a time up to its next simcall, so what stands between two simcalls is
// atomic.  Every simcall lets others run, also one that does not block: state is put in order
// first.
#include "sim/worlds/reference.hpp"

#include <algorithm>
#include <utility>

#include "sim/errors.hpp"
#include "sim/worlds/exceptions.hpp"

namespace poolrace::sim {

namespace s4u = simgrid::s4u;

std::unique_ptr<Context> Reference::make_context(std::uint32_t id, std::string name,
                                                 Priority priority, std::function<void()> body) {
  return std::make_unique<ActorContext>(id, std::move(name), priority, std::move(body));
}

// limit_ stays at now_ here: there is no advance() without SimGrid.
void Reference::advance_slow(Ps d) {
  if (ending_) return cancel_point();
  const Key key = advance_key(d);
  queue_.set(key.leaf(), key);
  leave();
}

void Reference::leave() {
  auto& self = static_cast<ActorContext&>(*current_);
  pass_baton();
  wait_turn(self);
  if (ending_) cancel_point();
}

// Nobody runs from here on; the next one may have to be told.
void Reference::pass_baton() {
  current_ = nullptr;
  baton_taken_ = false;
  const Key top = queue_.top();
  const Ps next_date = std::min(top.ps, horizon_);
  if (!ending_ && next_date != ps_never && !engine::serves(base_, next_date)) {
    fail(
        std::make_exception_ptr(ConfigError("world reference: it has no clock but SimGrid's, which "
                                            "serves 1900 s of a process; allowed: "
                                            "world timed")));
    wake(driver_);
    return;
  }
  if (top.ps >= horizon_) {
    if (driver_.wait == Wait::for_wake) wake(driver_);
  } else {
    Waiter& next = waiter_of(queue_.context_of(top));
    if (next.wait == Wait::for_wake && due(top.ps)) wake(next);
  }
}

void Reference::wait_turn(ActorContext& c) {
  for (;;) {
    if (ending_ && victim_ == &c) {
      current_ = &c;
      return;
    }
    const Ps date = ending_ ? ps_never : queue_.key_of(c.leaf_).ps;
    const bool is_due = date != ps_never && due(date);
    if (is_due && !baton_taken_ && !horizon_is_next() && queue_.top().leaf() == c.leaf_) {
      engine::check_clock(engine::context_date(base_, date));
      baton_taken_ = true;
      begin_event(c, date);
      limit_ = now_;
      return;
    }
    block(c.waiter, is_due ? ps_never : date);
  }
}

// Where nothing is left to wait for, the horizon is never, and comes at once.
void Reference::wait_for_horizon() {
  for (;;) {
    const bool is_due = horizon_ == ps_never || due(horizon_);
    if (ending_ || (is_due && !baton_taken_ && horizon_is_next())) break;
    block(driver_, is_due ? ps_never : horizon_);
  }
  baton_taken_ = true;
}

void Reference::block(Waiter& waiter, Ps date) {
  const KeepExceptionState keep;
  if (date == ps_never) {
    waiter.wait = Wait::for_wake;
    waiter.wake->acquire();
  } else {
    waiter.wait = Wait::for_date;
    waiter.until = engine::context_date(base_, date);
    waiter.wake->acquire_timeout(waiter.until - engine::clock());
  }
  waiter.wait = Wait::none;
}

// One who does not wait looks around by itself before it does.
void Reference::wake(Waiter& waiter) {
  if (waiter.wait == Wait::none) return;
  waiter.wait = Wait::none;
  const KeepExceptionState keep;
  waiter.wake->release();
}

// A context that waits for the wrong thing must wait again: one that was due and is not any more
// would never be woken, one that sleeps up to a later date would oversleep.
void Reference::rearmed(Context& c) {
  Waiter& waiter = waiter_of(c);
  const Ps date = queue_.key_of(c.leaf_).ps;
  const bool must_sleep = waiter.wait == Wait::for_wake && !due(date);
  const bool oversleeps =
      waiter.wait == Wait::for_date && engine::context_date(base_, date) < waiter.until;
  if (must_sleep || oversleeps) wake(waiter);
}

void Reference::launched(Context& context) {
  auto& c = static_cast<ActorContext&>(context);
  const KeepExceptionState keep;
  c.waiter.wake = s4u::Semaphore::create(0);
  s4u::Actor::create(c.name_, engine::machine(*machine_).host, [this, &c] { live(c); });
}

void Reference::live(ActorContext& c) {
  exception_state() = {};
  wait_turn(c);
  run_body(c);
  if (ending_) {
    current_ = nullptr;
    wake(driver_);
  } else {
    pass_baton();
  }
}

void Reference::start() {
  baton_taken_ = true;  // so that nobody starts before the driver has announced its horizon
  driver_.wake = s4u::Semaphore::create(0);
  for (const auto& c : contexts_) launched(*c);
  s4u::Actor::create("reference", engine::machine(*machine_).host, [this] { drive_to_the_end(); });
}

void Reference::drive_to_the_end() {
  exception_state() = {};
  try {
    drive();
  } catch (const Cancel&) {  // an effect has called stop()
  } catch (...) {
    fail(std::current_exception());
  }
  unwind();
  end_outside();
}

void Reference::drive() {
  for (;;) {
    horizon_ = next_outside();
    pass_baton();
    wait_for_horizon();
    if (ending_ || horizon_ == ps_never) break;
    engine::check_clock(engine::context_date(base_, horizon_));
    apply_effects(horizon_);
  }
  settle_clock();
}

void Reference::unwind() {
  begin_ending();
  for (std::size_t i = 0; i < contexts_.size(); ++i) {
    auto& c = static_cast<ActorContext&>(*contexts_[i]);
    victim_ = &c;
    if (!c.finished_) wake(c.waiter);
    while (!c.finished_) block(driver_, ps_never);
  }
}

}  // namespace poolrace::sim
