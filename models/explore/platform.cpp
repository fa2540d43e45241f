// SPDX-License-Identifier: MIT
#include "models/explore/platform.hpp"

#include <algorithm>

namespace poolrace::models {

using sim::Touch;

// ---- locks -----------------------------------------------------------------------------

void ExplorePlatform::SpinLock::lock(Site site) {
  if (p_.parts_.memory.effects(site) == 0) return;
  p_.name_lock(object_, site);
  p_.world_.acquire(object_);
  p_.order_acquire(object_);
  p_.parts_.memory.use(region_, site);
  p_.parts_.memory.record(site, 1);
}

void ExplorePlatform::SpinLock::unlock(Site site) {
  if (p_.parts_.memory.effects(site) == 0) return;
  p_.world_.give_up_turn();
  p_.parts_.memory.use(region_, site);
  p_.order_release(object_);
  p_.world_.release(object_);
  p_.parts_.memory.record(site, 0);
}

void ExplorePlatform::SpinLock::lock_bh(Site site) {
  if (p_.parts_.memory.effects("local_bh_disable") != 0) p_.bh_disable();
  lock(site);
}

void ExplorePlatform::SpinLock::unlock_bh(Site site) {
  unlock(site);
  if (p_.parts_.memory.effects("local_bh_enable") != 0) p_.bh_enable();
}

// A lock is called by the site that first takes it.
void ExplorePlatform::name_lock(std::uint64_t object, Site site) {
  for (const NamedLock& lock : lock_names_)
    if (lock.object == object) return;
  std::string name = site.text();
  if (const std::size_t at = name.find("lock "); at != std::string::npos) name.erase(at, 5);
  if (const std::size_t at = name.find(", bh"); at != std::string::npos) name.erase(at);
  lock_names_.push_back({name + " lock", object});
}

// ---- bottom halves and interrupts ------------------------------------------------------

void ExplorePlatform::bh_disable() {
  Thread& me = parts_.cpus.self();
  if (me.bh_count++ > 0 || me.level != Level::task) return;
  world_.acquire(cpu_object());
  enter_section();
  parts_.memory.record("local_bh_disable", 0);
}

void ExplorePlatform::bh_enable() {
  Thread& me = parts_.cpus.self();
  if (--me.bh_count > 0 || me.level != Level::task) return;
  world_.give_up_turn();
  world_.release(cpu_object());
  leave_section();
  parts_.memory.record("local_bh_enable", 0);
}

void ExplorePlatform::bh_off(const std::function<void()>& body) {
  bh_disable();
  body();
  bh_enable();
}

void ExplorePlatform::softirq(const std::function<void()>& body) {
  world_.acquire(cpu_object());
  enter_section();
  parts_.memory.record("softirq: begins", 0);
  body();
  world_.give_up_turn();
  world_.release(cpu_object());
  leave_section();
  parts_.memory.record("softirq: ends", 0);
}

// ---- RCU -------------------------------------------------------------------------------

ExplorePlatform::Reader& ExplorePlatform::reader_of(std::uint32_t context) {
  if (context >= readers_.size()) readers_.resize(context + 1);
  return readers_[context];
}

namespace {
// A grace period follows the end of the sections that it waited for, and of no later ones.
std::uint64_t section(std::uint32_t context, std::uint64_t number) {
  return (std::uint64_t{context} << 32) | number;
}
}  // namespace

// Only the outermost of nested sections can be seen from outside.
void ExplorePlatform::enter_section() {
  if (reader().nesting++ > 0) return;
  if (order_ != nullptr && order_->recording()) order_->enter_section();
  parts_.memory.touch(Object::reader, world_.self().id(), Touch::write);
}

void ExplorePlatform::leave_section() {
  if (--reader().nesting > 0) return;
  if (order_ != nullptr && order_->recording()) order_->leave_section();
  ++reader().sections;
  parts_.memory.touch(Object::reader, world_.self().id(), Touch::write);
  parts_.memory.touch(Object::left, section(world_.self().id(), reader().sections), Touch::signal);
}

void ExplorePlatform::rcu_read_lock() {
  if (parts_.memory.effects("rcu_read_lock") == 0) return;
  const bool outermost = reader().nesting == 0;
  if (outermost) world_.give_up_turn();
  enter_section();
  if (outermost) parts_.memory.record("rcu_read_lock", 0);
}

void ExplorePlatform::rcu_read_unlock() {
  if (parts_.memory.effects("rcu_read_unlock") == 0) return;
  const bool outermost = reader().nesting == 1;
  if (outermost) world_.give_up_turn();
  leave_section();
  if (outermost) parts_.memory.record("rcu_read_unlock", 0);
}

void ExplorePlatform::enter_kernel() {
  if (tasks_read_) rcu_read_lock();
}

void ExplorePlatform::leave_kernel() {
  if (tasks_read_) rcu_read_unlock();
}

void ExplorePlatform::synchronize_rcu(Site site) {
  const Thread& me = parts_.cpus.self();
  world_.give_up_turn();
  if (me.level != Level::task || me.bh_count > 0)
    parts_.checker.report(Kind::wrong_context, Harm::none, site.text(), "an atomic section");
  if (parts_.memory.effects(site) == 0) return parts_.memory.record(site, 0);
  const std::uint32_t self = world_.self().id();
  std::vector<Awaited> awaited;
  for (const auto& c : world_.contexts()) {
    const std::uint32_t id = c->id();
    if (id == self) continue;
    parts_.memory.touch(Object::reader, id, Touch::read);
    const Reader& it = reader_of(id);
    if (it.nesting > 0) awaited.push_back({id, it.sections + 1});
  }
  parts_.memory.record(site, awaited.size());
  if (order_ != nullptr) order_->grace_period_begins();
  reader_of(self).awaited = awaited;
  world_.wait(
      [this, awaited] {
        return std::none_of(awaited.begin(), awaited.end(),
                            [this](const Awaited& a) { return still_inside(a); });
      },
      "the grace period");
  reader_of(self).awaited.clear();
  for (const Awaited& a : awaited)
    parts_.memory.touch(Object::left, section(a.context, a.sections), Touch::join);
  if (order_ != nullptr) order_->grace_period_ends();
  parts_.memory.record("the grace period is over", awaited.size());
}

std::string ExplorePlatform::awaited_by(std::uint32_t context) const {
  std::string out;
  if (context >= readers_.size()) return out;
  for (const Awaited& a : readers_[context].awaited)
    if (still_inside(a)) out += (out.empty() ? "" : ", ") + world_.contexts()[a.context]->name();
  return out;
}

// ---- the worker ------------------------------------------------------------------------

void ExplorePlatform::schedule_delayed_work(DelayedWork& work, std::int64_t) {
  retry_scheduled();
  parts_.memory.touch(Object::work, 0, Touch::write);  // who comes first
  for (int n = parts_.memory.effects("schedule_delayed_work"); n > 0; --n) {
    scheduled_.push_back(&work);
    parts_.memory.touch(Object::work, ++works_, Touch::signal);
    order_release(object(Object::work, works_));
  }
}

// A second's delay is as long as it likes to be.
void ExplorePlatform::serve_work(int passes) {
  parts_.cpus.self().doing = doing_retry;
  for (std::uint64_t seen = 0; passes > 0; --passes) {
    const bool first = !std::exchange(worker_began_, true);
    world_.wait(
        [this, seen, first] { return !scheduled_.empty() && (first || world_.changes() != seen); },
        "nothing has changed since its last pass");
    // Behind the change that made it worth while, and of none that came after.
    if (!first) parts_.memory.touch(Object::changes, seen + 1, Touch::join);
    parts_.memory.touch(Object::changes, 0, Touch::read);
    seen = world_.changes();
    parts_.memory.touch(Object::work, ++served_, Touch::join);
    order_acquire(object(Object::work, served_));
    settle();
    DelayedWork* work = scheduled_.front();
    scheduled_.erase(scheduled_.begin());
    parts_.memory.record("worker: a pass begins", 0);
    work->run();
  }
}

// A loop that sleeps and looks again.  Twice at any time, then twice when everybody else is
// through: if that has not ended it, nothing will.
void ExplorePlatform::msleep(Site site, std::int64_t) {
  constexpr int naps_any_time = 2, naps_alone = 2;
  const int naps = reader().naps++;
  const sim::Context& me = world_.self();
  if (naps < naps_any_time) {
    world_.give_up_turn();
  } else {
    world_.wait([this, naps, &me] { return naps < naps_any_time + naps_alone && world_.alone(me); },
                "it sleeps until all pages are back");
    for (const auto& c : world_.contexts())
      parts_.memory.touch(Object::through, c->id(), Touch::join);
  }
  release_holder();
  settle();
  parts_.memory.record(site, 0);
}

}  // namespace poolrace::models
