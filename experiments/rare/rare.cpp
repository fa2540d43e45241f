// SPDX-License-Identifier: MIT
#include "experiments/rare/rare.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "experiments/rare/aim.hpp"
#include "experiments/rare/climb_runs.hpp"
#include "experiments/rare/known_windows.hpp"
#include "experiments/rare/sample.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/workers/engine_clock.hpp"

namespace poolrace::experiments {
namespace {

using nlohmann::json;

constexpr int pilot_rounds = 3;
constexpr std::int64_t first_pilot_run = 900'000'000;  // none that counts
constexpr double surely = 0.998;                       // that the weighed probability is not all
constexpr double runs_a_sample = 2;                    // more runs for a plain one, on average
constexpr double tried_in_vain = 30;       // draws of a stratum that is not expected to hit
constexpr std::int64_t plain_rounds = 10;  // in one, where only plain runs are made

json texts_of(const std::vector<sim::GivenWord>& words) {
  json out = json::array();
  for (const sim::GivenWord& w : words) out.push_back(text_of(w));
  return out;
}

json packed(const std::vector<Shot>& shots) {
  json out = json::array();
  for (const Shot& shot : shots)
    out.push_back({shot.bin, shot.hit, shot.weight, texts_of(shot.words)});
  return out;
}

struct Shots {
  std::vector<Shot> by_hold, by_teardown;
};

std::string packed(const Sample& sample, const Shots& shots, bool piloting) {
  json out{{"simulated", sample.simulated},
           {"packets", sample.packets},
           {"hit", sample.hit},
           {"explained", sample.explained},
           {"put", sample.of_put},
           {"otherwise", sample.ended_otherwise},
           {"nearest", sample.nearest.before},
           {"longest put", sample.nearest.longest_put},
           {"longest undelayed", sample.nearest.longest_undelayed},
           {"longest return", sample.nearest.longest_return},
           {"returns", sample.nearest.returns},
           {"interruptions", piloting ? json(sample.interruptions) : json::array()},
           {"stretch", sample.stretch ? json(*sample.stretch) : json()},
           {"late puts", sample.nearest.late_puts},
           {"late returns", sample.nearest.late_returns},
           {"in flight", sample.nearest.most_in_flight},
           {"exposures", sample.exposures},
           {"ways", json::array()},
           {"by hold", packed(shots.by_hold)},
           {"by teardown", packed(shots.by_teardown)}};
  for (const Sample::Way& way : sample.ways) {
    json runs = json::array();
    for (const Sample::More& more : way.more) {
      runs.push_back(
          {more.inserted.stratum, more.hit, more.hit || more.could ? more.inserted.weight : 0,
           more.hit ? texts_of(more.words) : json::array(), more.harmed, more.inserted.matters});
    }
    out["ways"].push_back({way.promise, way.expected, std::move(runs)});
  }
  return out.dump();
}

// What a pilot learns of a kind of delay.
struct Learned {
  double promise = 0, plain_runs = 0;
  std::vector<double> draws = std::vector<double>(put_strata + 1, 0), hits = draws;

  // The share that hits decides how much is proposed; its root, for a stratum's error goes with that.
  // What was hardly tried is thought to hit now and then.
  [[nodiscard]] Proposal proposal() const {
    Proposal out;
    for (std::size_t s = 0; s < put_strata; ++s)
      out.yields.push_back(std::sqrt((hits[s] + 0.05) / (draws[s] + 0.5)));
    return out;
  }
};

// The same of shots.
struct LearnedAim {
  std::vector<double> draws = std::vector<double>(aim_bins + 1, 0), hits = draws;

  [[nodiscard]] AimProposal proposal() const {
    AimProposal out;
    for (std::size_t b = 0; b < aim_bins; ++b)
      out.shares[b] = std::sqrt((hits[b] + 0.2) / (draws[b] + 4));
    return out;
  }
};

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
    for (int round = 0; round < pilot_rounds && out_.interrupted == 0; ++round) {
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

  Rare interrupted(int signal) {
    out_.interrupted = signal;
    return out_;
  }

  // Where there is a reason for none, plain runs alone from some sample on.
  Rare count() {
    const std::int64_t most = request_.options.runs;
    const auto done = [&] { return out_.samples >= most || sure(); };
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
    return request_.until > 0 && i && (i->high - i->low) / 2 <= request_.until * out_.probability();
  }

  [[nodiscard]] bool wants_hold_ups() const {
    return out_.none_undelayed() && out_.hold_ups.empty() && resolved_.tears_down() &&
           !out_.orders.windows.empty() && !out_.reasoned_none() &&
           (out_.hits() == 0 || out_.exposed() <= too_rare_from);
  }

  // False: interrupted.
  bool hold_up() {
    const auto& windows = out_.orders.windows;
    std::vector<HoldUps> all(windows.size());
    out_.interrupted = rounds_.run(
        "hold-ups", 0, hold_up_runs,
        [&](std::int64_t run, std::string& record) {
          json found = json::array();
          for (auto window = windows.begin(); window != windows.end(); ++window) {
            if (!is_held_up_for(*window)) {
              found.push_back(nullptr);
              continue;
            }
            const auto same = std::find_if(windows.begin(), window, [&](const auto& w) {
              return w.ready_at == window->ready_at && w.held_up_at == window->held_up_at;
            });
            if (same != window) {
              found.push_back(found[static_cast<std::size_t>(same - windows.begin())]);
              continue;
            }
            const FoundHoldUp one = shortest_hold_up(sampler_, run, *window);
            found.push_back({one.length, one.came, one.least_of_itself, one.of_itself, one.tried});
          }
          record = found.dump();
          return engine_clock_lasts();
        },
        [&](std::int64_t, const std::string& record) {
          const json found = json::parse(record);
          for (std::size_t i = 0; i < all.size(); ++i)
            if (!found[i].is_null())
              all[i].add({{}, found[i][0], found[i][1], found[i][2], found[i][3], found[i][4]});
        });
    if (out_.interrupted == 0) out_.hold_ups = std::move(all);
    return out_.interrupted == 0;
  }

  void samples(std::int64_t first, std::int64_t count) {
    out_.interrupted = rounds_.run(
        plain_only_ ? "plain run" : "sample with " + std::to_string(request_.windows) + " windows",
        first, count,
        [&](std::int64_t run, std::string& record) {
          record = plain_only_ ? packed(sampler_.take(run, {}), {}, piloting_)
                               : packed(sampler_.take(run, proposals_), shots_of(run), piloting_);
          return engine_clock_lasts();
        },
        [&](std::int64_t run, const std::string& record) { add(run, json::parse(record)); });
  }

  [[nodiscard]] Shots shots_of(std::int64_t run) const {
    if (!aims_at_drains()) return {};
    const WatchedRun plain = watched_run(sampler_, run, {}, true);
    return {hold_aimer_.take(run, plain, aims_[0]),
            aimer_.take(run, plain, aims_[1], request_.windows)};
  }

  void add(std::int64_t run, const json& sample) {
    ++out_.samples;
    out_.plain_hits += sample["hit"].get<bool>();
    out_.unexplained += sample["hit"].get<bool>() && !sample["explained"].get<bool>();
    out_.of_no_put += sample["hit"].get<bool>() && !sample["put"].get<bool>();
    out_.ended_otherwise += sample["otherwise"].get<bool>();
    const Nearest nearest{sample["nearest"].get<std::array<Ps, use_kinds>>(),
                          sample["longest put"],
                          sample["longest undelayed"],
                          sample["longest return"],
                          sample["returns"],
                          sample["late puts"],
                          sample["late returns"],
                          sample["in flight"]};
    out_.nearest.add(nearest);
    out_.edge_of_room.add(std::max<Ps>(0, out_.ring_slots - nearest.most_in_flight));
    for (std::size_t use = 0; use < use_kinds; ++use) out_.edges[use].add(nearest.before[use]);
    if (const json& stretch = sample["stretch"]; !stretch.is_null()) out_.stretch.add(stretch);
    for (const json& length : sample["interruptions"]) interruptions_.push_back(length);
    for (std::size_t i = 0; i < sample["exposures"].size(); ++i)
      out_.channels[i].exposure.add(sample["exposures"][i]);
    if (!resolved_.tears_down()) add_stretch(sample);
    for (std::size_t i = 0; i < sample["ways"].size(); ++i)
      add_way(run, sample["ways"][i], out_.channels[i], learned_[i]);
    if (plain_only_ || !aims_at_drains()) return;
    const std::size_t met = out_.channels.size() - 2;
    add_shots(run, sample["by hold"], out_.channels[met], learned_aims_[0]);
    add_shots(run, sample["by teardown"], out_.channels[met + 1], learned_aims_[1]);
  }

  void add_stretch(const json& sample) {
    const auto n = static_cast<double>(out_.samples);
    out_.stretch_s +=
        (sample["simulated"].get<double>() / static_cast<double>(ps_per_s) - out_.stretch_s) / n;
    out_.packets += (sample["packets"].get<double>() - out_.packets) / n;
  }

  void add_shots(std::int64_t run, const json& shots, RareChannel& channel, LearnedAim& learned) {
    double sum = 0;
    for (const json& shot : shots) {
      const std::size_t bin = shot[0];
      const bool hit = shot[1];
      ++channel.runs;
      ++learned.draws[bin];
      if (!hit) continue;
      ++learned.hits[bin];
      ++channel.hits;
      sum += shot[2].get<double>();
      if (channel.replay.empty()) channel.replay = replay_of(run, shot[3]);
    }
    channel.weighed.add(sum);
  }

  void add_way(std::int64_t run, const json& way, RareChannel& channel, Learned& learned) {
    learned.promise += way[0].get<double>();
    ++learned.plain_runs;
    const double expected = way[1];
    double sum = 0;
    for (const json& more : way[2]) {
      const std::size_t stratum = more[0];
      const bool hit = more[1];
      const double weight = more[2].get<double>() / expected;
      channel.largest = std::max(channel.largest, weight);
      ++channel.runs;
      channel.harmed += more[4].get<bool>();
      ++learned.draws[stratum];
      if (!hit) continue;
      ++learned.hits[stratum];
      ++(weight > 0 ? channel.hits : channel.outside);
      channel.unexpected += !more[5].get<bool>();
      sum += weight;
      channel.by_stratum[stratum] += weight;
      if (channel.replay.empty()) channel.replay = replay_of(run, more[3]);
    }
    channel.weighed.add(sum);
  }

  [[nodiscard]] std::string replay_of(std::int64_t run, const json& words) const {
    CommonOptions options = request_.options;
    for (const auto& word : words)
      options.words.push_back(parse_word(word.get<std::string>(), "rare"));
    return replay_string(resolved_, options, resolved_.variants.front(), run);
  }

  const RareRequest& request_;
  const Resolved& resolved_;
  const Rounds& rounds_;
  const Orders& orders_;
  Budget budget_;
  std::int64_t round_;
  bool plain_only_ = false, needless_ = false, piloting_ = false;
  std::vector<Ps> interruptions_;  // of a pilot
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

std::int64_t Rare::hits() const {
  std::int64_t out = plain_hits;
  for (const RareChannel& c : channels) out += c.hits + c.outside;
  return out;
}

bool RareChannel::is_delay() const {
  return delay != no_delay && delay != no_delay_task;
}

bool Rare::by_plain_runs() const {
  if (plain_hits == 0) return false;
  if (plain_runs_do()) return true;
  const Interval counted = clopper_pearson(plain_hits, samples, surely);
  return weighed_probability() < counted.low || weighed_probability() > counted.high;
}

double Rare::a_packet(double probability) const {
  return -std::log1p(-probability) / packets;
}

double Rare::an_hour(double probability) const {
  return -std::log1p(-probability) / stretch_s * 3600;
}

double Rare::weighed_probability() const {
  double sum = 0;
  for (const RareChannel& c : channels) sum += c.weighed.mean();
  return sum;
}

double Rare::probability() const {
  return by_plain_runs() ? static_cast<double>(plain_hits) / static_cast<double>(samples)
                         : weighed_probability();
}

std::optional<Interval> Rare::interval() const {
  return by_plain_runs() ? clopper_pearson(plain_hits, samples) : weighed_interval();
}

// Channels share their plain runs; each draws for itself, so that what they share makes the sum's
// variance at most that of errors that go together: their sum.
double Rare::standard_error() const {
  double sum = 0;
  for (const RareChannel& c : channels) sum += c.weighed.standard_error();
  return sum;
}

std::optional<Interval> Rare::weighed_interval() const {
  double sum = 0, squares = 0;
  for (const RareChannel& c : channels) {
    if (c.outside > 0) return std::nullopt;
    sum += c.weighed.sum;
    squares += c.weighed.squares;
  }
  return interval_of(weighed_probability(), standard_error(),
                     squares > 0 ? sum * sum / squares : 0);
}

void check_rare(const RareRequest& request, const Resolved& resolved) {
  const WantedHarm wanted(request.kind);
  if (resolved.tears_down()) return;
  if (!wanted.corruption())
    throw ConfigError("poolrace rare: " + resolved.scenario + " tears nothing down, and " +
                      request.kind +
                      " needs that; name a scenario with a teardown, e.g. seed-race, or "
                      "--kind corruption");
  if (request.ladder.replicas > 0)
    throw ConfigError("poolrace rare: --ladder is of teardowns, and " + resolved.scenario +
                      " has none");
}

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
  Rare out = campaign.count();
  if (request.ladder.replicas == 0 || out.interrupted != 0) return out;
  out.ladder = climb_runs(request, resolved, rounds);
  out.interrupted = out.ladder.interrupted;
  if (const auto& hit = out.ladder.first) {
    CommonOptions options = request.options;
    options.words.insert(options.words.end(), hit->words.begin(), hit->words.end());
    out.ladder_replay = replay_string(resolved, options, resolved.variants.front(), hit->run);
  }
  return out;
}

}  // namespace poolrace::experiments
