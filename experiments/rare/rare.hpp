// SPDX-License-Identifier: MIT
// The probability of harm that plain runs hardly ever show: samples (sample.hpp), weighed and summed.
// Harm is explained by the longest delay that began on its CPU since its put began; so the kinds of delay
// share it out.  What no delay explains is counted in the plain runs, and bounded by them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/rare/insertion.hpp"
#include "experiments/rare/puts.hpp"
#include "experiments/scenario/scenario.hpp"

namespace poolrace::experiments {

struct RareRequest {
  CommonOptions options;       // options.runs: samples at most
  std::string kind = "crash";  // or "corruption", or a kind's name
  double until = 0.2;          // half of the 95 % interval over the probability; 0: all samples
  std::int64_t round = 500;    // samples between two looks at that; the pilot has three rounds;
                               // no more than there may be in all
  bool plain_only = false;     // count the plain runs alone
};

// One way to come to harm: by a kind of delay.
struct RareChannel {
  std::string delay;
  Weighed weighed;                  // by plain run, of all runs more that it had
  std::int64_t runs = 0, hits = 0;  // of these
  std::int64_t outside = 0;         // hits where no harm was expected: the sum is too low
  std::vector<double> by_stratum = std::vector<double>(put_strata + 1, 0);  // weights: puts.hpp
  // 95 %; none with too few hits, or if the sum is too low.
  [[nodiscard]] std::optional<Interval> interval() const {
    return outside > 0 ? std::nullopt : weighed.interval();
  }
  std::string replay;  // of the first hit
};

struct Rare {
  std::vector<RareChannel> channels;
  std::int64_t samples = 0;      // plain runs
  std::int64_t plain_hits = 0;   // that came to harm
  std::int64_t unexplained = 0;  // by no delay
  int interrupted = 0;           // the signal, or 0

  [[nodiscard]] double probability() const;  // of harm that a delay explains
  [[nodiscard]] double standard_error() const;
  // 95 %, of all channels together; none with too few hits.
  [[nodiscard]] std::optional<Interval> interval() const;
};

// Before the first run: ConfigError as WantedHarm, or if nothing is torn down.
void check_rare(const RareRequest& request, const Resolved& resolved);

// Samples in rounds of a fixed size after a pilot that only tunes what is proposed, so that a seed
// gives the same numbers with any number of jobs.  Of one variant.
Rare run_rare(const RareRequest& request, const Resolved& resolved);

}  // namespace poolrace::experiments
