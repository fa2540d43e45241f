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

MemoryOrder::Access MemoryOrder::access(Place place, ByteMask bytes) {
  Versions& versions = places_[place];
  return {place, bytes, versions, versions.of(bytes)};
}

void MemoryOrder::tell(Place place, ByteMask bytes, bool reads, bool writes, Ordering ordering) {
  if (races_ == nullptr) return;
  const auto unit = units_.find(place);
  races_->access(
      {cpu_id(), unit == units_.end() ? place : unit->second, bytes, reads, writes,
       ordering == Ordering::plain, site_ != nullptr ? site_ : world_.steps().back().site,
       world_.steps().size() - 1, quiet_[world_.self().id()] > 0, through_},
      ordering);
}

void MemoryOrder::fence(Fence fence) {
  cpu().order.fence(fence);
  if (races_ != nullptr) races_->fence(cpu_id(), fence);
}

// Would the same, with this step earlier, be another order of steps?  Not if all versions passed over
// come before it, or before the version behind which it takes its place.
bool MemoryOrder::must_pass(const Access& it, std::size_t nth, TraceOrder::Clock before) const {
  const Version& found = it.versions[it.of[nth]];
  if (found.number != 0) TraceOrder::join(before, trace_->clock(found.step));
  for (std::size_t passed = nth + 1; passed < it.of.size(); ++passed)
    if (!trace_->precedes(it.versions[it.of[passed]].step, before)) return false;
  return true;
}

// Which of its versions it finds, or comes behind.  Way k: as if the k newest were not there yet.
std::size_t MemoryOrder::choose(const Access& it, const std::function<bool(std::size_t)>& allowed) {
  std::uint64_t ways = 1;
  const std::size_t newest = it.of.size() - 1;
  const std::size_t oldest = it.versions.seen(cpu_id(), it.bytes);
  if (oldest < it.of[newest] && model_ != MemoryModel::sc) {
    std::optional<TraceOrder::Clock> before;
    if (!offer_all_)
      before = past([&](std::uint64_t object) { return place_of_(object) == it.place; });
    for (std::size_t nth = newest; nth-- > 0 && it.of[nth] >= oldest && newest - nth < 64;)
      if ((!before || must_pass(it, nth, *before)) && allowed(nth))
        ways |= std::uint64_t{1} << (newest - nth);
  }
  const std::size_t way = world_.choose(ways);
  std::vector<std::size_t> passed;
  for (std::size_t i = newest; i > newest - way; --i) passed.push_back(it.versions[it.of[i]].step);
  note_passed(std::move(passed));
  return newest - way;
}

bool MemoryOrder::is_external(const Version& version) const {
  return version.number != 0 && version.cpu != cpu_id();
}

// A read follows the writes that it finds, but for its CPU's own: those may still be on their way.
EventSet MemoryOrder::with_read(EventSet after, const Access& it, std::size_t nth) const {
  unsigned left = it.bytes;
  for (std::size_t i = nth + 1; i-- > 1 && left != 0;) {
    const Version& found = it.versions[it.of[i]];
    if ((found.bytes & left) != 0 && is_external(found)) after.add(found.event);
    left &= ~static_cast<unsigned>(found.bytes);
  }
  return after;
}

// A write follows all that are older, and whoever did not find it.
EventSet MemoryOrder::with_write(EventSet after, const Access& it, std::size_t nth) {
  for (std::size_t i = 1; i <= nth; ++i) after.add(it.versions[it.of[i]].event);
  for (const Versions::Reader& reader : it.versions.readers())
    if ((reader.bytes & it.bytes) != 0 &&
        (nth + 1 == it.of.size() || reader.found < it.of[nth + 1]))
      after.add(reader.event);
  return after;
}

bool MemoryOrder::may_pass(const EventSet& after, const Access& it, std::size_t nth) const {
  for (std::size_t i = nth + 1; i < it.of.size(); ++i)
    if (order_.follows(after, it.versions[it.of[i]].event)) return false;
  return true;
}

bool MemoryOrder::can_come_behind(const Access& it, std::size_t nth) const {
  const std::size_t next = it.of[nth + 1];
  return !it.versions[next].update && it.versions.was_not_missed(next, it.bytes);
}

void MemoryOrder::put_before_newer(Event e, const Access& it, std::size_t nth) {
  for (std::size_t i = nth + 1; i < it.of.size(); ++i)
    order_.put_before(e, it.versions[it.of[i]].event);
}

void MemoryOrder::finish_read(const Access& it, std::size_t nth, const EventSet& after,
                              Ordering ordering) {
  const Event e = order_.add(with_read(after, it, nth));
  put_before_newer(e, it, nth);
  // It saw all that can make a difference to it, up to the next that it can tell.
  const std::size_t found = nth + 1 == it.of.size() ? it.versions.size() - 1 : it.of[nth + 1] - 1;
  it.versions.read_by({e, it.bytes, found});
  it.versions.see(cpu_id(), it.bytes, it.of[nth]);
  cpu().order.read(e, ordering);
  last_read_ = e;
}

std::uint32_t MemoryOrder::finish_write(const Access& it, std::size_t nth, const EventSet& after,
                                        bool update, Event& e) {
  e = order_.add(with_write(after, it, nth));
  put_before_newer(e, it, nth);
  const std::uint32_t number = it.versions.executed();
  const std::size_t at = nth + 1 == it.of.size() ? it.versions.size() : it.of[nth + 1];
  it.versions.insert(at, {number, e, cpu_id(), world_.steps().size() - 1, update, it.bytes});
  it.versions.see(cpu_id(), it.bytes, at);
  return number;
}

std::uint32_t MemoryOrder::read(Place place, ByteMask bytes, Ordering ordering,
                                const EventSet& address_from, bool leads_on) {
  const Access it = access(place, bytes);
  EventSet after = cpu().order.before_read();
  after.join(address_from);
  const std::size_t nth = choose(it, [&](std::size_t i) {
    return it.versions.found_late(cpu_id(), it.versions[it.of[i]].number) < late_max &&
           may_pass(with_read(after, it, i), it, i);
  });
  const std::uint32_t number = it.versions[it.of[nth]].number;
  tell(place, bytes, true, false, ordering);
  if (nth + 1 < it.of.size()) it.versions.find_late(cpu_id(), number);
  const bool weaker = ordering == Ordering::plain || ordering == Ordering::once;
  finish_read(it, nth, after, leads_on && weaker ? Ordering::acquire : ordering);
  return number;
}

std::uint32_t MemoryOrder::write(Place place, ByteMask bytes, Ordering ordering) {
  const Access it = access(place, bytes);
  const EventSet after = cpu().order.before_write(ordering);
  const std::size_t nth = choose(it, [&](std::size_t i) {
    return can_come_behind(it, i) && may_pass(with_write(after, it, i), it, i);
  });
  Event e = 0;
  tell(place, bytes, false, true, ordering);
  const std::uint32_t number = finish_write(it, nth, after, false, e);
  cpu().order.wrote(e);
  return number;
}

MemoryOrder::Update MemoryOrder::update(Place place, ByteMask bytes, Ordering ordering,
                                        const std::function<bool(std::uint32_t)>& stores) {
  const Access it = access(place, bytes);
  const EventSet after = cpu().order.before_update(ordering);
  const EventSet after_failing = cpu().order.before_read();
  const std::size_t nth = choose(it, [&](std::size_t i) {
    if (!stores(it.versions[it.of[i]].number))
      return it.versions.found_late(cpu_id(), it.versions[it.of[i]].number) < late_max &&
             may_pass(with_read(after_failing, it, i), it, i);
    return can_come_behind(it, i) && may_pass(with_write(with_read(after, it, i), it, i), it, i);
  });
  const std::uint32_t found = it.versions[it.of[nth]].number;
  tell(place, bytes, true, stores(found), stores(found) ? ordering : Ordering::once);
  if (!stores(found)) {
    if (nth + 1 < it.of.size()) it.versions.find_late(cpu_id(), found);
    finish_read(it, nth, after_failing, Ordering::once);
    return {found, std::nullopt};
  }
  Event e = 0;
  const std::uint32_t made = finish_write(it, nth, with_read(after, it, nth), true, e);
  cpu().order.updated(e, ordering);
  last_read_ = e;
  return {found, made};
}

void MemoryOrder::see(Place place, ByteMask bytes, std::uint32_t version) {
  Versions& versions = places_[place];
  const std::size_t i = versions.index_of(version);
  if (i > versions.seen(cpu_id(), bytes)) versions.see(cpu_id(), bytes, i);
}

std::uint32_t MemoryOrder::newest(Place place, ByteMask bytes) const {
  const auto found = places_.find(place);
  return found == places_.end() ? 0 : found->second[found->second.of(bytes).back()].number;
}

// ---- locks and grace periods --------------------------------------------------------------------

void MemoryOrder::lock(std::uint64_t lock) {
  EventSet after = cpu().order.before_lock();
  const auto before = unlocked_.find(lock);
  if (before != unlocked_.end() && before->second.cpu != cpu_id()) after.add(before->second.event);
  cpu().order.locked(order_.add(after));
  if (races_ != nullptr) races_->acquire(cpu_id(), lock);
}

void MemoryOrder::unlock(std::uint64_t lock) {
  const Event e = order_.add(cpu().order.all());
  cpu().order.unlocked(e);
  unlocked_[lock] = {e, cpu_id()};
  if (races_ != nullptr) races_->release(cpu_id(), lock);
}

void MemoryOrder::enter_section() {
  for (const Event begun : grace_periods_.enter(world_.self().id())) cpu().order.follow(begun);
  if (races_ != nullptr) races_->enter(cpu_id());
}

void MemoryOrder::leave_section() {
  grace_periods_.leave(world_.self().id(), cpu().order.all());
  if (races_ != nullptr) races_->leave(cpu_id());
}

void MemoryOrder::grace_period_begins() {
  const Event e = order_.add(cpu().order.all());
  cpu().order.follow(e);
  grace_periods_.begin(world_.self().id(), e);
  if (races_ != nullptr) races_->begin(cpu_id());
}

void MemoryOrder::call_rcu() {
  grace_periods_.begun(order_.add(cpu().order.all()));
  if (races_ != nullptr) races_->begin(cpu_id());
}

void MemoryOrder::grace_period_ends() {
  EventSet after = cpu().order.all();
  after.join(grace_periods_.end(world_.self().id()));
  if (races_ != nullptr) races_->end(cpu_id());
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
  for (const Place place : places) tell(place, all_bytes, false, true, Ordering::plain);
  if (model_ == MemoryModel::sc) return std::nullopt;
  const EventSet after = cpu().order.before_step();
  std::vector<Late> late;  // by way, from 1; and the steps that wrote them
  std::vector<std::size_t> steps;
  std::uint64_t ways = 1;
  std::optional<TraceOrder::Clock> before;
  for (const Place place : places) {
    const auto found = places_.find(place);
    if (found == places_.end()) continue;
    for (std::size_t i = 1; i < found->second.size() && late.size() < 63; ++i) {
      const Version& version = found->second[i];
      if (!is_external(version) || order_.follows(after, version.event)) continue;
      if (!before) before = past([freed](std::uint64_t object) { return object == freed; });
      late.push_back({place, version.number});
      steps.push_back(version.step);
      if (offer_all_ || trace_->precedes(version.step, *before))
        ways |= std::uint64_t{1} << late.size();
    }
  }
  const std::uint32_t way = world_.choose(ways);
  if (way == 0) return std::nullopt;
  note_passed({steps[way - 1]});
  return late[way - 1];
}

}  // namespace poolrace::sim
