// SPDX-License-Identifier: MIT
// The probability of harm that plain runs hardly ever show: samples, weighed and summed.  Harm is explained
// by the longest delay that began on its CPU since its put began; so the kinds of delay (sample.hpp)
// share it out, and what none explains is left to where a put and destroy meet (aim.hpp).  Harm that is no
// put's is counted in the plain runs, and bounded by them; and where these are enough, they are the answer.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "experiments/rare/hold_ups.hpp"
#include "experiments/rare/insertion.hpp"
#include "experiments/rare/ladder.hpp"
#include "experiments/rare/orders.hpp"
#include "experiments/rare/puts.hpp"
#include "experiments/rare/request.hpp"
#include "experiments/rare/rounds.hpp"
#include "experiments/rare/uses.hpp"
#include "experiments/scenario/scenario.hpp"

namespace poolrace::experiments {

// One way to come to harm: by a kind of delay, or by none.
struct RareChannel {
  std::string delay;  // or one of the two that follow
  [[nodiscard]] bool is_delay() const;
  Weighed weighed;                  // by plain run, of all runs more that it had
  Weighed exposure;                 // of plain runs (sample.hpp), where that is known
  std::int64_t runs = 0, hits = 0;  // of these
  std::int64_t harmed = 0;          // of the runs more, whatever explains it
  std::int64_t outside = 0;         // hits where no harm was expected: the sum is too low
  std::int64_t unexpected = 0;  // hits beside where the explorer's orders say that delays matter
  std::vector<double> by_stratum = std::vector<double>(put_strata + 1, 0);  // weights: puts.hpp
  // 95 %; none with too few hits, or if the sum is too low.
  [[nodiscard]] std::optional<Interval> interval() const {
    return outside > 0 ? std::nullopt : weighed.interval();
  }
  std::string replay;                  // of the first hit
  double per_ps = 0, mean_length = 0;  // of a delay: how many begin on a CPU, and how long
  double largest = 0;                  // weight of a run more that could have hit
  // 97.5 %, of a delay in plain runs like these: by the exposures or, if none came to harm, by the runs more.
  [[nodiscard]] double exposed() const;
};

// Destroy's drain met a put: one that a task made as a hold ended, or another.
inline constexpr const char* no_delay_task = "none: destroy met a task's put";
inline constexpr const char* no_delay = "none: destroy met another put";
inline constexpr std::int64_t plain_hits_enough = 100;

// A reason for none needs so many samples without a hit, and then plain runs alone are made, which bound it.
inline constexpr std::int64_t samples_with_reason = 400;
// Of plain runs the nearest, by so many times what could bridge it, if many come there and none nearer.
inline constexpr Ps reach_factor = 30;
// Puts that end once destroy's walk has begun, of which none gives its page back itself.
inline constexpr std::int64_t late_puts_with_reason = 2000;
// A teardown; what is less is not counted further.
inline constexpr double too_rare_from = 1e-8;

struct Rare {
  Orders orders;                      // whether it can come about at all
  std::vector<RareChannel> channels;  // the last two are of no delay, where a drain can be met
  std::int64_t samples = 0;           // plain runs
  std::int64_t plain_hits = 0;        // that came to harm
  std::int64_t unexplained = 0;       // by no delay
  std::int64_t of_no_put = 0;         // of these
  std::int64_t ended_otherwise = 0;   // plain runs that another crash ended
  Nearest nearest;                    // of all plain runs
  std::array<Edge, use_kinds> edges;  // of the same
  Weighed stretch;                    // ps, of each one's nearest put (sample.hpp)
  std::int64_t ring_slots = 0;        // of the pool's ring,
  Edge edge_of_room;  // and by how many more they are than a run's pages in flight at most
  std::vector<HoldUps> hold_ups;  // by window of the orders; empty: not tried
  Ps longest_delay = 0;           // of all kinds together; of the tick the least,
  Ps tick_delay = 0;              // which is that
  Ladder ladder;                  // whatever the way
  std::string ladder_replay;      // of one of its runs that came to harm
  int interrupted = 0;            // the signal, or 0
  bool out_of_time = false;       // the budget ended it
  // Of a sample on average, where nothing is torn down: harm is a rate then.  Else 0.
  double stretch_s = 0, packets = 0;
  [[nodiscard]] bool is_rate() const { return stretch_s > 0; }
  // From a probability of at least one in a stretch to how many there are: infinite for 1.
  [[nodiscard]] double a_packet(double probability) const;
  [[nodiscard]] double an_hour(double probability) const;

  // Of harm of a put, of all channels together.
  [[nodiscard]] double weighed_probability() const;
  [[nodiscard]] double standard_error() const;
  // 95 %; none with too few hits.
  [[nodiscard]] std::optional<Interval> weighed_interval() const;

  // The answer: of the plain runs, which is of all harm then, if enough of them hit, or some by no put,
  // or so many or few that the weighed probability can't be all.
  [[nodiscard]] bool by_plain_runs() const;
  [[nodiscard]] double probability() const;
  [[nodiscard]] std::optional<Interval> interval() const;
  // Hits of any way.
  [[nodiscard]] std::int64_t hits() const;
  // None was seen, and what the explorer's programs can come to was missed: in plain runs by many times what the
  // longest put and all delays, the longest of each kind, last together; or by puts that were brought to
  // the worst moment (hold_up.hpp); or, of destroy's walk, because no put gives a page back itself by then.
  [[nodiscard]] bool out_of_reach() const;
  // Without a delay it is out of reach, and delays hardly ever do it.
  [[nodiscard]] bool too_rare() const {
    return bounded() && at_most() <= too_rare_from && weighed_probability() <= at_most();
  }
  // None was seen but of delays that were put in, and at_most() bounds it.
  [[nodiscard]] bool bounded() const { return out_of_reach_undelayed() && exposed() < 1; }
  // Of delays: those that plain runs like these are exposed to; and besides as many plain runs as may have gone
  // unseen (97.5 %), in which two puts are as near as a delay lasts.
  [[nodiscard]] double exposed() const;
  [[nodiscard]] double at_most() const;
  // None was seen, and that is one reason, or that no order of the explorer's programs does it.
  [[nodiscard]] bool no_order() const { return none_so_far() && orders.none(); }
  // None was seen, for another crash ended every run.
  [[nodiscard]] bool ends_before() const {
    return hits() == 0 && samples >= samples_with_reason && ended_otherwise == samples;
  }
  [[nodiscard]] bool reasoned_none() const {
    return no_order() || out_of_reach() || too_rare() || ends_before();
  }
  // Of enough runs, that went on.
  [[nodiscard]] bool none_so_far() const { return hits() == 0 && ran_enough(); }
  [[nodiscard]] bool ran_enough() const {
    return samples >= samples_with_reason && 2 * ended_otherwise < samples;
  }
  // Of these none but where a delay was put in, and matters by the explorer's orders.
  [[nodiscard]] bool none_undelayed() const;
  // The plain runs are the answer, whatever else is seen.
  [[nodiscard]] bool plain_runs_do() const {
    return plain_hits >= plain_hits_enough || of_no_put > 0;
  }

 private:
  [[nodiscard]] bool all_out_of_reach(Ps reach, Ps delay) const;
  [[nodiscard]] bool out_of_reach_undelayed() const;
  [[nodiscard]] bool no_put_gives_back(Ps reach) const;
  [[nodiscard]] Ps delayed_reach() const;
  [[nodiscard]] bool is_ring_never_full() const;
  [[nodiscard]] bool is_beyond(std::size_t use, Ps reach) const;
};

// Before the first run: ConfigError as WantedHarm, or if what is asked for is a teardown's and nothing is
// torn down.  `command`: who asks.
void check_rare(const RareRequest& request, const Resolved& resolved,
                const std::string& command = "rare");

// Samples in rounds of a fixed size after a pilot that only tunes what is proposed, so that a seed
// gives the same numbers with any number of jobs, and, with a store, after an interruption.  Of one
// variant.
Rare run_rare(const RareRequest& request, const Resolved& resolved, RoundStore* store = nullptr);

}  // namespace poolrace::experiments
