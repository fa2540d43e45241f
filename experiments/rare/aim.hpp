// SPDX-License-Identifier: MIT
// Harm that no delay explains: a put and destroy's drain of the ring meet within tens of nanoseconds.  When
// the teardown begins is one draw, even over a jiffy, and all that destroy does moves with it.  So a window
// of that jiffy is taken, each put's use of its page held against the drain's end at some dates of it, and
// where they change their order found by halves; then the teardown is drawn from there, as a pilot's hits
// lie about it, or, now and then, from anywhere in the window; a run that comes to harm counts as much as
// its date is likelier there than evenly.  Puts are known by the order in which their pages were handed up,
// which later traffic does not change.
// Left out: meetings elsewhere than at the first drain of a run: shots anywhere alone hit these.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "experiments/rare/puts.hpp"
#include "experiments/rare/sample.hpp"

namespace poolrace::experiments {

// What a run says of its puts and its drain.
class AimWatcher final : public PutWatcher {
 public:
  // `drain_only`: a run may end when its drain is over.
  explicit AimWatcher(bool drain_only = false) : drain_only_(drain_only) {}
  void see(const models::Seen& seen) override;
  [[nodiscard]] bool enough() const override { return enough_; }
  // By order: the last sync of its page in the put, or the put's end.
  [[nodiscard]] std::map<std::uint64_t, Ps> uses() const;
  [[nodiscard]] Ps drain_end() const;  // ps_never: nothing was drained

 private:
  std::map<std::uint32_t, std::uint64_t> taken_;  // order of a frame's last page
  std::map<std::uint32_t, models::PageStage> stage_;
  std::vector<std::uint64_t> of_put_;  // order, as puts_; 0: of none
  std::map<std::size_t, Ps> synced_;   // by index into puts_
  std::vector<Ps> drained_;
  std::uint64_t order_ = 0;
  bool drain_only_, enough_ = false;
};

// Where shots are drawn, before and after a meeting: in bins from 16 ns on, each as wide as those within.
inline constexpr std::size_t aim_bins_a_side = 11, aim_bins = 2 * aim_bins_a_side;
struct AimBin {
  Ps from, to;
};
AimBin aim_bin(std::size_t bin);  // against the meeting; half of them are before
struct AimProposal {
  std::vector<double> shares = std::vector<double>(aim_bins, 1);  // above 0
  double even = 0.1;                                              // anywhere in the window
};

struct Shot {
  bool hit = false;
  double weight = 0;
  std::size_t bin = aim_bins;  // that: anywhere
  std::vector<sim::GivenWord> words;
};

class Aimer {
 public:
  explicit Aimer(const Sampler& sampler);
  [[nodiscard]] std::vector<Shot> take(std::int64_t run, const AimProposal& proposal,
                                       int windows) const;

 private:
  struct Seen {
    AimWatcher watcher;
    models::RunResult result;
    models::RunOptions options;
  };
  struct Window {
    Ps from = 0, to = 0;
    double per_ps = 0;  // how likely a teardown then is, given that it is in a window chosen evenly
  };
  struct Meeting {
    Ps phase = 0;
    double share = 1;  // of the shots, against others; less where no use was seen to come too late
  };
  [[nodiscard]] Seen at_phase(std::int64_t run, Ps phase, bool drain_only) const;
  using Uses = std::map<std::uint64_t, Ps>;  // by order
  using ByPhase = std::map<Ps, Uses>;
  const Uses& after_drain(std::int64_t run, Ps phase, ByPhase& known) const;
  [[nodiscard]] std::optional<Meeting> meeting(std::int64_t run, std::uint64_t order, Ps early,
                                               Ps late, ByPhase& known) const;
  [[nodiscard]] std::vector<Meeting> meetings(std::int64_t run, Window window) const;
  [[nodiscard]] double density(Ps phase, Window window, const std::vector<Meeting>& meetings,
                               const AimProposal& proposal) const;
  void shoot_at_window(std::int64_t run, const AimProposal& proposal, sim::Stream& stream,
                       std::vector<Shot>& out) const;
  [[nodiscard]] Shot shoot(std::int64_t run, Window window, const std::vector<Meeting>& meetings,
                           const AimProposal& proposal, sim::Stream& stream) const;

  const Sampler& sampler_;
  Ps jiffy_;
};

}  // namespace poolrace::experiments
