// SPDX-License-Identifier: MIT
// In which order the accesses of one execution take effect: a partial order that grows.  An access
// comes with what it must follow; later it may turn out to precede one that is there already.
#pragma once

#include <cstdint>
#include <vector>

namespace poolrace::sim {

using Event = std::uint32_t;

class EventSet {
 public:
  void add(Event e);
  void join(const EventSet& other);
  [[nodiscard]] bool has(Event e) const {
    return e / 64 < words_.size() && (words_[e / 64] >> (e % 64) & 1) != 0;
  }

 private:
  friend class EventOrder;
  std::vector<std::uint64_t> words_;
};

class EventOrder {
 public:
  // A new event, which follows all of `after`, and whatever those follow.
  Event add(const EventSet& after);
  // `first` turns out to precede `second`, which must not precede it.
  void put_before(Event first, Event second);
  // Would a new event that follows all of `after` follow `e`?
  [[nodiscard]] bool follows(const EventSet& after, Event e) const;
  [[nodiscard]] bool precedes(Event first, Event second) const {
    return behind_[second].has(first);
  }
  [[nodiscard]] std::size_t size() const { return behind_.size(); }

 private:
  std::vector<EventSet> behind_;  // by event: itself and all that it follows
};

}  // namespace poolrace::sim
