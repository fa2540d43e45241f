// SPDX-License-Identifier: MIT
// Samples in rounds, after a pilot that only tunes what is proposed, until it is known how likely the harm is or why
// there is none.
#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include "experiments/rare/aim.hpp"
#include "experiments/rare/climb_runs.hpp"
#include "experiments/rare/known_windows.hpp"
#include "experiments/rare/learned.hpp"
#include "experiments/rare/rare.hpp"
#include "experiments/rare/sample_record.hpp"
#include "experiments/scenario/idle.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/workers/engine_clock.hpp"

namespace poolrace::experiments {
namespace {

constexpr int pilot_rounds = 3;
constexpr std::int64_t first_pilot_run = 900'000'000;  // none that counts
constexpr double runs_a_sample = 2;                    // more runs for a plain one, on average
constexpr double tried_in_vain = 30;       // draws of a stratum that is not expected to hit
constexpr std::int64_t plain_rounds = 10;  // in one, where only plain runs are made

// From which puts can be late, as the explorer's orders say; all, where these are no reason.
std::array<bool, late_dates> dates_of(const Orders& orders) {
  std::array<bool, late_dates> out;
  out.fill(true);
  if (!orders.exhausted() || orders.windows.empty()) return out;
  for (std::size_t date = 0; date < late_dates; ++date)
    out[date] = std::any_of(orders.windows.begin(), orders.windows.end(), [&](const auto& w) {
      return w.of_put && date_may_matter(date, use_of(w.kind, w.site));
    });
  return out;
}

class Budget {
 public:
  explicit Budget(double seconds) : seconds_(seconds) {}
  [[nodiscard]] bool over() const {
    const std::chrono::duration<double> used = std::chrono::steady_clock::now() - began_;
    return seconds_ > 0 && used.count() > seconds_;
  }

 private:
  double seconds_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

// Of a law of lengths, or a bit more: each of equal parts counts as its longest.
double mean_of(const DelayLaw& law) {
  constexpr int parts = 4096;
  double sum = 0;
  for (int i = 1; i <= parts; ++i)
    sum += static_cast<double>(law.length_of(~0ULL / parts * static_cast<std::uint64_t>(i)));
  return sum / parts;
}

std::string replay_with(const std::vector<sim::GivenWord>& words, std::int64_t run,
                        const RareRequest& request, const Resolved& resolved) {
  CommonOptions options = request.options;
  options.words.insert(options.words.end(), words.begin(), words.end());
  return replay_string(resolved, options, resolved.variants.front(), run);
}

class Campaign {
 public:
  Campaign(const RareRequest& request, const Resolved& resolved, const Rounds& rounds,
           const Orders& orders)
      : request_(request),
        resolved_(resolved),
        rounds_(rounds),
        orders_(orders),
        budget_(request.budget_s),
        round_(std::min(request.round, request.options.runs)),
        sampler_(request.options, resolved, request.kind,
                 resolved.tears_down() ? windows_of(orders) : KnownWindows{}),
        hold_aimer_(sampler_),
        aimer_(sampler_, hold_aimer_),
        learned_(sampler_.delayers().size()) {
    for (Learned& nothing : learned_) {
      expect_little(nothing);
      proposals_.push_back({nothing.proposal(), 0});
    }
    reset();
  }

  // Promises are compared under one proposal: the last round is for how many runs they are worth.  None is
  // needed where plain runs hit as often as it takes, or all crash before.
  void tune() {
    piloting_ = true;
    for (int round = 0; round < pilot_rounds && out_.interrupted == 0 && !budget_.over(); ++round) {
      for (Learned& l : learned_) l.promise = l.plain_runs = 0;
      samples(first_pilot_run + round * round_, round_);
      for (std::size_t i = 0; i < learned_.size(); ++i) {
        const Learned& l = learned_[i];
        const bool last = round + 1 == pilot_rounds;
        if (!last) proposals_[i].proposal = l.proposal();
        if (last && l.promise > 0)
          proposals_[i].runs_by_promise = runs_a_sample * l.plain_runs / l.promise;
      }
      for (std::size_t i = 0; i < 2; ++i) aims_[i] = learned_aims_[i].proposal();
      needless_ = out_.plain_hits >= plain_hits_enough ||
                  (round_ >= plain_hits_enough && out_.ended_otherwise == out_.samples);
      if (needless_) break;
    }
    sampler_.learn_ticks(std::move(interruptions_));
    const int interrupted = out_.interrupted;
    reset();
    piloting_ = false;
    out_.interrupted = interrupted;
  }

  // Of a stall whose site no plain run has passed: ConfigError, before it counts.
  void check_stalls() const {
    if (out_.interrupted == 0 && !sites_.empty())
      experiments::check_stalls(request_.options, sites_);
  }

  Rare interrupted(int signal) {
    out_.interrupted = signal;
    return out_;
  }

  // Where there is a reason for none, plain runs alone from some sample on.
  Rare count() {
    const std::int64_t most = request_.options.runs;
    const auto done = [&] { return out_.samples >= most || sure(); };
    out_.out_of_time = budget_.over();
    while (out_.interrupted == 0 && !done() && !out_.out_of_time) {
      if (wants_hold_ups() && !hold_up()) break;
      plain_only_ = request_.plain_only || needless_ || out_.reasoned_none() ||
                    out_.plain_runs_do() || (out_.bounded() && out_.exposed() <= too_rare_from / 4);
      const std::int64_t round = plain_only_ ? plain_rounds * round_ : round_;
      samples(out_.samples, std::min(round, most - out_.samples));
      out_.out_of_time = budget_.over() && !done();
    }
    return out_;
  }

 private:
  // As if dates that no order of the explorer's has had been tried in vain.
  void expect_little(Learned& learned) const {
    const auto dates = dates_of(orders_);
    for (std::size_t s = 0; s < put_strata; ++s)
      if (!dates[s / date_strata]) learned.draws[s] = tried_in_vain;
  }

  // Whether a put and a drain of the ring can meet, as the explorer's orders say.
  [[nodiscard]] bool aims_at_drains() const {
    const auto dates = dates_of(orders_);
    return resolved_.tears_down() && (dates[0] || dates[2]);
  }

  void reset() {
    out_ = {};
    out_.orders = orders_;
    out_.ring_slots = resolved_.values().pool_size;
    for (std::size_t i = 0; i < sampler_.delayers().size(); ++i) {
      const models::Delayer& d = sampler_.delayers()[i];
      const DelayLaw& law = sampler_.lasting(i);
      out_.longest_delay += d.length_of(~0ULL);
      if (d.tick) out_.tick_delay = d.length_of(0);
      out_.channels.emplace_back();
      out_.channels.back().delay = d.name;
      out_.channels.back().mean_length = mean_of(law);
      out_.channels.back().per_ps = law.per_ps();
    }
    if (!aims_at_drains()) return;
    for (const char* met : {no_delay_task, no_delay}) {
      out_.channels.emplace_back();
      out_.channels.back().delay = met;
    }
  }

  [[nodiscard]] bool sure() const {
    const auto i = out_.interval();
    return request_.until > 0 && i && is_within(*i, request_.until, out_.probability());
  }

  [[nodiscard]] bool wants_hold_ups() const {
    return out_.none_undelayed() && out_.hold_ups.empty() && resolved_.tears_down() &&
           !out_.orders.windows.empty() && !out_.reasoned_none() &&
           (out_.hits() == 0 || out_.exposed() <= too_rare_from);
  }

  // False: interrupted.
  bool hold_up() {
    out_.interrupted = find_hold_ups(rounds_, sampler_, out_.orders.windows, out_.hold_ups);
    return out_.interrupted == 0;
  }

  void samples(std::int64_t first, std::int64_t count) {
    out_.interrupted = rounds_.run(
        plain_only_ ? "plain run" : "sample with " + std::to_string(request_.windows) + " windows",
        first, count,
        [&](std::int64_t run, std::string& record) {
          const SampleRecord sample =
              plain_only_ ? SampleRecord{sampler_.take(run, {}), {}}
                          : SampleRecord{sampler_.take(run, proposals_), shots_of(run)};
          record = packed(sample, piloting_);
          return engine_clock_lasts();
        },
        [&](std::int64_t run, const std::string& record) { add(run, unpacked_sample(record)); });
  }

  [[nodiscard]] Shots shots_of(std::int64_t run) const {
    if (!aims_at_drains()) return {};
    const WatchedRun plain = watched_run(sampler_, run, {}, true);
    return {hold_aimer_.take(run, plain, aims_[0]),
            aimer_.take(run, plain, aims_[1], request_.windows)};
  }

  void add(std::int64_t run, const SampleRecord& record) {
    const Sample& sample = record.sample;
    sites_.insert(sample.sites.begin(), sample.sites.end());
    ++out_.samples;
    out_.plain_hits += sample.hit;
    out_.unexplained += sample.hit && !sample.explained;
    out_.of_no_put += sample.hit && !sample.of_put;
    out_.ended_otherwise += sample.ended_otherwise;
    const Nearest& nearest = sample.nearest;
    out_.nearest.add(nearest);
    out_.edge_of_room.add(std::max<Ps>(0, out_.ring_slots - nearest.most_in_flight));
    for (std::size_t use = 0; use < use_kinds; ++use) out_.edges[use].add(nearest.before[use]);
    if (sample.stretch) out_.stretch.add(static_cast<double>(*sample.stretch));
    interruptions_.insert(interruptions_.end(), sample.interruptions.begin(),
                          sample.interruptions.end());
    for (std::size_t i = 0; i < sample.exposures.size(); ++i)
      out_.channels[i].exposure.add(sample.exposures[i]);
    if (!resolved_.tears_down()) add_stretch(sample);
    for (std::size_t i = 0; i < sample.ways.size(); ++i)
      add_way(run, sample.ways[i], out_.channels[i], learned_[i]);
    if (plain_only_ || !aims_at_drains()) return;
    const std::size_t met = out_.channels.size() - 2;
    add_shots(run, record.shots.by_hold, out_.channels[met], learned_aims_[0]);
    add_shots(run, record.shots.by_teardown, out_.channels[met + 1], learned_aims_[1]);
  }

  void add_stretch(const Sample& sample) {
    const auto n = static_cast<double>(out_.samples);
    out_.stretch_s +=
        (static_cast<double>(sample.simulated) / static_cast<double>(ps_per_s) - out_.stretch_s) /
        n;
    out_.packets += (static_cast<double>(sample.packets) - out_.packets) / n;
  }

  void add_shots(std::int64_t run, const std::vector<Shot>& shots, RareChannel& channel,
                 LearnedAim& learned) {
    double sum = 0;
    for (const Shot& shot : shots) {
      ++channel.runs;
      ++learned.draws[shot.bin];
      if (!shot.hit) continue;
      ++learned.hits[shot.bin];
      ++channel.hits;
      sum += shot.weight;
      if (channel.replay.empty()) channel.replay = replay_of(run, shot.words);
    }
    channel.weighed.add(sum);
  }

  void add_way(std::int64_t run, const Sample::Way& way, RareChannel& channel, Learned& learned) {
    learned.promise += way.promise;
    ++learned.plain_runs;
    double sum = 0;
    for (const Sample::More& more : way.more) {
      const std::size_t stratum = more.inserted.stratum;
      const double weight = more.inserted.weight / way.expected;
      channel.largest = std::max(channel.largest, weight);
      ++channel.runs;
      channel.harmed += more.harmed;
      ++learned.draws[stratum];
      if (!more.hit) continue;
      ++learned.hits[stratum];
      ++(weight > 0 ? channel.hits : channel.outside);
      channel.unexpected += !more.inserted.matters;
      sum += weight;
      channel.by_stratum[stratum] += weight;
      if (channel.replay.empty()) channel.replay = replay_of(run, more.words);
    }
    channel.weighed.add(sum);
  }

  [[nodiscard]] std::string replay_of(std::int64_t run,
                                      const std::vector<sim::GivenWord>& words) const {
    return replay_with(words, run, request_, resolved_);
  }

  const RareRequest& request_;
  const Resolved& resolved_;
  const Rounds& rounds_;
  const Orders& orders_;
  Budget budget_;
  std::int64_t round_;
  bool plain_only_ = false, needless_ = false, piloting_ = false;
  std::vector<Ps> interruptions_;  // of a pilot
  std::set<std::string> sites_;    // that plain runs passed, if there are stalls
  Sampler sampler_;
  HoldAimer hold_aimer_;
  Aimer aimer_;
  std::vector<WayProposal> proposals_;
  std::vector<Learned> learned_;
  std::array<AimProposal, 2> aims_;  // by hold, by teardown
  std::array<LearnedAim, 2> learned_aims_;
  Rare out_;
};

}  // namespace

Rare run_rare(const RareRequest& request, const Resolved& resolved, RoundStore* store) {
  const std::string cell =
      replay_string(resolved, request.options, resolved.variants.front(), 0) + ";" + request.kind;
  const Rounds rounds(store, cell, request.options.jobs);
  const Orders orders = request.plain_only
                            ? Orders{}
                            : find_orders(resolved.variants.front(), resolved.values(),
                                          WantedHarm(request.kind), request.options.jobs);
  Campaign campaign(request, resolved, rounds, orders);
  if (orders.interrupted != 0) return campaign.interrupted(orders.interrupted);
  if (!request.plain_only && !orders.none()) campaign.tune();
  campaign.check_stalls();
  Rare out = campaign.count();
  campaign.check_stalls();
  if (request.ladder.replicas == 0 || out.interrupted != 0) return out;
  out.ladder = climb_runs(request, resolved, rounds);
  out.interrupted = out.ladder.interrupted;
  if (const auto& hit = out.ladder.first)
    out.ladder_replay = replay_with(hit->words, hit->run, request, resolved);
  return out;
}

}  // namespace poolrace::experiments
