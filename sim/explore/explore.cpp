// SPDX-License-Identifier: MIT
#include "sim/explore/explore.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace poolrace::sim {

namespace {

// What executions past have left: thousands follow each other, and making room for the steps and
// for what each touches is a good part of what a small one costs.
struct Spare {
  std::vector<Step> steps;
  std::vector<Footprint> footprints;
};

Spare& spare() {
  thread_local Spare it;
  return it;
}

Footprint take_footprint() {
  std::vector<Footprint>& footprints = spare().footprints;
  if (footprints.empty()) return {};
  Footprint footprint = std::move(footprints.back());
  footprints.pop_back();
  return footprint;
}

void give_back(Footprint&& footprint) {
  constexpr std::size_t spare_max = 4096;
  if (footprint.capacity() == 0 || spare().footprints.size() == spare_max) return;
  footprint.clear();
  spare().footprints.push_back(std::move(footprint));
}

}  // namespace

Explore::~Explore() {
  if (running_) unwind();
  // The last first, so that each comes back to the step that it fitted.
  for (; !steps_.empty(); steps_.pop_back()) give_back(std::move(steps_.back().touched));
  if (steps_.capacity() > spare().steps.capacity()) spare().steps = std::move(steps_);
}

std::unique_ptr<Context> Explore::make_context(std::uint32_t id, std::string name,
                                               Priority priority, std::function<void()> body) {
  check(id < 64, "explore: at most 64 contexts");
  return std::make_unique<FiberContext>(id, std::move(name), priority, std::move(body));
}

// ---- fibers -------------------------------------------------------------------------------------

void Explore::switch_to(FiberContext& from, FiberContext& to) {
  if (to.resume == nullptr) to.resume = to.fiber.begin(fiber_main);
  left_ = &from;
  const ExceptionState exceptions = *exceptions_;
  departing(from.fiber, to.fiber);
  const transfer_t transfer = jump_without_call(to.resume, this);
  *exceptions_ = exceptions;
  left_->resume = transfer.fctx;
  arrived(left_->fiber, from.fiber);
}

void Explore::fiber_main(transfer_t transfer) {
  Explore& world = *static_cast<Explore*>(transfer.data);
  FiberContext& self = fiber_of(*world.current_);
  *world.exceptions_ = {};
  world.left_->resume = transfer.fctx;
  arrived(world.left_->fiber, self.fiber);
  world.run_body(self);
  world.leave_for_ever(self);
}

void Explore::leave_for_ever(FiberContext& c) {
  current_ = nullptr;
  Context* next = ending_ || setting_up_ || priming_ ? nullptr : pick();
  FiberContext& to = next == nullptr ? driver_ : fiber_of(*next);
  if (to.resume == nullptr) to.resume = to.fiber.begin(fiber_main);
  Stacks::of_process().give_back(c.fiber.stack);
  left_ = &c;
  departing(c.fiber, to.fiber, true);
  boost::context::detail::jump_fcontext(to.resume, this);
  std::abort();  // nobody jumps to a finished fiber
}

// ---- whose step is next ----------------------------------------------------------------

const Explore::Held* Explore::holder(std::uint64_t object) const {
  const auto found = std::find_if(held_.begin(), held_.end(),
                                  [object](const Held& held) { return held.object == object; });
  return found == held_.end() ? nullptr : &*found;
}

bool Explore::alone(const Context& me) const {
  return std::all_of(contexts().begin(), contexts().end(), [&me](const auto& c) {
    return c.get() == &me || c->finished() || fiber_of(*c).daemon;
  });
}

bool Explore::enabled(const FiberContext& c) const {
  if (c.finished() || c.parked() || suspended(c)) return false;
  if (c.needs != 0) {
    const Held* by = holder(c.needs);
    if (by != nullptr && by->by != c.id()) return false;
  }
  if (c.wants != 0 && held(c.wants)) return false;
  return !c.until || c.until();
}

Explore::Obstacle Explore::obstacle(const Context& c) const {
  const FiberContext& f = fiber_of(c);
  if (f.finished()) return {};
  if (const Held* by = f.needs == 0 ? nullptr : holder(f.needs); by != nullptr && by->by != f.id())
    return {f.needs, nullptr};
  if (f.wants != 0 && held(f.wants)) return {f.wants, nullptr};
  if (f.until && !f.until()) return {0, f.why};
  return {};
}

Context* Explore::pick() {
  ContextSet set = 0;
  for (const auto& c : contexts())
    if (enabled(fiber_of(*c))) set |= set_of(c->id());
  enabled_at_end_ = set;
  if (set == 0) {
    const bool all = std::all_of(contexts().begin(), contexts().end(), [](const auto& c) {
      return c->finished() || fiber_of(*c).daemon;
    });
    end_ = all ? End::finished : End::deadlock;
    return nullptr;
  }
  const std::uint32_t id = scheduler_.next(steps_, set);
  if (id == Scheduler::nobody) {
    end_ = End::cut;
    return nullptr;
  }
  check((set & set_of(id)) != 0, "explore: the scheduler chose a context that is not enabled");
  FiberContext& c = fiber_of(*contexts()[id]);
  begin_step(c);
  return &c;
}

void Explore::begin_step(FiberContext& c) {
  current_ = &c;
  chose_ = false;
  ++events_;
  steps_.push_back({c.id(), "", 0, take_footprint(), 0, 0});
  const Held* by = c.needs == 0 ? nullptr : holder(c.needs);
  if (c.needs != 0 && by == nullptr) touch(c.needs, Touch::acquire);
  if (c.wants != 0) {
    touch(c.wants, Touch::acquire);
    held_.push_back({std::exchange(c.wants, 0), c.id()});
  }
  c.until = nullptr;
}

void Explore::reschedule() {
  FiberContext& me = fiber_of(*current_);
  if (priming_) {
    switch_to(me, driver_);
    if (ending_) cancel_point();
    return;
  }
  if (setting_up_) return;
  Context* next = pick();
  if (next == &me) return;
  if (next == nullptr) current_ = nullptr;
  switch_to(me, next == nullptr ? driver_ : fiber_of(*next));
  if (ending_) cancel_point();
}

void Explore::advance_slow(Ps) {
  if (ending_) return cancel_point();
  reschedule();
}

void Explore::leave() {
  check(!setting_up_, "explore: nobody waits during the set-up");
  reschedule();
}

void Explore::give_up_turn() {
  if (ending_) return cancel_point();
  reschedule();
}

void Explore::wait(std::function<bool()> until, const char* why) {
  if (ending_) return cancel_point();
  fiber_of(self()).until = std::move(until);
  fiber_of(self()).why = why;
  reschedule();
}

void Explore::acquire(std::uint64_t object) {
  if (ending_) return cancel_point();
  FiberContext& me = fiber_of(self());
  if (setting_up_) {
    held_.push_back({object, me.id()});
    return;
  }
  me.wants = object;
  reschedule();
}

void Explore::release(std::uint64_t object) {
  std::erase_if(held_, [&](const Held& held) { return held.object == object; });
  touch(object, Touch::release);
}

std::uint32_t Explore::choose(std::uint64_t allowed) {
  if (steps_.empty() || ending_ || allowed == 1 || std::exchange(chose_, true)) return 0;
  const std::uint32_t way = scheduler_.choose(steps_, allowed);
  check(way < 64 && (allowed >> way & 1) != 0, "explore: the way chosen is not allowed");
  return steps_.back().way = way;
}

void Explore::needs(Context& c, std::uint64_t object) {
  fiber_of(c).needs = object;
}

void Explore::touch(std::uint64_t object, Touch how) {
  if (steps_.empty() || ending_) return;  // the set-up; an unwinding that is no step's doing
  Footprint& touched = steps_.back().touched;
  const Touched it{object, how};
  if (std::find(touched.begin(), touched.end(), it) != touched.end()) return;
  touched.push_back(it);
  if (listener_ != nullptr) listener_->touched(object, how);
}

void Explore::name_step(const char* site, std::uint64_t value) {
  if (steps_.empty() || ending_) return;
  steps_.back().site = site;
  steps_.back().value = value;
}

void Explore::wrote(std::uint64_t object, std::uint64_t value, bool exact) {
  if (steps_.empty()) return;
  if (exact) {
    steps_.back().wrote = object;
    steps_.back().wrote_value = value;
  }
  for (const Watched& watched : watched_) {
    if (watched.object != object || fiber_of(self()).daemon) continue;
    touch(watched.counter, Touch::write);
    touch(watched.counter + ++changes_, Touch::signal);
  }
}

// ---- one execution ---------------------------------------------------------------------

void Explore::set_up(std::function<void()> body) {
  exceptions_ = &exception_state();
  setting_up_ = running_ = true;
  Context& c = spawn("set-up", Priority::task, std::move(body));
  current_ = &c;
  switch_to(driver_, fiber_of(c));
  current_ = nullptr;
  setting_up_ = running_ = false;
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

Explore::End Explore::execute() {
  exceptions_ = &exception_state();
  running_ = true;
  limit_ = now_;
  steps_ = std::exchange(spare().steps, {});
  prime();
  Context* first = ending_ ? nullptr : pick();
  if (first != nullptr) switch_to(driver_, fiber_of(*first));
  if (ending_) end_ = End::stopped;
  note_blocked();
  scheduler_.ended(steps_);
  unwind();
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  return end_;
}

// Brings every context to its first visible step: what comes before is nobody else's business.
void Explore::prime() {
  priming_ = true;
  for (std::size_t i = 0; i < contexts_.size() && !ending_; ++i) {
    FiberContext& c = fiber_of(*contexts_[i]);
    if (c.finished()) continue;
    current_ = &c;
    switch_to(driver_, c);
  }
  current_ = nullptr;
  priming_ = false;
}

void Explore::unwind() {
  begin_ending();
  for (std::size_t i = 0; i < contexts_.size(); ++i) {
    FiberContext& c = fiber_of(*contexts_[i]);
    if (c.finished()) continue;
    current_ = &c;
    if (c.resume == nullptr)
      run_body(c);  // never began, and does not now
    else
      switch_to(driver_, c);
  }
  current_ = nullptr;
  running_ = false;
}

// Before the contexts are unwound.
void Explore::note_blocked() {
  for (const auto& c : contexts_) {
    const FiberContext& f = fiber_of(*c);
    Footprint wanted;
    if (f.finished() || enabled(f)) continue;
    if (f.wants != 0) wanted.push_back({f.wants, Touch::acquire});
    if (f.needs != 0) wanted.push_back({f.needs, Touch::acquire});
    if (!wanted.empty()) blocked_.push_back({f.id(), "", 0, std::move(wanted), 0, 0});
  }
}

}  // namespace poolrace::sim
