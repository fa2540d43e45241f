// SPDX-License-Identifier: MIT
// What a run says of its puts and of destroy's first drain of the ring.  Holds, and the puts that end them,
// are known by their order, which later traffic does not change.
#pragma once

#include <map>

#include "experiments/rare/puts.hpp"
#include "experiments/rare/sample.hpp"

namespace poolrace::experiments {

class DrainWatcher final : public PutWatcher {
 public:
  // `drain_only`: a run may end when its drain is over.
  explicit DrainWatcher(bool drain_only) : drain_only_(drain_only) {}
  void see(const models::Seen& seen) override;
  [[nodiscard]] bool enough() const override { return enough_; }

  struct Hold {
    Ps from = 0;                // when its page was given to the stack
    std::string law;            // models::hold_laws
    Ps age = 0;                 // for how long it was held before that
    Ps until = 0;               // the date at which it ends
    bool ends_in_task = false;  // and at its date; else in a softirq that comes later
  };
  [[nodiscard]] const std::map<std::uint64_t, Hold>& holds() const { return holds_; }
  // By order: the last sync of its page in the put, or the put's end.
  [[nodiscard]] std::map<std::uint64_t, Ps> uses() const;
  [[nodiscard]] Ps drain_end() const;  // ps_never: nothing was drained
  // While it lasts, or shortly after.
  [[nodiscard]] bool at_first_drain(Ps date) const;
  // Whether the put that ended this hold found its CPU idle as it did, and came after it: its date is the
  // hold's then, and not that of whatever the CPU had to do first.
  [[nodiscard]] bool prompt(std::uint64_t order) const;
  // The hold that the put ended in which this came to harm; 0: none.
  [[nodiscard]] std::uint64_t order_of(const models::Violation& harm) const;

 private:
  std::map<std::uint64_t, Hold> holds_;
  std::map<std::uint32_t, std::uint64_t> taken_;  // order of a frame's last page
  std::map<std::uint32_t, models::PageStage> stage_;
  std::vector<std::uint64_t> of_put_;                 // order, as puts_; 0: of none
  std::map<models::CpuId, std::map<Ps, bool>> idle_;  // from then on
  std::map<std::size_t, Ps> synced_;                  // by index into puts_
  std::vector<Ps> drained_;
  std::uint64_t order_ = 0;
  bool drain_only_, enough_ = false;
};

struct WatchedRun {
  DrainWatcher watcher;
  models::RunResult result;
  models::RunOptions options;
};
// The run of a number, with some words given.
WatchedRun watched_run(const Sampler& sampler, std::int64_t run,
                       const std::vector<sim::GivenWord>& words, bool drain_only);
// Its first harm of the wanted kind; null if there is none, or if a delay explains it.
const models::Violation* unexplained_harm(const Sampler& sampler, const WatchedRun& run);

}  // namespace poolrace::experiments
