// SPDX-License-Identifier: MIT
// How likely is what a run does only if its CPU is held up at the wrong moment?  Delays that come as a
// Poisson process (thefts of a vCPU, foreign interrupts) hardly ever meet the tenths of a microsecond
// that matter; so one is put in by hand, and weighed.
//
// For points of intensity λ and any f, the mean of Σ f(point, run) over a run's points is the integral
// of λ E[f(t, run with a point at t)] over t (Mecke's formula).  With f = 1 if the run comes to harm
// and that point explains it (sample.cpp: at most one of a run does), the left side is the
// probability of harm that a delay explains; the right side is sampled: a plain run tells when its puts
// were under way and how late each would have to be, a point is drawn there, with density q, and a run
// that has it counts λ/q if it comes to harm by it.  Any q will do that is positive wherever harm can
// come of it; a part of it is spread evenly.
// Left out: harm that no single delay explains; plain runs bound that.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "experiments/statistics/statistics.hpp"
#include "models/ids.hpp"
#include "sim/chance/random.hpp"
#include "sim/time.hpp"

namespace poolrace::experiments {

// Delays of one kind on one CPU: a Poisson process (while the CPU is not stolen anyhow) with a law of
// lengths.
class DelayLaw {
 public:
  using LengthOf = std::function<Ps(std::uint64_t rank)>;  // rises
  DelayLaw(double per_ps, LengthOf length_of);
  // Of lengths that depend on what there is to do, at least `least`: any may do any harm, and long
  // ones are tried less.
  DelayLaw(double per_ps, Ps least);
  DelayLaw(double per_ps, const DelayLaw& lengths) : DelayLaw(lengths) { per_ps_ = per_ps; }

  [[nodiscard]] double per_ps() const { return per_ps_; }  // λ
  [[nodiscard]] Ps length_of(std::uint64_t rank) const { return length_of_(rank); }
  // The lowest rank with a longer delay; 2^64 − 1 if only that one or none is.
  [[nodiscard]] std::uint64_t first_longer(Ps length) const;
  // The share of delays that are longer; and about that, 0 only if it is, from a table: for what is
  // only proposed.
  [[nodiscard]] double share_longer(Ps length) const;
  [[nodiscard]] double about_share_longer(Ps length) const;

 private:
  double per_ps_;
  LengthOf length_of_;
  std::vector<double> table_;  // of share_longer, at 2^(i/4)
};

// Where a delay may do harm: while a put is under way on a CPU, if it lasts beyond a date.
struct Opening {
  models::CpuId cpu = 0;
  Ps from = 0, to = 0;
  Ps beyond = 0;            // from `to` on: the put would have to be so late
  std::size_t stratum = 0;  // which date that is
  double share = 1;         // of the draws, against others
  bool matters = true;      // as far as is known
};

// What a plain run tells.
struct Openings {
  std::vector<Opening> openings;
  Ps from = 0, to = 0;  // harm can come of delays in between
  std::uint32_t cpus = 1;
};

struct Inserted {
  models::CpuId cpu = 0;
  Ps at = 0;
  std::uint64_t rank = 0;  // of its length
  double weight = 0;       // λ / q: of a run that comes to harm by it
  std::size_t stratum = 0;
  bool matters = true;  // its opening does, if it is in one
  Ps needs = 0;         // how long it must be there, at least, for harm
};

// What is proposed: a stratum's openings the more, the more of its delays hit in a pilot; and a part
// evenly over all CPUs and dates, which tells whether harm comes from elsewhere.
struct Proposal {
  std::vector<double> yields;  // by stratum, above 0
  double even = 0.05;          // of the draws
};

// How many delays that last beyond an opening's date fall into it, on average, or up to a third more (lengths
// are of a table).
double exposure(const std::vector<Opening>& openings, const DelayLaw& law);

// What a proposal makes of one plain run.
class RunProposal {
 public:
  RunProposal(const Openings& run, const DelayLaw& law, const Proposal& proposal);
  // How much can come of this run: proportional to the weight of its hits, so who draws in proportion
  // to it gives all hits of a stratum one weight.
  [[nodiscard]] double promise() const { return sum_; }
  [[nodiscard]] Inserted draw(sim::Stream& stream) const;

 private:
  [[nodiscard]] double density(const Inserted& at) const;

  const Openings& run_;
  const DelayLaw& law_;
  const Proposal& proposal_;
  std::vector<double> weights_;  // by opening
  double sum_ = 0, even_ = 1;
};

// 95 %, of a lognormal mean; none with fewer than 30 effective hits, of which too many intervals miss.
std::optional<Interval> interval_of(double mean, double standard_error, double effective_hits);

// Whether a mean without an interval is told, as "about": of fewer than four effective hits it may as well be a
// tenth, and says no more than that there is something.
bool is_told(double mean, double standard_error);

// Counts of weighed samples.
struct Weighed {
  std::int64_t samples = 0, hits = 0;
  double sum = 0, squares = 0, largest = 0;

  void add(double weight);  // 0: no hit
  [[nodiscard]] double mean() const;
  [[nodiscard]] double standard_error() const;
  // How many hits of one weight would be as sure as these.
  [[nodiscard]] double effective_hits() const;
  [[nodiscard]] std::optional<Interval> interval() const {
    return interval_of(mean(), standard_error(), effective_hits());
  }
};

}  // namespace poolrace::experiments
