// SPDX-License-Identifier: MIT
#include "sim/weak/event_order.hpp"

#include <bit>

namespace poolrace::sim {

void EventSet::add(Event e) {
  if (e / 64 >= words_.size()) words_.resize(e / 64 + 1);
  words_[e / 64] |= std::uint64_t{1} << (e % 64);
}

void EventSet::join(const EventSet& other) {
  if (other.words_.size() > words_.size()) words_.resize(other.words_.size());
  for (std::size_t i = 0; i < other.words_.size(); ++i) words_[i] |= other.words_[i];
}

// The latest first: most of what a set holds, its latest follow.
Event EventOrder::add(const EventSet& after) {
  const auto me = static_cast<Event>(behind_.size());
  EventSet behind;
  for (std::size_t w = after.words_.size(); w-- > 0;) {
    for (;;) {
      const std::uint64_t known = w < behind.words_.size() ? behind.words_[w] : 0;
      const std::uint64_t left = after.words_[w] & ~known;
      if (left == 0) break;
      const auto bit = 63 - static_cast<Event>(std::countl_zero(left));
      behind.join(behind_[w * 64 + bit]);
    }
  }
  behind.add(me);
  behind_.push_back(std::move(behind));
  return me;
}

void EventOrder::put_before(Event first, Event second) {
  if (precedes(first, second)) return;
  const EventSet more = behind_[first];
  for (EventSet& behind : behind_)
    if (behind.has(second)) behind.join(more);
}

bool EventOrder::follows(const EventSet& after, Event e) const {
  for (std::size_t w = 0; w < after.words_.size(); ++w)
    for (std::uint64_t left = after.words_[w]; left != 0; left &= left - 1)
      if (behind_[w * 64 + static_cast<std::size_t>(std::countr_zero(left))].has(e)) return true;
  return false;
}

}  // namespace poolrace::sim
