// SPDX-License-Identifier: MIT
// One sample of a rare probability: a plain run, watched, and a run more for each kind of delay.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "experiments/rare/insertion.hpp"
#include "experiments/rare/known_windows.hpp"
#include "experiments/rare/uses.hpp"
#include "experiments/rare/wanted_harm.hpp"
#include "experiments/scenario/scenario.hpp"
#include "models/delays.hpp"
#include "models/machine.hpp"

namespace poolrace::experiments {

struct Sample {
  bool hit = false, explained = false, of_put = false;  // of the plain run
  bool ended_otherwise = false;                         // it crashed, and not by what is wanted
  Ps simulated = 0;                                     // of it
  std::int64_t packets = 0;                             // of it
  Nearest nearest;                                      // of it
  std::vector<Ps> interruptions;                        // of it (uses.hpp)
  std::vector<std::string> sites;                       // that it passed, if there are stalls
  // Of its puts that may be late, where that is known: how long it matters in the nearest.
  std::optional<Ps> stretch;
  struct More {
    Inserted inserted;
    bool harmed = false;  // it came to harm
    bool hit = false;     // and the delay put in explains it
    bool could = false;   // as far as is known
    std::vector<sim::GivenWord> words;
  };
  struct Way {            // a kind of delay
    double promise = 0;   // of the plain run
    double expected = 1;  // how many more runs there were to be, on average
    std::vector<More> more;
  };
  std::vector<Way> ways;
  // By kind of delay, of the plain run: how many there are on average, where it matters in a put, that are long
  // enough; if that is known.
  std::vector<double> exposures;
};

// What a kind of delay proposes, and how many runs for a unit of promise; 0: one for each plain run.
struct WayProposal {
  Proposal proposal;
  double runs_by_promise = 0;
};

class Sampler {
 public:
  Sampler(const CommonOptions& options, const Resolved& resolved, const std::string& kind,
          const KnownWindows& windows = {});

  [[nodiscard]] const std::vector<models::Delayer>& delayers() const { return delayers_; }
  [[nodiscard]] const WantedHarm& wanted() const { return wanted_; }
  [[nodiscard]] const models::Parameters& values() const { return resolved_.values(); }
  [[nodiscard]] models::RunOptions run(std::int64_t number) const {
    return run_options(options_, resolved_.variants.front(), number);
  }
  // Whether a delay is what it came of.
  [[nodiscard]] bool explained(const models::Violation& harm, const sim::Streams& streams) const {
    return explanation(harm, streams).has_value();
  }
  // Whether it is known where alone delays matter.
  [[nodiscard]] bool knows_windows() const { return !windows_.of_puts.empty() || windows_.of_walk; }
  // How long ticks last hangs on what there is to do: as interruptions did that were seen, if these are enough; else
  // they may last for ever.
  void learn_ticks(std::vector<Ps> lengths);
  // How long delays of a kind last, and how many there are.
  [[nodiscard]] const DelayLaw& lasting(std::size_t delayer) const { return lasting_[delayer]; }
  // Without proposals the plain run alone.  Draws from the streams "rare delay" of the run, which
  // the run itself does not know.
  [[nodiscard]] Sample take(std::int64_t run, const std::vector<WayProposal>& proposals) const;

 private:
  struct Explained {
    std::size_t delayer = 0;
    Ps at = 0, length = 0;
  };
  [[nodiscard]] std::vector<UseWatcher::Stretch> stretches_of(const models::RunResult& run,
                                                              const UseWatcher& watcher) const;
  [[nodiscard]] Sample::Way way(std::size_t delayer, const models::RunOptions& plain,
                                const Openings& openings, const WayProposal& proposal) const;
  // All but ticks, by CPU.
  [[nodiscard]] UseWatcher::Delays delays_of(const sim::Streams& streams, Ps end) const;
  [[nodiscard]] Sample::More more(std::size_t delayer, const models::RunOptions& plain,
                                  const Inserted& inserted) const;
  [[nodiscard]] std::optional<Explained> explanation(const models::Violation& harm,
                                                     const sim::Streams& streams) const;

  CommonOptions options_;
  Resolved resolved_;
  WantedHarm wanted_;
  KnownWindows windows_;
  std::vector<models::Delayer> delayers_;
  std::vector<DelayLaw> laws_, lasting_;  // of which they are proposed, and as far as it is known
};

}  // namespace poolrace::experiments
