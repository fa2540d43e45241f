// SPDX-License-Identifier: MIT
#include "experiments/rare/rare.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "experiments/rare/sample.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/workers/engine_clock.hpp"
#include "experiments/workers/workers.hpp"

namespace poolrace::experiments {
namespace {

using nlohmann::json;

constexpr int pilot_rounds = 3;
constexpr std::int64_t first_pilot_run = 900'000'000;  // none that counts
constexpr double runs_a_sample = 2;                    // more runs for a plain one, on average

std::string packed(const Sample& sample) {
  json out{{"hit", sample.hit}, {"explained", sample.explained}, {"ways", json::array()}};
  for (const Sample::Way& way : sample.ways) {
    json runs = json::array();
    for (const Sample::More& more : way.more) {
      json words = json::array();
      if (more.hit)
        for (const sim::GivenWord& w : more.words) words.push_back(text_of(w));
      runs.push_back({more.inserted.stratum, more.hit, more.inserted.weight, std::move(words)});
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

class Campaign {
 public:
  Campaign(const RareRequest& request, const Resolved& resolved)
      : request_(request),
        resolved_(resolved),
        round_(std::min(request.round, request.options.runs)),
        sampler_(request.options, resolved, request.kind),
        learned_(sampler_.delayers().size()) {
    for (const Learned& nothing : learned_) proposals_.push_back({nothing.proposal(), 0});
    reset();
  }

  // Promises are compared under one proposal: the last round is for how many runs they are worth.
  void tune() {
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
    }
    const int interrupted = out_.interrupted;
    reset();
    out_.interrupted = interrupted;
  }

  Rare count() {
    const std::int64_t most = request_.options.runs;
    while (out_.interrupted == 0 && out_.samples < most && !sure())
      samples(out_.samples, std::min(round_, most - out_.samples));
    return out_;
  }

 private:
  void reset() {
    out_ = {};
    for (const models::Delayer& d : sampler_.delayers()) {
      out_.channels.emplace_back();
      out_.channels.back().delay = d.name;
    }
  }

  [[nodiscard]] bool sure() const {
    const auto i = out_.interval();
    return request_.until > 0 && i && (i->high - i->low) / 2 <= request_.until * out_.probability();
  }

  void samples(std::int64_t first, std::int64_t count) {
    WorkerOptions options;
    options.first_run = first;
    options.name = [](std::int64_t run) { return "sample " + std::to_string(run); };
    out_.interrupted =
        run_blocks(
            count, request_.options.jobs,
            [&](std::int64_t run, std::string& record) {
              record = packed(sampler_.take(run, request_.plain_only ? nothing_ : proposals_));
              return engine_clock_lasts();
            },
            [&](std::int64_t run, const std::string& record) { add(run, json::parse(record)); },
            options)
            .interrupted;
  }

  void add(std::int64_t run, const json& sample) {
    ++out_.samples;
    out_.plain_hits += sample["hit"].get<bool>();
    out_.unexplained += sample["hit"].get<bool>() && !sample["explained"].get<bool>();
    for (std::size_t i = 0; i < sample["ways"].size(); ++i)
      add_way(run, sample["ways"][i], out_.channels[i], learned_[i]);
  }

  void add_way(std::int64_t run, const json& way, RareChannel& channel, Learned& learned) {
    learned.promise += way[0].get<double>();
    ++learned.plain_runs;
    const double expected = way[1];
    double sum = 0;
    for (const json& more : way[2]) {
      const std::size_t stratum = more[0];
      const bool hit = more[1];
      const double weight = hit ? more[2].get<double>() / expected : 0;
      ++channel.runs;
      ++learned.draws[stratum];
      if (!hit) continue;
      ++learned.hits[stratum];
      ++(weight > 0 ? channel.hits : channel.outside);
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
  std::int64_t round_;
  Sampler sampler_;
  std::vector<WayProposal> proposals_;
  const std::vector<WayProposal> nothing_;
  std::vector<Learned> learned_;
  Rare out_;
};

}  // namespace

double Rare::probability() const {
  double sum = 0;
  for (const RareChannel& c : channels) sum += c.weighed.mean();
  return sum;
}

// Channels share their plain runs; each draws for itself, so that what they share makes the sum's
// variance at most that of errors that go together: their sum.
double Rare::standard_error() const {
  double sum = 0;
  for (const RareChannel& c : channels) sum += c.weighed.standard_error();
  return sum;
}

std::optional<Interval> Rare::interval() const {
  double sum = 0, squares = 0;
  for (const RareChannel& c : channels) {
    if (c.outside > 0) return std::nullopt;
    sum += c.weighed.sum;
    squares += c.weighed.squares;
  }
  return interval_of(probability(), standard_error(), squares > 0 ? sum * sum / squares : 0);
}

void check_rare(const RareRequest& request, const Resolved& resolved) {
  const WantedHarm wanted(request.kind);
  if (resolved.values().teardown == models::Teardown::none)
    throw ConfigError("poolrace rare: " + resolved.scenario +
                      " tears nothing down; name a scenario with a teardown, e.g. seed-race");
}

Rare run_rare(const RareRequest& request, const Resolved& resolved) {
  Campaign campaign(request, resolved);
  if (!request.plain_only) campaign.tune();
  return campaign.count();
}

}  // namespace poolrace::experiments
