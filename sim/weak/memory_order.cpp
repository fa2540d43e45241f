// SPDX-License-Identifier: MIT
#include "sim/weak/memory_order.hpp"

#include <utility>

namespace poolrace::sim {

MemoryOrder::MemoryOrder(Explore& world, MemoryModel model,
                         std::function<Place(std::uint64_t)> place_of)
    : world_(world), model_(model), place_of_(std::move(place_of)) {
  world_.listen(this);
}

void MemoryOrder::runs_on(const Context& context, std::uint32_t cpu) {
  cpu_of_[context.id()] = cpu;
}

std::uint32_t MemoryOrder::cpu_id() const {
  const std::uint32_t context = world_.self().id();
  const auto known = cpu_of_.find(context);
  return known == cpu_of_.end() ? context : known->second;
}

// ---- steps that are no access -------------------------------------------------------------------

Event MemoryOrder::step_event() {
  if (step_ == world_.steps().size()) return step_event_;
  step_ = world_.steps().size();
  step_event_ = order_.add(cpu().order.before_step());
  cpu().order.stepped(step_event_);
  return step_event_;
}

void MemoryOrder::put_all_before(const std::vector<Event>& earlier, Event e) {
  for (const Event other : earlier)
    if (other != e) order_.put_before(other, e);
}

void MemoryOrder::touched(std::uint64_t object, Touch how) {
  if (place_of_(object) != nowhere) return;
  const Event e = step_event();
  Thing& thing = things_[object];
  switch (how) {
    case Touch::read:
      put_all_before(thing.writes, e);
      thing.reads.push_back(e);
      break;
    case Touch::write:
      put_all_before(thing.writes, e);
      put_all_before(thing.reads, e);
      thing.writes = {e};
      thing.reads.clear();
      break;
    case Touch::acquire:
      put_all_before(thing.releases, e);
      break;
    case Touch::release:
      thing.releases = {e};
      break;
    case Touch::signal:
      thing.signals.push_back(e);
      break;
    case Touch::join:
      put_all_before(thing.signals, e);
      break;
  }
}

// ---- which version ------------------------------------------------------------------------------

// What precedes the running step in all orders of commuting steps, but for the objects `without`.
TraceOrder::Clock MemoryOrder::past(const std::function<bool(std::uint64_t)>& without) {
  const std::vector<Step>& steps = world_.steps();
  if (!trace_) trace_.emplace(world_.contexts().size());
  while (trace_->size() + 1 < steps.size()) {
    const Step& step = steps[trace_->size()];
    trace_->note(step, trace_->before(step));
  }
  Step running = steps.back();
  std::erase_if(running.touched, [&without](const Touched& t) { return without(t.object); });
  return trace_->before(running);
}

// Would the same, with this step earlier, be another order of steps?  Not if all versions passed over
// come before it, or before the version after which it takes its place.
bool MemoryOrder::must_pass(const Versions& versions, std::size_t i,
                            TraceOrder::Clock before) const {
  if (versions[i].number != 0) TraceOrder::join(before, trace_->clock(versions[i].step));
  for (std::size_t passed = i + 1; passed < versions.size(); ++passed)
    if (!trace_->precedes(versions[passed].step, before)) return false;
  return true;
}

// Way k: as if the k newest versions were not there yet.
std::size_t MemoryOrder::choose(Versions& versions, Place place, std::size_t oldest,
                                const std::function<bool(std::size_t)>& allowed) {
  std::uint64_t ways = 1;
  const std::size_t newest = versions.newest();
  if (oldest < newest && model_ != MemoryModel::sc) {
    const TraceOrder::Clock before =
        past([this, place](std::uint64_t object) { return place_of_(object) == place; });
    for (std::size_t i = newest; i-- > oldest && newest - i < 64;)
      if (must_pass(versions, i, before) && allowed(i)) ways |= std::uint64_t{1} << (newest - i);
  }
  return newest - world_.choose(ways);
}

bool MemoryOrder::is_external(const Version& version) const {
  return version.number != 0 && version.cpu != cpu_id();
}

EventSet MemoryOrder::with_read(EventSet after, const Version& found) const {
  if (is_external(found)) after.add(found.event);
  return after;
}

EventSet MemoryOrder::with_write(EventSet after, const Version& before) {
  if (before.number != 0) after.add(before.event);
  for (const Event reader : before.readers) after.add(reader);
  return after;
}

void MemoryOrder::finish_read(Versions& versions, std::size_t i, EventSet after,
                              Ordering ordering) {
  const Event e = order_.add(with_read(std::move(after), versions[i]));
  if (i < versions.newest()) order_.put_before(e, versions[i + 1].event);
  versions.read_by(i, e);
  versions.see(cpu_id(), i);
  cpu().order.read(e, ordering);
  last_read_ = e;
}

std::uint32_t MemoryOrder::finish_write(Versions& versions, std::size_t i, const EventSet& after,
                                        bool update, Event& e) {
  e = order_.add(with_write(after, versions[i]));
  if (i < versions.newest()) order_.put_before(e, versions[i + 1].event);
  const std::uint32_t number = versions.executed();
  versions.insert(i + 1, {number, e, cpu_id(), world_.steps().size() - 1, update});
  versions.see(cpu_id(), i + 1);
  return number;
}

std::uint32_t MemoryOrder::read(Place place, Ordering ordering, const EventSet& address_from) {
  Versions& versions = places_[place];
  EventSet after = cpu().order.before_read();
  after.join(address_from);
  const std::size_t i = choose(versions, place, versions.seen(cpu_id()), [&](std::size_t at) {
    return may_pass(with_read(after, versions[at]), versions[at + 1]);
  });
  const std::uint32_t number = versions[i].number;
  finish_read(versions, i, after, ordering);
  return number;
}

std::uint32_t MemoryOrder::write(Place place, Ordering ordering) {
  Versions& versions = places_[place];
  const EventSet after = cpu().order.before_write(ordering);
  const std::size_t i = choose(versions, place, versions.seen(cpu_id()), [&](std::size_t at) {
    return !versions[at + 1].update && may_pass(with_write(after, versions[at]), versions[at + 1]);
  });
  Event e = 0;
  const std::uint32_t number = finish_write(versions, i, after, false, e);
  cpu().order.wrote(e);
  return number;
}

MemoryOrder::Update MemoryOrder::update(Place place, Ordering ordering,
                                        const std::function<bool(std::uint32_t)>& stores) {
  Versions& versions = places_[place];
  const EventSet after = cpu().order.before_update(ordering);
  const EventSet after_failing = cpu().order.before_read();
  const std::size_t i = choose(versions, place, versions.seen(cpu_id()), [&](std::size_t at) {
    const Version &found = versions[at], &passed = versions[at + 1];
    if (!stores(found.number)) return may_pass(with_read(after_failing, found), passed);
    return !passed.update && may_pass(with_write(with_read(after, found), found), passed);
  });
  const std::uint32_t found = versions[i].number;
  if (!stores(found)) {
    finish_read(versions, i, after_failing, Ordering::once);
    return {found, std::nullopt};
  }
  Event e = 0;
  const std::uint32_t made = finish_write(versions, i, with_read(after, versions[i]), true, e);
  cpu().order.updated(e, ordering);
  last_read_ = e;
  return {found, made};
}

void MemoryOrder::see(Place place, std::uint32_t version) {
  Versions& versions = places_[place];
  for (std::size_t i = versions.seen(cpu_id()); i < versions.size(); ++i)
    if (versions[i].number == version) return versions.see(cpu_id(), i);
}

std::uint32_t MemoryOrder::newest(Place place) const {
  const auto found = places_.find(place);
  return found == places_.end() ? 0 : found->second[found->second.newest()].number;
}

// ---- locks and grace periods --------------------------------------------------------------------

void MemoryOrder::lock(std::uint64_t lock) {
  EventSet after = cpu().order.before_lock();
  const auto before = unlocked_.find(lock);
  if (before != unlocked_.end() && before->second.cpu != cpu_id()) after.add(before->second.event);
  cpu().order.locked(order_.add(after));
}

void MemoryOrder::unlock(std::uint64_t lock) {
  const Event e = order_.add(cpu().order.all());
  cpu().order.unlocked(e);
  unlocked_[lock] = {e, cpu_id()};
}

void MemoryOrder::enter_section() {
  for (const Event begun : grace_periods_.enter(world_.self().id())) cpu().order.follow(begun);
}

void MemoryOrder::leave_section() {
  grace_periods_.leave(world_.self().id(), cpu().order.all());
}

void MemoryOrder::grace_period_begins() {
  const Event e = order_.add(cpu().order.all());
  cpu().order.follow(e);
  grace_periods_.begin(world_.self().id(), e);
}

void MemoryOrder::grace_period_ends() {
  EventSet after = cpu().order.all();
  after.join(grace_periods_.end(world_.self().id()));
  cpu().order.follow(order_.add(after));
}

// Of its past, not of all that happened to come earlier: else commuting steps would not commute.
void MemoryOrder::settle() {
  const TraceOrder::Clock before = past([](std::uint64_t) { return false; });
  EventSet landed = cpu().order.all();
  for (const auto& [place, versions] : places_)
    for (std::size_t i = 1; i < versions.size(); ++i)
      if (trace_->precedes(versions[i].step, before)) landed.add(versions[i].event);
  cpu().order.follow(order_.add(landed));
}

// ---- what is freed ------------------------------------------------------------------------------

std::optional<MemoryOrder::Late> MemoryOrder::late_write(const std::vector<Place>& places,
                                                         std::uint64_t freed) {
  if (model_ == MemoryModel::sc) return std::nullopt;
  const EventSet after = cpu().order.before_step();
  std::vector<Late> late;
  std::optional<TraceOrder::Clock> before;
  for (const Place place : places) {
    const auto found = places_.find(place);
    if (found == places_.end()) continue;
    for (std::size_t i = 1; i < found->second.size() && late.size() < 63; ++i) {
      const Version& version = found->second[i];
      if (!is_external(version)) continue;
      if (!before) before = past([freed](std::uint64_t object) { return object == freed; });
      if (trace_->precedes(version.step, *before) && may_pass(after, version))
        late.push_back({place, version.number});
    }
  }
  const std::uint32_t way = world_.choose((std::uint64_t{2} << late.size()) - 1);
  if (way == 0) return std::nullopt;
  return late[way - 1];
}

}  // namespace poolrace::sim
