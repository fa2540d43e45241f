// SPDX-License-Identifier: MIT
// The values that one place in memory had, in the order in which all CPUs agree that it had them
// (coherence).  A CPU sees them in that order, perhaps late; a write may turn out to be older than
// one that was executed before it, but no other write comes between an update's two halves.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/weak/event_order.hpp"

namespace poolrace::sim {

struct Version {
  std::uint32_t number;  // in the order of execution; 0: what was there at first
  Event event = 0;       // the write; of number 0, none
  std::uint32_t cpu = 0;
  std::size_t step = 0;  // of the execution's
  bool update = false;   // its read found the version before
  std::vector<Event> readers{};
};

class Versions {
 public:
  [[nodiscard]] std::size_t size() const { return list_.size(); }
  [[nodiscard]] const Version& operator[](std::size_t i) const { return list_[i]; }
  [[nodiscard]] std::size_t newest() const { return list_.size() - 1; }
  // The oldest that `cpu` may still see: the latest that it read or wrote.
  [[nodiscard]] std::size_t seen(std::uint32_t cpu) const;
  void see(std::uint32_t cpu, std::size_t i);
  void read_by(std::size_t i, Event reader) { list_[i].readers.push_back(reader); }
  // As the i-th; what was there and behind it is newer.
  void insert(std::size_t i, Version version);
  [[nodiscard]] std::uint32_t executed() const { return static_cast<std::uint32_t>(list_.size()); }

 private:
  std::vector<Version> list_{Version{0}};
  std::vector<std::uint32_t> seen_;  // by CPU: a version's number
};

}  // namespace poolrace::sim
