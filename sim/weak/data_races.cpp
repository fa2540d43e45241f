// SPDX-License-Identifier: MIT
#include "sim/weak/data_races.hpp"

#include <algorithm>
#include <bit>

namespace poolrace::sim {

void DataRaces::join(Clock& to, const Clock& from) {
  if (from.size() > to.size()) to.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) to[i] = std::max(to[i], from[i]);
}

DataRaces::Cpu& DataRaces::cpu(std::uint32_t id) {
  Cpu& it = cpus_[id];
  if (it.now.size() < 2 * id + 2) it.now.resize(2 * id + 2);
  return it;
}

namespace {

// Aligned, and of 1, 2, 4 or 8 bytes.
bool whole(ByteMask bytes) {
  const int size = std::popcount(bytes), from = std::countr_zero(bytes);
  return std::has_single_bit(static_cast<unsigned>(size)) && from % size == 0 &&
         bytes >> from == (1 << size) - 1;
}

}  // namespace

void DataRaces::check(const Access& it, const Clock& now, const std::vector<Seen>& others,
                      bool they_write) {
  for (const Seen& other : others) {
    if (other.cpu == it.cpu || follows(now, other) || it.quiet || other.quiet || other.silent)
      continue;
    // To kcsan a plain write is as good as a marked one.
    const bool strict = rules_ == RaceRules::strict;
    const bool mine = it.plain && (strict || !it.writes || !whole(it.bytes));
    const bool theirs = other.plain && (strict || !they_write || !whole(other.bytes));
    if (!mine && !theirs) continue;
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const DataRace& race) {
      return race.first == other.site && race.second == it.site;
    });
    if (!known) found_.push_back({other.site, it.site, it.step + 1});
  }
}

void DataRaces::access(const Access& it, Ordering ordering) {
  auto [place, fresh] = bytes_.try_emplace(it.place);
  if (fresh) {
    place->second.resize(8);
    handed_[it.place].resize(8);
  }
  Cpu& me = cpu(it.cpu);
  last_ = it;
  found_before_ = found_.size();
  if (ordering == Ordering::full) fence(it.cpu, Fence::mb);
  // What follows a fence or a section's end is no part of what they hand on.
  if (it.reads) ++me.now[2 * it.cpu];
  if (it.writes) ++me.now[2 * it.cpu + 1];
  Clock known = me.now;
  if (const auto led = pointers_.find({it.cpu, it.through}); led != pointers_.end())
    join(known, led->second);
  // The last of each CPU and of each sort: a marked access hides no plain one before it.
  const auto replace = [&](std::vector<Seen>& list, std::uint32_t which) {
    std::erase_if(list, [&it](const Seen& other) {
      return other.cpu == it.cpu && other.plain == it.plain && other.quiet == it.quiet &&
             !other.silent;
    });
    list.push_back({it.cpu, which, me.now[which], it.plain, it.quiet, false, it.bytes, it.site});
  };
  for (std::size_t b = 0; b < 8; ++b) {
    if ((it.bytes >> b & 1) == 0) continue;
    Byte& byte = place->second[b];
    check(it, known, byte.writes, true);
    if (it.writes) check(it, known, byte.reads, false);
    if (it.writes) replace(byte.writes, 2 * it.cpu + 1);
    if (it.reads) replace(byte.reads, 2 * it.cpu);
  }
  hand_on(it, ordering);
  if (ordering == Ordering::full) fence(it.cpu, Fence::mb);
}

void DataRaces::gave_pointer(std::uint64_t to) {
  const std::vector<Clock>& handed = handed_[last_.place];
  for (std::size_t b = 0; b < 8; ++b)
    if ((last_.bytes >> b & 1) != 0) join(pointers_[{last_.cpu, to}], handed[b]);
}

// From the write to who finds it; an update is both.
void DataRaces::hand_on(const Access& it, Ordering ordering) {
  Cpu& me = cpu(it.cpu);
  std::vector<Clock>& handed = handed_[it.place];
  for (std::size_t b = 0; b < 8; ++b) {
    if ((it.bytes >> b & 1) == 0) continue;
    if (it.reads) {
      join(me.pending, handed[b]);
      if (ordering == Ordering::acquire || ordering == Ordering::full) join(me.now, handed[b]);
    }
    if (!it.writes) continue;
    if (!it.reads) handed[b].clear();
    if (it.plain) continue;
    Clock behind = me.now;
    const std::uint32_t writes = 2 * it.cpu + 1;
    if (ordering != Ordering::release && ordering != Ordering::full)
      behind[writes] = writes < me.released.size() ? me.released[writes] : 0;
    join(handed[b], behind);
  }
}

void DataRaces::changed_nothing() {
  const bool compared = last_.reads && last_.writes;  // and found another value, as likely as not
  if (rules_ != RaceRules::kcsan && !compared) return;
  found_.resize(found_before_);
  for (std::size_t b = 0; b < 8; ++b)
    if ((last_.bytes >> b & 1) != 0)
      for (Seen& seen : bytes_[last_.place][b].writes)
        if (seen.cpu == last_.cpu && seen.time == clock(last_.cpu)[seen.which]) seen.silent = true;
}

void DataRaces::fence(std::uint32_t id, Fence fence) {
  Cpu& me = cpu(id);
  if (fence != Fence::wmb) join(me.now, me.pending);
  if (fence != Fence::rmb) join(me.released, me.now);
}

void DataRaces::release(std::uint32_t id, std::uint64_t lock) {
  join(locks_[lock], clock(id));
}

void DataRaces::acquire(std::uint32_t id, std::uint64_t lock) {
  join(clock(id), locks_[lock]);
}

}  // namespace poolrace::sim
