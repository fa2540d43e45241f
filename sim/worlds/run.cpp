// SPDX-License-Identifier: MIT
// What all worlds share of the life of a run: its beginning and end on SimGrid's engine, and the
// outside actors with their effects.
#include <algorithm>
#include <utility>

#include "sim/worlds/outside.hpp"
#include "sim/worlds/world.hpp"

namespace poolrace::sim {

World::World() = default;
World::~World() = default;

Ps World::clock_used() {
  return engine::clock_used();
}

void World::run() {
  static bool one_runs = false;
  check(!run_before_, "run() twice on one World");
  check(!one_runs, "run() of a World from within another's");
  run_before_ = running_ = one_runs = true;
  base_ = engine::base();
  now_ = limit_ = -1;  // so that the first event is no tie
  const engine::Machine& machine = engine::machine(*machine_);
  for (const auto& actor : outside_) actor->start(machine.peer);
  start();
  engine::run();
  running_ = one_runs = false;
  ending_ = true;
  current_ = nullptr;
  now_ = limit_ = std::max<Ps>(now_, 0);
  for (const auto& c : contexts_) check(c->finished_, "a context has outlived its run");
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void World::spawn_outside(std::string name, std::function<void(Outside&)> body) {
  check(!run_before_, "spawn_outside() after run() has begun");
  const auto source = static_cast<std::uint32_t>(outside_.size());
  outside_.push_back(
      std::make_unique<OutsideActor>(*this, source, std::move(name), std::move(body)));
}

Ps World::next_outside() const {
  Ps next = ps_never;
  for (const auto& actor : outside_) next = std::min(next, actor->announced());
  return next;
}

void World::apply_effects(Ps date) {
  check(next_outside() > date, "an outside actor acts behind the horizon");
  std::vector<Effect> due = std::exchange(effects_, {});
  std::sort(due.begin(), due.end(), [](const Effect& a, const Effect& b) {
    return a.source != b.source ? a.source < b.source : a.number < b.number;
  });
  const Ps last_event = std::exchange(now_, date);
  limit_ = now_;
  last_horizon_ = date;
  for (Effect& effect : due) {
    check(effect.date == date, "an effect was posted away from the horizon");
    effect.apply();
    check(!ending_, "an effect went on after stop()");
  }
  now_ = last_event;
}

void World::settle_clock() {
  now_ = std::max<Ps>({now_, last_horizon_, 0});
  if (!engine::serves(base_, now_)) return;  // where it stands is as good as anywhere
  const double date = engine::context_date(base_, now_);
  if (!engine::reached(date)) simgrid::s4u::this_actor::sleep_until(date);
  engine::check_clock(date);
}

void World::end_outside() {
  begin_ending();
  for (const auto& actor : outside_) actor->end();
}

}  // namespace poolrace::sim
