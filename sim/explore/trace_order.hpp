// SPDX-License-Identifier: MIT
// Vector clocks over the steps of one execution: which of them must come before which, in all orders
// that differ from it only in steps that commute.  A step follows its context's own, every step with
// which it conflicts, the release before its acquire, and the signals that it joins.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/explore/step.hpp"

namespace poolrace::sim {

class TraceOrder {
 public:
  using Clock = std::vector<int>;  // by context: how many of all steps precede, by index + 1

  explicit TraceOrder(std::size_t contexts) : previous_(contexts, -1) {}

  // What precedes a step that would come next.
  [[nodiscard]] Clock before(const Step& step) const;
  // The next step did come; `clock` is what before() said of it.
  void note(const Step& step, Clock clock);

  [[nodiscard]] const Clock& clock(std::size_t step) const { return clocks_[step]; }
  static void join(Clock& clock, const Clock& other);
  [[nodiscard]] std::size_t size() const { return clocks_.size(); }
  [[nodiscard]] bool precedes(std::size_t step, const Clock& clock) const {
    return clock[context_[step]] >= static_cast<int>(step) + 1;
  }

 protected:
  // From its context's own last step on, and behind the signals that it waited for.
  [[nodiscard]] Clock own(const Step& step) const;
  // With which it conflicts: the latest first, and each once.
  [[nodiscard]] std::vector<int> conflicting(const Step& step) const;
  void join_releases(const Step& step, Clock& clock) const;
  [[nodiscard]] std::uint32_t context_of(std::size_t step) const { return context_[step]; }

 private:
  struct Last {  // steps that touched an object
    int write = -1, acquire = -1, release = -1;
    std::vector<int> reads, signals;
  };
  [[nodiscard]] const Last* last(std::uint64_t object) const;

  std::vector<Clock> clocks_;           // of the steps noted
  std::vector<std::uint32_t> context_;  // the same
  std::vector<int> previous_;           // by context: its last step, or -1
  std::unordered_map<std::uint64_t, Last> last_;
};

}  // namespace poolrace::sim
