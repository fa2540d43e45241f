// SPDX-License-Identifier: MIT
// Data races of one execution: two accesses of different CPUs to one byte, one of which writes and one
// of which is plain, that nothing orders.  What orders: program order; a lock after an unlock; a read
// after the write that it found, if it is an acquire, or has a read barrier behind it, or gave the
// address of what follows.  A release hands on all before it, any other marked write the reads before
// it and the writes before a write barrier; an update also what it found.  And a grace period: all
// that sections have done by the time it ends.  Of sequentially consistent executions: the last write
// executed is the one found.
//
// `strict` is the kernel's memory model in its words; `kcsan` reports as the kernel's sanitizer does
// by default: an aligned plain write of up to 8 bytes passes for a marked one, and a write that
// changes nothing races with nobody.  Control dependencies order nothing here, nor do they in kcsan.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/weak/model.hpp"
#include "sim/weak/versions.hpp"

namespace poolrace::sim {

enum class RaceRules : std::uint8_t { strict, kcsan };
inline constexpr const char* race_rules_names[] = {"strict", "kcsan"};

struct DataRace {
  const char* first;   // sites
  const char* second;  // the later in this execution
  std::size_t at = 0;  // so many steps of it lead there, the second among them
};

class DataRaces {
 public:
  using Place = std::uint64_t;
  struct Access {
    std::uint32_t cpu;
    Place place;
    ByteMask bytes;
    bool reads, writes, plain;
    const char* site;
    std::size_t step;
    bool quiet = false;         // data_race(): it is meant
    std::uint64_t through = 0;  // what it was reached by a pointer to; 0: nothing
  };
  explicit DataRaces(RaceRules rules) : rules_(rules) {}

  void access(const Access& it, Ordering ordering);
  // The read just told gave a pointer to that.
  void gave_pointer(std::uint64_t to);
  // The access just told wrote what was there already.
  void changed_nothing();
  void fence(std::uint32_t cpu, Fence fence);
  void release(std::uint32_t cpu, std::uint64_t lock);
  void acquire(std::uint32_t cpu, std::uint64_t lock);
  // All that `from` did comes before all that `to` does from now on.
  void order(std::uint32_t from, std::uint32_t to) { join(clock(to), clock(from)); }
  // A grace period: of whoever enters a section later, and of those who have left one.
  void begin(std::uint32_t cpu) { join(begun_, clock(cpu)); }
  void enter(std::uint32_t cpu) { join(clock(cpu), begun_); }
  void leave(std::uint32_t cpu) { join(left_, clock(cpu)); }
  void end(std::uint32_t cpu) { join(clock(cpu), left_); }

  [[nodiscard]] const std::vector<DataRace>& found() const { return found_; }

 private:
  using Clock = std::vector<std::uint32_t>;  // by CPU: 2 c of its reads, 2 c + 1 of its writes
  struct Seen {
    std::uint32_t cpu = 0, which = 0, time = 0;
    bool plain = false, quiet = false, silent = false;
    ByteMask bytes = 0;
    const char* site = "";
  };
  struct Byte {
    std::vector<Seen> reads, writes;
  };
  struct Cpu {
    Clock now, released,
        pending;  // released: at its last write barrier; pending: for its next read barrier
  };
  Cpu& cpu(std::uint32_t id);
  Clock& clock(std::uint32_t id) { return cpu(id).now; }
  static void join(Clock& to, const Clock& from);
  [[nodiscard]] bool follows(const Clock& clock, const Seen& seen) const {
    return seen.which < clock.size() && clock[seen.which] >= seen.time;
  }
  void check(const Access& it, const Clock& now, const std::vector<Seen>& others, bool they_write);
  void hand_on(const Access& it, Ordering ordering);

  RaceRules rules_;
  std::map<std::uint32_t, Cpu> cpus_;
  std::unordered_map<Place, std::vector<Byte>> bytes_;    // 8 a place
  std::unordered_map<Place, std::vector<Clock>> handed_;  // by byte: what the last write hands on
  std::unordered_map<std::uint64_t, Clock> locks_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, Clock>
      pointers_;  // by CPU and what they lead to
  Clock begun_, left_;
  std::vector<DataRace> found_;
  Access last_{};
  std::size_t found_before_ = 0;
};

}  // namespace poolrace::sim
