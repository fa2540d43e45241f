// SPDX-License-Identifier: MIT
// How near a run came to harm, as one number that falls: of every use of a mapping (a sync, an unmap) and
// of every put's end, by how much it came before the date from which it would have been harm, less what took its
// CPU in that put or takes it next, and how far away that is.  Harm needs both to be nothing at once, so their
// logarithms are added; where nothing takes the CPU the second has an end.  The run's number is its nearest use's.
// Left out: that softirqs and other tasks may come with what took the CPU.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "experiments/rare/uses.hpp"
#include "models/delays.hpp"

namespace poolrace::experiments {

class MissWatcher final : public UseWatcher {
 public:
  // Of corruption, landings of the device's writes are dates too.
  explicit MissWatcher(bool corruption) : corruption_(corruption) {}
  void see(const models::Seen& seen) override;
  // Once, after the run: log10 of nanoseconds, both together.  `delayers`: what takes CPUs away and is
  // not seen (thefts).
  [[nodiscard]] double nearest(const std::vector<models::Delayer>& delayers,
                               const sim::Streams& streams, Ps end);

 private:
  [[nodiscard]] double miss(const Use& use, Ps late) const;

  bool corruption_;
  std::map<models::CpuId, std::vector<std::pair<Ps, Ps>>> taken_;  // by CPU: from, to; in order
};

}  // namespace poolrace::experiments
