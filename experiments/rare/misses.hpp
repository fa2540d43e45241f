// SPDX-License-Identifier: MIT
// How near a run came to harm, as one number that falls: of every use of a mapping (a sync, an unmap) and
// of every put's end, by how much it came before the date from which it would have been harm, and how far
// from it its CPU was last, or next, taken away.  Harm needs both to be nothing at once, so their
// logarithms are added; or the first alone to be nothing, which counts twice then.  The run's number is
// its nearest use's.
// Left out: whether what took the CPU would have lasted long enough.
#pragma once

#include <map>
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
  struct Owner {
    Ps at;
    bool hardirq;
  };
  [[nodiscard]] Ps interruption(const Use& use) const;  // how far away the nearest was
  [[nodiscard]] double miss(const Use& use, Ps late) const;

  bool corruption_;
  std::map<models::CpuId, std::vector<Owner>> owners_;  // by CPU
  std::map<models::CpuId, std::vector<models::Delay>> thefts_;
};

}  // namespace poolrace::experiments
