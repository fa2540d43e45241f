// SPDX-License-Identifier: MIT
// When are two states of a program one?  Stacks of fibers cannot be compared, but a context is a
// function of what it has seen; so a state is, for every context, a hash of the steps it took and
// the state of what they touched, and for every object what is known of it: the value of an integer
// word, and else the order in which contexts wrote it.  Never too coarse as long as footprints are
// complete (on which the reduction stands as well); a little too fine for the objects that are
// known by order only.
//
// Where memory is weak (`traces`) that is too coarse: what comes next hangs on how values came about,
// not on the values alone.  There two states are one only if the same steps lead to them, by the same
// ways, but for the order of steps that commute.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/explore/step.hpp"

namespace poolrace::sim {

class StateKey {
 public:
  explicit StateKey(bool traces = false) : traces_(traces) {}
  void add(const Step& step);
  [[nodiscard]] std::uint64_t value() const { return key_; }

 private:
  void set(std::uint64_t& slot, std::uint64_t tag, std::uint64_t state);
  [[nodiscard]] std::uint64_t after(const Step& step, const Touched& touched, std::uint64_t before,
                                    std::uint64_t seen) const;

  bool traces_;
  std::uint64_t key_ = 0;
  std::unordered_map<std::uint64_t, std::uint64_t> objects_;  // looked up, never walked
  std::vector<std::uint64_t> contexts_;
};

}  // namespace poolrace::sim
