// SPDX-License-Identifier: MIT
#include "models/cpu/recorder.hpp"

#include <algorithm>

namespace poolrace::models {

namespace {

// Events that speak of the same thing share a line of its history.
int line_of(Event what) {
  switch (what) {
    case Event::dma_landed:
      return static_cast<int>(Event::dma_began);
    case Event::wait_ended:
      return static_cast<int>(Event::wait_began);
    case Event::grace_ended:
      return static_cast<int>(Event::grace_began);
    default:
      return static_cast<int>(what);
  }
}

bool ends(const Seen& seen) {
  if (seen.what == Event::page)
    return seen.value >= static_cast<std::uint64_t>(PageStage::recycled);
  return seen.what == Event::dma_landed || seen.what == Event::wait_ended ||
         seen.what == Event::grace_ended;
}

}  // namespace

void Recorder::see(const Seen& seen) {
  if (seen.what == Event::synced) return;  // too many to draw
  if (seen.what != Event::in_flight) return add(seen);
  Seen total = seen;
  total.value = in_flight_ += seen.value;
  add(total);
}

void Recorder::add(const Seen& seen) {
  if (seen.at > to_) return;
  if (seen.at < from_) return note_open(seen);
  if (!inside_) flush_open();
  kept_.push_back(seen);
}

void Recorder::note_open(const Seen& seen) {
  const Key key{line_of(seen.what), seen.who};
  const auto found = open_.find(key);
  // A put may end after its page has gone out again: that is no end of the new trip.
  const bool another = found != open_.end() && seen.what == Event::page && seen.text == nullptr &&
                       found->second.context != seen.context;
  if (!ends(seen))
    open_[key] = seen;
  else if (found != open_.end() && !another)
    open_.erase(found);
  if (seen.what == Event::cpu && seen.mode == CpuMode::task)
    open_.erase({static_cast<int>(Event::preempted), seen.context});
}

void Recorder::flush_open() {
  inside_ = true;
  for (const auto& [key, seen] : open_) kept_.push_back(seen);
  std::stable_sort(kept_.begin(), kept_.end(),
                   [](const Seen& a, const Seen& b) { return a.at < b.at; });
  open_.clear();
}

std::vector<Seen> Recorder::take() {
  if (!inside_) flush_open();
  return std::move(kept_);
}

}  // namespace poolrace::models
