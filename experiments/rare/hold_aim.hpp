// SPDX-License-Identifier: MIT
// Harm that no delay explains, of puts that a task makes as its page's hold ends: the put and destroy's
// drain of the ring meet within tens of nanoseconds.  The hold is moved to where they do.  A run without that
// page (it is held for ever) tells when the drain ends, one in which it ends about then when the drain
// unmaps it and when it is used; both hang on everything but this hold, so that a run whose hold is drawn
// about where these two meet, and comes to harm in this very put, counts as much as such a hold is likelier
// by its law.
// Which hold is moved is drawn by how likely it ends then.
// Left out: meetings elsewhere than at the first drain of a run; runs whose first drain finds nothing;
// laws with holds of one length; pages of several fragments, each with a put.  Puts in softirq, and those of a task whose CPU was not idle as the hold ended,
// have another's date (aim.hpp).
#pragma once

#include <vector>

#include "experiments/rare/aim_proposal.hpp"
#include "experiments/rare/drain_watcher.hpp"
#include "models/traffic/hold_time.hpp"

namespace poolrace::experiments {

class HoldAimer {
 public:
  explicit HoldAimer(const Sampler& sampler);
  // Whether a put that ends such a hold can be moved with it,
  [[nodiscard]] bool moves(const DrainWatcher::Hold& hold) const;
  // whether it is one whose put goes with it,
  [[nodiscard]] bool moved(const DrainWatcher& watcher, std::uint64_t order) const;
  // and whether this harm is of such a put.
  [[nodiscard]] bool moved(const DrainWatcher& watcher, const models::Violation& harm) const;
  // `plain`: the run of that number as it is, until its drain is over.
  [[nodiscard]] std::vector<Shot> take(std::int64_t run, const WatchedRun& plain,
                                       const AimProposal& proposal) const;

 private:
  struct Candidate {
    std::uint64_t order = 0;
    DrainWatcher::Hold hold;
    double chance = 1;  // of being the one that is moved
  };
  [[nodiscard]] Candidate choose(const DrainWatcher& watcher, sim::Stream& stream) const;
  [[nodiscard]] WatchedRun with_hold(std::int64_t run, const Candidate& c, Ps hold) const;
  [[nodiscard]] Ps early_by(std::int64_t run, const Candidate& c, Ps hold) const;
  [[nodiscard]] Ps meeting(std::int64_t run, const Candidate& c, Ps drain_end) const;
  [[nodiscard]] Shot shoot(std::int64_t run, const Candidate& c, Ps meeting,
                           const AimProposal& proposal, sim::Stream& stream) const;

  const Sampler& sampler_;
  models::HoldTime law_;
  bool dates_are_draws_;  // no hold is of a set length, and no page has several
};

}  // namespace poolrace::experiments
