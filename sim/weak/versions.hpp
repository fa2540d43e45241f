// SPDX-License-Identifier: MIT
// The values that one place in memory had, in an order on which all CPUs agree (coherence): of two
// writes that share a byte, one is older.  A CPU sees them in that order, perhaps late; a write may
// turn out to be older than one that was executed before it, but none comes between an update's two
// halves.  A place has up to 8 bytes; what concerns none of an access's bytes is not there for it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/weak/event_order.hpp"

namespace poolrace::sim {

using ByteMask = std::uint8_t;  // bit b: byte b of the place
inline constexpr ByteMask all_bytes = 0xff;

struct Version {
  std::uint32_t number;  // in the order of execution; 0: what was there at first
  Event event = 0;       // the write; of number 0, none
  std::uint32_t cpu = 0;
  std::size_t step = 0;  // of the execution's
  bool update = false;   // its read found the version before
  ByteMask bytes = all_bytes;
};

class Versions {
 public:
  struct Reader {
    Event event;
    ByteMask bytes;
    std::size_t found;  // it saw all versions up to this one
  };
  [[nodiscard]] std::size_t size() const { return list_.size(); }
  [[nodiscard]] const Version& operator[](std::size_t i) const { return list_[i]; }
  [[nodiscard]] const std::vector<Reader>& readers() const { return readers_; }
  // Those that an access to these bytes can tell apart, the oldest first; the first, always.
  [[nodiscard]] std::vector<std::size_t> of(ByteMask bytes) const;
  // The oldest that `cpu` may still see there: the latest that it read or wrote.
  [[nodiscard]] std::size_t seen(std::uint32_t cpu, ByteMask bytes) const;
  void see(std::uint32_t cpu, ByteMask bytes, std::size_t i);
  void read_by(const Reader& reader) { readers_.push_back(reader); }
  // How often in a row `cpu` found that version though there was a newer one.
  [[nodiscard]] int found_late(std::uint32_t cpu, std::uint32_t number) const;
  void find_late(std::uint32_t cpu, std::uint32_t number);
  // As the i-th; what was there and behind it is newer, to whom it makes a difference.
  void insert(std::size_t i, const Version& version);
  // Whether a write of these bytes can be the i-th: nobody has looked and not found it.
  [[nodiscard]] bool was_not_missed(std::size_t i, ByteMask bytes) const;
  [[nodiscard]] std::uint32_t executed() const { return static_cast<std::uint32_t>(list_.size()); }
  [[nodiscard]] std::size_t index_of(std::uint32_t number) const;

 private:
  std::vector<Version> list_{Version{0}};
  std::vector<Reader> readers_;
  std::vector<std::array<std::uint32_t, 8>> seen_;  // by CPU and byte: a version's number
  struct Late {
    std::uint32_t number = 0;
    int times = 0;
  };
  std::vector<Late> late_;  // by CPU
};

}  // namespace poolrace::sim
