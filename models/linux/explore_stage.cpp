// SPDX-License-Identifier: MIT
#include "models/linux/explore_stage.hpp"

#include "models/linux/watchdog.hpp"

namespace poolrace::models::linux_tree {

using sim::Touch;
using Thing = models::Object;

namespace {

std::uint64_t byte_of(std::uint64_t number) {  // as footprints have it
  return models::object(Thing::word, number);
}

constexpr std::size_t never_again = SIZE_MAX;  // pieces: an execution is short
constexpr std::uint64_t steps_max = 20'000;    // an execution: more is a loop that nobody ends

}  // namespace

ExploreStage::ExploreStage(Object& object, bool spins, ExplorePlatform& platform, Device& device,
                           const pool::Limits& limits)
    : StageOn(object, platform, device, limits, never_again), spin_(spins) {
  if (platform.memory_order() != nullptr) weak_.emplace(*platform.memory_order(), arena());
}

// ---- steps --------------------------------------------------------------------------------------

void ExploreStage::begin_step(sim::Site site, const Place&, const char*, std::uint64_t, int) {
  memory().step_begin(site, 0);
}

void ExploreStage::counted() {
  if (++steps_ < steps_max) return;
  steps_ = 0;
  checker().report(Kind::teardown_stall, Harm::stall, "a loop without an end", "itself");
}

// Bytes, not words: four members of one byte each are four things.
void ExploreStage::touch(const Place& place, std::uint64_t size, int how) {
  const Touch as = how == PR_READ ? Touch::read : Touch::write;
  for (std::uint64_t i = 0; i < size; ++i) {
    memory().touch(Thing::word, place.number + i, as);
    if (!spin_.wanted()) continue;
    if (how != PR_READ)
      memory().touch(Thing::changes, spin_.wrote(place.number + i), Touch::signal);
    if (how != PR_WRITE)
      spin_.read(context(), place.number + i);  // its own write is none to wait for
  }
  if (how != PR_READ)
    platform_.explore().wrote(models::object(Thing::word, place.number), 0, false);
}

// ---- weak memory --------------------------------------------------------------------------------

// Of a napi the machine has a word of its own, and shows it before every access.
void ExploreStage::open(const Place& place, const char* at, std::uint64_t size, int how,
                        int ordering, sim::Site site) {
  if (!weak_ || (place.piece != nullptr && place.piece->napi != nullptr)) return;
  weak_->open({const_cast<char*>(at), size, how, ordering, byte_of(place.number), place.piece,
               context(), site});
  if (!spin_.wanted() || how == PR_WRITE || !platform_.memory_order()->recording()) return;
  for (std::uint64_t i = 0; i < size; ++i)
    spin_.unseen(context(), place.number + i, weak_->passed_over(byte_of(place.number + i)),
                 how == PR_RMW);
}

void ExploreStage::close() {
  if (weak_) weak_->close();
}

void ExploreStage::fence(sim::Fence fence) {
  if (weak_ && platform_.memory_order()->recording()) platform_.memory_order()->fence(fence);
}

void ExploreStage::quiet(int by) {
  if (weak_ && platform_.memory_order()->recording()) platform_.memory_order()->quiet(by);
}

std::optional<sim::Site> ExploreStage::late_store(const Piece& piece) {
  if (!weak_) return std::nullopt;
  return weak_->late_store(piece, models::object(Thing::region, region_of(piece)));
}

// If nobody can write what it looks at, nobody can go on: that is the stall.
void ExploreStage::relax(const void* from) {
  const std::vector<Spin::Look> looks = spin_.looks(context());
  count_step();
  platform_.explore().wait([this, looks] { return spin_.first_after(looks) != 0; },
                           "it spins until somebody writes what it looks at");
  const std::uint64_t change = spin_.first_after(looks);
  memory().touch(Thing::changes, change, Touch::join);
  // Looking again for a while would find the same, and then the change.
  if (const Spin::Look write = Spin::told_by(change); weak_)
    weak_->see(byte_of(write.byte), spin_.writes_of(write.byte) - write.writes - 1);
  memory().record(call_site(from, "cpu_relax"), 0);
}

// ---- locks --------------------------------------------------------------------------------------

std::uint64_t ExploreStage::lock_object(const void* lock, sim::Site site) {
  const Place place = place_of(static_cast<const char*>(lock));
  if (place.wild() || place.is_private) wild(lock, site);
  return models::object(Thing::lock, place.number);
}

void ExploreStage::use_lock(const void* lock, sim::Site site) {
  if (Piece* piece = place_of(static_cast<const char*>(lock)).piece) {
    use(*piece);
    check_alive(*piece, site);
  }
}

void ExploreStage::lock(void* lock, bool bh, const void* from) {
  const sim::Site site = lock_site(from, "lock", lock);
  if (bh) platform_.bh_disable();
  const std::uint64_t object = lock_object(lock, site);
  platform_.name_lock(object, site);
  count_step();
  platform_.explore().acquire(object);
  platform_.order_acquire(object);
  use_lock(lock, site);
  memory().record(site, 1);
}

void ExploreStage::unlock(void* lock, bool bh, const void* from) {
  const sim::Site site = lock_site(from, "unlock", lock);
  const std::uint64_t object = lock_object(lock, site);
  platform_.explore().give_up_turn();
  use_lock(lock, site);
  platform_.order_release(object);
  platform_.explore().release(object);
  memory().record(site, 0);
  if (bh) platform_.bh_enable();
}

void ExploreStage::bh(bool disable) {
  if (disable)
    platform_.bh_disable();
  else
    platform_.bh_enable();
}

// ---- RCU ----------------------------------------------------------------------------------------

void ExploreStage::rcu_read(bool lock, const void* from) {
  const std::uint32_t me = context();
  const bool inside = platform_.reading(me);
  if (lock)
    platform_.rcu_read_lock();
  else
    platform_.rcu_read_unlock();
  const bool seen = lock ? !inside : !platform_.reading(me);
  if (seen) memory().record(call_site(from, lock ? "rcu_read_lock" : "rcu_read_unlock"), 0);
}

void ExploreStage::note_readers(Piece& given_up) {
  given_up.inside.clear();
  if (weak_ && platform_.memory_order()->recording()) platform_.memory_order()->call_rcu();
  for (const auto& c : platform_.explore().contexts()) {
    memory().touch(Thing::reader, c->id(), Touch::read);
    if (platform_.reading(c->id()))
      given_up.inside.push_back({c->id(), platform_.sections_left(c->id())});
  }
}

bool ExploreStage::may_still_use(const Piece& given_up) {
  const std::uint32_t me = context();
  for (const Piece::Inside& it : given_up.inside)
    if (it.context == me && platform_.reading(me) && platform_.sections_left(me) == it.sections)
      return true;
  return false;
}

}  // namespace poolrace::models::linux_tree
