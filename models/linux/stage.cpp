// SPDX-License-Identifier: MIT
#include "models/linux/stage.hpp"

#include <algorithm>
#include <utility>

#include "models/linux/watchdog.hpp"
#include "sim/errors.hpp"

namespace poolrace::models::linux_tree {

namespace {

Stage* the_stage = nullptr;  // one execution at a time

Arena& the_arena() {
  static Arena arena;
  return arena;
}

}  // namespace

Stage& Stage::now() {
  check(the_stage != nullptr, "a tree's pool runs on a stage");
  return *the_stage;
}

Stage::Stage(Object& object, MachinePlatform& platform, const MachineParts& parts, Device& device,
             const pool::Limits& limits, std::size_t kept_back)
    : object_(object), platform_(platform), parts_(parts), device_(device), arena_(the_arena()) {
  check(the_stage == nullptr, "one execution of a tree's pool at a time");
  the_stage = this;
  Watchdog::start(object_);
  watch_faults(object_);
  arena_.clear(kept_back);
  object_.restore();
  glue().limits(limits.alloc_cache, limits.refill);
  if (WriteCheck::wanted)
    for (const Object::Range& range : object_.ranges())
      if (range.writable)
        write_check_.watch(range.begin, static_cast<std::uint64_t>(range.end - range.begin));
  device_struct_ = allocate(glue().device_size, Holds::device).begin;
}

Stage::~Stage() {
  the_stage = nullptr;
  Watchdog::in_private = 0;
}

Piece& Stage::allocate(std::uint64_t size, Holds holds) {
  Piece& piece = arena_.allocate(size, holds, context());
  if (piece.region != nullptr)  // used again
    *piece.region = models::Region(memory(), piece.region->kind());
  if (WriteCheck::wanted) write_check_.watch(piece.begin, piece.size);
  return piece;
}

void* Stage::napi_struct(Napi* napi) {
  if (napi == nullptr) return nullptr;
  Piece& piece = allocate(glue().napi_size, Holds::napi);
  piece.napi = napi;
  return piece.begin;
}

void Stage::is_pool(void* pool, MachinePlatform::Region& region) {
  Piece* piece = arena_.find(static_cast<char*>(pool));
  check(piece != nullptr && piece->begin == pool, "a pool is a struct of its own");
  piece->holds = Holds::pool;
  if (WriteCheck::wanted) write_check_.watch(piece->begin, piece->size);
  pools_[pool] = &region;
}

void Stage::shorten(pr_seen& seen) {
  const auto room = [this](void** from) {
    const auto* at = reinterpret_cast<const char*>(from);
    const Piece* piece = arena_.find(at);
    const std::uint64_t bytes =
        piece == nullptr ? 0 : piece->size - static_cast<std::uint64_t>(at - piece->begin);
    return bytes / sizeof(void*);
  };
  seen.cache_count =
      static_cast<unsigned>(std::min<std::uint64_t>(seen.cache_count, room(seen.cache)));
  seen.ring_size = static_cast<int>(
      std::min<std::uint64_t>(static_cast<unsigned>(std::max(seen.ring_size, 0)), room(seen.ring)));
  seen.ring_head = std::max(seen.ring_head, 0);
}

void Stage::disconnect(void* pool) {
  const auto it = now().disconnects_.find(pool);
  if (it != now().disconnects_.end()) it->second();
}

// A life of a frame is a struct of its own: whoever still has the old one's address means that life.
void* Stage::bind(Page page) {
  if (!page) return nullptr;
  Piece& piece = allocate(glue().page->size, Holds::page);
  piece.page = page;
  const FrameId frame = page.frame().id;
  if (frame >= of_frame_.size()) of_frame_.resize(frame + 1);
  if (Piece* before = std::exchange(of_frame_[frame], &piece)) arena_.give_up(*before);
  return piece.begin;
}

void* Stage::struct_of(Page page) {
  if (!page) return nullptr;
  const FrameId frame = page.frame().id;
  Piece* last = frame < of_frame_.size() ? of_frame_[frame] : nullptr;
  if (last == nullptr) throw std::logic_error("a page that no pool of this tree allocated");
  if (last->page.life() == page.life()) return last->begin;
  for (Piece& it : arena_.pieces())
    if (it.holds == Holds::page && it.page == page && it.page.life() == page.life())
      return it.begin;
  return last->begin;  // that life's struct is in use again
}

Page Stage::page_of(const void* page) {
  Piece* piece = arena_.find(static_cast<const char*>(page));
  return piece == nullptr ? Page{} : piece->page;
}

// The code has just read the address out of the page that it means; else the books say whose it is.
Page Stage::page_for(std::uint64_t addr) {
  if (context() < dma_page_.size() && dma_page_[context()]) return dma_page_[context()];
  const auto& mappings = checker().mappings();
  for (auto it = mappings.rbegin(); it != mappings.rend(); ++it)
    if (models::page_of(it->addr) == models::page_of(addr))
      for (const Piece& piece : arena_.pieces())
        if (piece.holds == Holds::page && piece.page.frame().id == it->frame &&
            piece.page.life() == it->life)
          return piece.page;
  for (const Piece& piece : arena_.pieces())
    if (piece.holds == Holds::page) return piece.page;
  throw std::logic_error("a DMA call where no page was ever allocated");
}

}  // namespace poolrace::models::linux_tree
