// SPDX-License-Identifier: MIT
// Outside actors act at SimGrid's date base + e ps, half a picosecond before the contexts of date e
// and half a picosecond after those of e - 1.  What they post waits for the world's own actor,
// which sorts it: SimGrid's order among actors of equal date is not ours.  Past the dates that
// SimGrid's clock can tell apart the world's actor calls them instead, and that clock stands still.
#include "sim/worlds/outside.hpp"

#include <utility>

#include "sim/worlds/exceptions.hpp"

namespace poolrace::sim {

Ps Outside::now() const {
  return actor_.now_;
}
void Outside::sleep_until(Ps date) {
  actor_.sleep_until(date);
}
void Outside::post(std::function<void()> effect) {
  actor_.post(std::move(effect));
}

OutsideActor::OutsideActor(World& world, std::uint32_t source, std::string name,
                           std::function<void(Outside&)> body)
    : world_(world), source_(source), name_(std::move(name)), body_(std::move(body)) {}

void OutsideActor::start(simgrid::s4u::Host* peer) {
  wake_ = simgrid::s4u::Semaphore::create(0);
  simgrid::s4u::Actor::create(name_, peer, [this] { live(); });
}

void OutsideActor::end() {
  if (gone_) return;
  const KeepExceptionState keep;
  wake_->release();
}

void OutsideActor::live() {
  exception_state() = {};
  try {
    now_ = -1;
    sleep_until(0);
    Outside handle(*this);
    body_(handle);
  } catch (const Cancel&) {
  } catch (...) {
    world_.fail(std::current_exception());
  }
  announced_ = ps_never;
  gone_ = true;
}

void OutsideActor::sleep_until(Ps date) {
  if (world_.ending_) throw Cancel{};
  if (date <= now_) return;
  announced_ = date;
  const double until = engine::outside_date(world_.base_, date);
  {
    const KeepExceptionState keep;
    const bool by_clock = engine::serves(world_.base_, date);
    while (!by_clock && !world_.ending_ && !called_) wake_->acquire();
    // Else the wake comes only when the run ends.
    while (by_clock && !world_.ending_ && !engine::reached(until))
      wake_->acquire_timeout(until - engine::clock());
  }
  if (world_.ending_) throw Cancel{};
  if (!std::exchange(called_, false)) engine::check_clock(until);
  now_ = date;
}

void OutsideActor::act_at(World& world, Ps date) {
  for (const auto& actor : world.outside_) {
    if (actor->gone_ || actor->announced_ != date) continue;
    const KeepExceptionState keep;
    actor->called_ = true;
    actor->wake_->release();
    while (!actor->gone_ && actor->announced_ <= date && !world.ending_)
      simgrid::s4u::this_actor::yield();
  }
}

void OutsideActor::post(std::function<void()> effect) {
  if (world_.ending_) return;
  world_.effects_.push_back({now_, source_, ++posts_, std::move(effect)});
}

}  // namespace poolrace::sim
