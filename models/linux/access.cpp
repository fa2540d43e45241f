// SPDX-License-Identifier: MIT
// An access of the pool's own code to memory: what is private passes, all else is a step.
#include <cstring>

#include "models/linux/stage.hpp"
#include "models/linux/watchdog.hpp"
#include "models/memory/objects.hpp"

namespace poolrace::models::linux_tree {

namespace {

using Thing = models::Object;
using sim::Touch;

constexpr std::uint32_t data_context = 127;  // the object's own data: nobody allocated it
constexpr std::uint64_t stack_reach = 256 << 10;
constexpr std::size_t stack_used_max = 128 << 10;  // half of one: our own calls need some, too

std::uint64_t word_number(std::uint64_t piece, std::uint64_t offset) {
  return tree_words | (piece << 20) | offset;
}

bool overlap(const char* at, std::uint64_t size, const char* member, std::uint64_t bytes) {
  return at < member + bytes && member < at + size;
}

}  // namespace

Stage::Place Stage::place_of(const char* at) {
  Place place;
  if (arena_.has(at)) {
    place.piece = arena_.find(at);
    if (place.piece != nullptr)
      place.number =
          word_number(place.piece->number, static_cast<std::uint64_t>(at - place.piece->begin));
    return place;
  }
  std::uint64_t nth = 0;
  for (const Object::Range& range : object_.ranges()) {
    ++nth;
    if (!range.has(at)) continue;
    place.own_data = range.writable;
    place.is_private = !range.writable;
    place.number = word_number((std::uint64_t{data_context} << 20) | nth,
                               static_cast<std::uint64_t>(at - range.begin));
    return place;
  }
  const char* here = static_cast<const char*>(__builtin_frame_address(0));
  place.is_private = at > here - stack_reach && at < here + stack_reach;
  return place;
}

std::uint64_t Stage::byte_object(const void* at) {
  return models::object(Thing::word, place_of(static_cast<const char*>(at)).number);
}

void Stage::count_step() {
  Watchdog::in_private = 0;
  if (stack_used() > stack_used_max) crash(Watchdog::last_site, "no stack left");
  Watchdog::steps = Watchdog::steps + 1;
  counted();
}

// Two ranges in a row are one copy: from here to there.
void Stage::access(const char* at, std::uint64_t size, int kind, const void* from) {
  constexpr std::uint64_t range = 16;
  const int how = kind & PR_ACCESS_MASK;
  const int marked = std::exchange(marked_, unmarked);
  const int ordering = marked == unmarked ? kind >> 4 : marked;
  Watchdog::in_private = 1;
  const bool paired =
      size > range && last_.range_from != nullptr &&
      std::abs(static_cast<const char*>(from) - static_cast<const char*>(last_.range_from)) < 64;
  settle(paired);
  Place place = place_of(at);
  if (place.is_private) return;
  Watchdog::in_private = 0;
  const char* verb = how == PR_READ ? "read" : how == PR_WRITE ? "write" : "update";
  const sim::Site site = site_of(from, verb, place.piece, at, size);
  last_ = {};
  Watchdog::last_site = site.text();
  if (!paired) {
    announced_.clear();
    count_step();
    begin_step(site, place, at, size, how);
  }
  place = place_of(at);  // others ran: what was there may be gone
  if (place.wild()) wild(at, site);
  touch(place, size, how);
  if (place.piece != nullptr) look_at(*place.piece, site, at, size, how != PR_READ);
  if (how != PR_READ && WriteCheck::wanted) announced_.emplace_back(at, size);
  open(place, at, size, how, ordering, site);
  last_ = {true, site, at, size, how != PR_READ, place.piece, size > range ? from : nullptr};
}

void Stage::look_at(Piece& piece, sim::Site site, const char* at, std::uint64_t size, bool writes) {
  use(piece);
  check_alive(piece, site);
  if (piece.holds == Holds::page) check_page(piece, site, at, size, writes);
  if (piece.napi == nullptr) return;
  Napi& napi = *piece.napi;
  memory().touch(Thing::word, napi.list_owner.id(), Touch::read);
  memory().use(napi.region, site);
  std::memcpy(piece.begin + glue().napi_list_owner, &napi.list_owner.peek(), sizeof(int));
  if (WriteCheck::wanted) write_check_.watch(piece.begin, piece.size);
}

std::uint64_t Stage::region_of(const Piece& piece) {
  return tree_words | piece.number;
}

void Stage::use(Piece& piece) {
  memory().touch(Thing::region, region_of(piece), Touch::read);
}

void Stage::check_alive(Piece& piece, sim::Site site) {
  if (!piece.freed && (!piece.given_up || may_still_use(piece))) return;
  if (piece.holds == Holds::node)
    checker().report(Kind::tracker_corruption, Harm::crash, site.text(), piece.freed_by);
  else
    checker().report(Kind::pool_use_after_free, Harm::corruption, site.text(), piece.freed_by);
}

void Stage::free(Piece& piece, const char* by) {
  piece.freed = true;
  piece.freed_by = by;
  if (const std::optional<sim::Site> late = late_store(piece)) check_alive(piece, *late);
  if (piece.region != nullptr) memory().kfree(*piece.region);
  arena_.give_up(piece);
}

// struct page never goes away: reading one that was freed is told apart, writing is the harm.  What
// the driver and the machine's own parts read is told that it changes.
void Stage::check_page(Piece& piece, sim::Site site, const char* at, std::uint64_t size,
                       bool writes) {
  Frame& frame = piece.page.frame();
  parts_.pages.touch(frame);
  const pr_page_layout& layout = *glue().page;
  const bool dma = overlap(at, size, piece.begin + layout.dma_addr, sizeof(long));
  if (!writes) {
    if (dma) {
      if (dma_page_.size() <= context()) dma_page_.resize(context() + 1);
      dma_page_[context()] = piece.page;
    }
    if (piece.page.stale()) checker().late_read();
    return;
  }
  if (piece.page.stale()) parts_.pages.stale_write(frame, site);
  if (dma) memory().touch(Thing::word, frame.dma_addr.id(), Touch::write);
}

std::uint64_t Stage::shown(const char* at, std::uint64_t size) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, std::min<std::uint64_t>(size, sizeof value));
  if (size < sizeof value) return value;
  const auto* pointer = reinterpret_cast<const char*>(value);  // of null it is told apart, no more
  if (arena_.has(pointer)) return 1;
  for (const Object::Range& range : object_.ranges())
    if (range.has(pointer)) return 1;
  return value;
}

// `goes_on`: what comes next is the rest of that step.
void Stage::settle(bool goes_on) {
  if (WriteCheck::wanted) write_check_.check(announced_);
  if (!last_.any) return;
  const LastStep last = last_;
  last_.any = false;
  memory().record(last.site, last.size > 8 ? 0 : shown(last.at, last.size));
  close();
  if (last.writes && last.piece != nullptr && last.piece->holds == Holds::page)
    show_words(*last.piece);
  if (!goes_on) end_step();
}

void Stage::show_words(const Piece& piece) {
  if (piece.page.stale()) return;
  Frame& frame = piece.page.frame();
  const pr_page_layout& layout = *glue().page;
  const auto word = [&piece](std::uint64_t offset) {
    std::uint64_t value = 0;
    std::memcpy(&value, piece.begin + offset, sizeof value);
    return value;
  };
  frame.pp_magic.poke(word(layout.magic));
  frame.pp.poke(reinterpret_cast<void*>(word(layout.pp)));
  frame.dma_addr.poke(word(layout.dma_addr));
  frame.pp_ref_count.poke(static_cast<std::int64_t>(word(layout.ref_count)));
}

void Stage::leave() {
  Watchdog::in_private = 0;
  settle();
}

void Stage::wild(const void* at, sim::Site site) {
  (void)at;
  crash(site.text(), "a wild pointer");
}

void Stage::crash(const Fault& fault) {
  Watchdog::in_private = 0;
  settle();
  crash(fault_site(fault).text(), fault.what);
}

void Stage::crash(const char* site, const char* what) {
  checker().report(Kind::page_use_after_free, Harm::crash, site, what);
  throw std::logic_error("a crash ends the execution");
}

Piece& Stage::known(const void* at, sim::Site site) {
  Piece* piece = arena_.find(static_cast<const char*>(at));
  if (piece == nullptr) wild(at, site);
  return *piece;
}

}  // namespace poolrace::models::linux_tree
