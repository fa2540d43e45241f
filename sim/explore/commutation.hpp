// SPDX-License-Identifier: MIT
// Do steps that touch nothing in common commute?  The reduction believes so, and "in all orders"
// rests on it.  Here it is tried: along executions drawn at random every two steps that could come
// one after the other, and that their footprints call independent, change places; all that follows
// must be the same, step for step: who can go on, what is read and written, what is touched, how it
// ends.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/explore/explore.hpp"

namespace poolrace::sim {

class CommutationCheck {
 public:
  struct Told {
    Explore::End end = Explore::End::finished;
    std::vector<Step> steps;
    std::string outcome;  // what else can be seen when it is over
  };
  // One execution from the start; called again and again.
  using Execute = std::function<Told(Scheduler&)>;

  explicit CommutationCheck(Execute execute) : execute_(std::move(execute)) {}

  // False at the first two steps that do not commute, or of which one lets the other go on though
  // nothing says so: gap() has them in words.
  bool run(std::uint64_t seed, std::uint64_t executions);
  [[nodiscard]] const std::string& gap() const { return gap_; }
  [[nodiscard]] std::uint64_t swaps() const { return swaps_; }

 private:
  struct Seen {
    Told told;
    std::vector<ContextSet> enabled;  // before each step
  };
  Seen watch(Scheduler& scheduler);
  bool try_pair(const Seen& seen, std::size_t first);
  bool try_others(const Seen& seen, std::size_t at);
  bool swap(const Seen& seen, std::size_t first);
  bool fail(const Seen& seen, std::size_t first, const std::string& what);

  Execute execute_;
  std::map<std::string, int> tried_;  // by the sites of a pair: a few of each are enough
  std::string gap_;
  std::uint64_t swaps_ = 0;
};

}  // namespace poolrace::sim
