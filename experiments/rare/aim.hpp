// SPDX-License-Identifier: MIT
// Harm that no delay explains, of puts whose date is not their hold's end (hold_aim.hpp): a put in softirq and
// destroy's drain of the ring meet within tens of nanoseconds.  When the teardown begins is one draw, even
// over a jiffy, and all that destroy does moves with it.  So a window of that jiffy is taken, each put's use
// of its page held against the drain's end at some dates of it, and where they change their order found by
// halves; then the teardown is drawn from there, as a pilot's hits lie about it, or, now and then, from
// anywhere in the window; a run that comes to harm counts as much as its date is likelier there than
// evenly.  Windows in which the drain would meet such puts of the plain run are taken more often.
// Harm at later drains of a run is this one's, whatever the put, and shots anywhere alone hit it.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "experiments/rare/aim_proposal.hpp"
#include "experiments/rare/hold_aim.hpp"

namespace poolrace::experiments {

class Aimer {
 public:
  Aimer(const Sampler& sampler, const HoldAimer& by_hold);
  // `plain`: the run of that number as it is, until its drain is over.
  [[nodiscard]] std::vector<Shot> take(std::int64_t run, const WatchedRun& plain,
                                       const AimProposal& proposal, int windows) const;

 private:
  struct Window {
    Ps from = 0, to = 0;
    double per_ps = 0;  // how likely a teardown then is, given that it is in a window chosen evenly
  };
  struct Meeting {
    Ps phase = 0;
    double share = 1;  // of the shots, against others; less where no use was seen to come too late
  };
  [[nodiscard]] WatchedRun at_phase(std::int64_t run, Ps phase, bool drain_only) const;
  struct Use {
    Ps after = 0;       // the drain's end
    bool ours = false;  // no put that the hold aimer moves
  };
  using Uses = std::map<std::uint64_t, Use>;  // by order
  using ByPhase = std::map<Ps, Uses>;
  const Uses& after_drain(std::int64_t run, Ps phase, ByPhase& known) const;
  [[nodiscard]] std::optional<Meeting> meeting(std::int64_t run, std::uint64_t order, Ps early,
                                               Ps late, ByPhase& known) const;
  [[nodiscard]] std::vector<Meeting> meetings(std::int64_t run, Window window) const;
  [[nodiscard]] double density(Ps phase, Window window, const std::vector<Meeting>& meetings,
                               const AimProposal& proposal) const;
  void shoot_at_window(std::int64_t run, Window window, const AimProposal& proposal,
                       sim::Stream& stream, std::vector<Shot>& out) const;
  [[nodiscard]] Shot shoot(std::int64_t run, Window window, const std::vector<Meeting>& meetings,
                           const AimProposal& proposal, sim::Stream& stream) const;

  // How likely each window is taken.
  [[nodiscard]] std::vector<double> window_chances(const WatchedRun& plain) const;

  const Sampler& sampler_;
  const HoldAimer& by_hold_;
  Ps jiffy_;
};

}  // namespace poolrace::experiments
