// SPDX-License-Identifier: MIT
// What all worlds share of the life of a context between its waits.
#include "sim/worlds/world.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "sim/worlds/exceptions.hpp"

namespace poolrace::sim {

Context& World::spawn(std::string name, Priority priority, std::function<void()> body) {
  if (ending_) cancel_point();
  const auto id = static_cast<std::uint32_t>(contexts_.size());
  contexts_.push_back(make_context(id, std::move(name), priority, std::move(body)));
  Context& c = *contexts_.back();
  if (ending_) {  // asked for by a destructor: it gets its context, which never starts
    c.finished_ = true;
    return c;
  }
  c.leaf_ = queue_.enter(c);
  arm(c, {now_, next_order(c)});
  if (running_) launched(c);
  return c;
}

void World::arm(Context& c, Key key) {
  queue_.set(c.leaf_, key);
  limit_ = std::min(limit_, key.ps);
  rearmed(c);
}

void World::park() {
  park_until(ps_never);
}

bool World::park_until(Ps date) {
  if (ending_) {
    cancel_point();
    return false;
  }
  Context& c = self();
  if (c.permit_) {
    c.permit_ = false;
    return true;
  }
  c.parked_ = true;
  c.deadline_ = date == ps_never ? date : std::max(date, now_);
  queue_.set(c.leaf_, date == ps_never ? Key{} : Key{c.deadline_, next_order(c, true)});
  leave();
  const bool timed_out = c.parked_;
  c.parked_ = false;
  return !timed_out;
}

void World::unpark(Context& c) {
  if (ending_ || c.finished_) return;
  if (!c.parked_ || c.suspended_) {
    c.permit_ = true;
    return;
  }
  c.parked_ = false;
  arm(c, {now_, next_order(c)});
}

void World::suspend(Context& c) {
  if (ending_) return;
  check(&c != current_, "suspend() of the running context; use suspend_self()");
  check(!c.suspended_, "suspend() of a suspended context");
  check(!c.finished_, "suspend() of a finished context");
  c.suspended_ = true;
  if (!c.parked_) c.remainder_ = queue_.key_of(c.leaf_).ps - now_;
  queue_.clear(c.leaf_);
}

void World::resume(Context& c) {
  if (ending_) return;
  check(c.suspended_, "resume() of a context that is not suspended");
  c.suspended_ = false;
  if (c.parked_ && !c.permit_) {
    if (c.deadline_ != ps_never) arm(c, {std::max(c.deadline_, now_), next_order(c, true)});
    return;
  }
  if (c.parked_) {
    c.permit_ = false;
    c.parked_ = false;
    c.remainder_ = 0;
  }
  arm(c, {now_ + c.remainder_, next_order(c)});
}

void World::suspend_self() {
  if (ending_) return cancel_point();
  Context& c = self();
  c.suspended_ = true;
  c.remainder_ = 0;
  queue_.clear(c.leaf_);
  leave();
}

void World::extend(Context& c, Ps d) {
  if (ending_) return;
  check(d >= 0, "extend() by a negative time");
  check(&c != current_ && !c.parked_ && !c.finished_, "extend() of a context that does not sleep");
  if (c.suspended_) {
    c.remainder_ += d;
    return;
  }
  const Key key = queue_.key_of(c.leaf_);
  arm(c, {key.ps + d, key.order});
}

void World::stop() {
  check(running_ || ending_, "stop() before run()");
  begin_ending();
  cancel_point();
}

void World::begin_ending() {
  ending_ = true;
  limit_ = now_;  // every advance() now takes the slow path and ends there
}

void World::cancel_point() {
  if (!running_) return;  // the run is over: whoever calls now belongs to the main program
  const bool past_body = current_ != nullptr && current_->past_body_;
  if (std::uncaught_exceptions() == 0 && !past_body) throw Cancel{};
  if (current_ == nullptr || ++current_->waits_unwinding_ < 1'000'000) return;
  std::fprintf(stderr,
               "poolrace: context '%s' waits for ever in a destructor while it is unwound\n",
               current_->name_.c_str());
  std::abort();
}

void World::fail(std::exception_ptr failure) {
  if (!failure_) failure_ = std::move(failure);
  begin_ending();
}

void World::run_body(Context& c) {
  try {
    if (!ending_) c.body_();
  } catch (const Cancel&) {
  } catch (...) {
    fail(std::current_exception());
  }
  c.past_body_ = true;
  c.body_ = nullptr;  // what it captured may still call us
  c.parked_ = c.suspended_ = false;
  c.finished_ = true;
  queue_.retire(c.leaf_);
}

}  // namespace poolrace::sim
