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

constexpr std::int64_t pilot_samples = 200, round_samples = 500;
constexpr std::int64_t first_pilot_run = 900'000'000;  // none that counts
constexpr double even_share = 0.1;
constexpr std::size_t strata = late_dates + 1;  // the last: evenly

std::vector<double> equal_shares() {
  std::vector<double> out(strata, (1 - even_share) / late_dates);
  out.back() = even_share;
  return out;
}

std::string packed(const Sample& sample) {
  json out{{"hit", sample.hit}, {"explained", sample.explained}, {"more", json::array()}};
  for (const Sample::More& more : sample.more) {
    json words = json::array();
    if (more.hit)
      for (const sim::GivenWord& w : more.words) words.push_back(text_of(w));
    out["more"].push_back(
        {more.hit ? more.inserted.weight : 0.0, more.inserted.stratum, std::move(words)});
  }
  return out.dump();
}

// A stratum gets the more the more it adds to the variance; each keeps a little.
std::vector<double> tuned(const std::vector<double>& squares) {
  double sum = 0;
  for (std::size_t s = 0; s < late_dates; ++s) sum += std::sqrt(squares[s]);
  std::vector<double> out = equal_shares();
  if (sum <= 0) return out;
  constexpr double kept = 0.1;
  for (std::size_t s = 0; s < late_dates; ++s)
    out[s] = kept / late_dates + (1 - even_share - kept) * std::sqrt(squares[s]) / sum;
  return out;
}

class Campaign {
 public:
  Campaign(const RareRequest& request, const Resolved& resolved)
      : request_(request),
        resolved_(resolved),
        sampler_(request.options, resolved, request.kind),
        proposals_(sampler_.delayers().size(), Proposal(equal_shares())),
        squares_(sampler_.delayers().size(), std::vector<double>(strata, 0)) {
    reset();
  }

  void tune() {
    samples(first_pilot_run, std::min(pilot_samples, request_.options.runs));
    for (std::size_t i = 0; i < proposals_.size(); ++i)
      proposals_[i] = Proposal(tuned(squares_[i]));
    const int interrupted = out_.interrupted;
    reset();
    out_.interrupted = interrupted;
  }

  Rare count() {
    const std::int64_t most = request_.options.runs;
    while (out_.interrupted == 0 && out_.samples < most && !sure())
      samples(out_.samples, std::min(round_samples, most - out_.samples));
    return out_;
  }

 private:
  void reset() {
    out_ = {};
    for (const models::Delayer& d : sampler_.delayers())
      out_.channels.push_back({d.name, {}, std::vector<double>(strata, 0), ""});
  }

  [[nodiscard]] bool sure() const {
    const auto i = out_.interval();
    return request_.until > 0 && i && (i->high - i->low) / 2 <= request_.until * out_.probability();
  }

  void samples(std::int64_t first, std::int64_t count) {
    WorkerOptions options;
    options.first_run = first;
    options.name = [](std::int64_t run) { return "sample " + std::to_string(run); };
    const int interrupted =
        run_blocks(
            count, request_.options.jobs,
            [&](std::int64_t run, std::string& record) {
              record = packed(sampler_.take(run, proposals_));
              return engine_clock_lasts();
            },
            [&](std::int64_t run, const std::string& record) { add(run, json::parse(record)); },
            options)
            .interrupted;
    out_.interrupted = interrupted;
  }

  void add(std::int64_t run, const json& sample) {
    ++out_.samples;
    out_.plain_hits += sample["hit"].get<bool>();
    out_.unexplained += sample["hit"].get<bool>() && !sample["explained"].get<bool>();
    for (std::size_t i = 0; i < out_.channels.size(); ++i) {
      const json& more = sample["more"][i];
      const double weight = more[0];
      const std::size_t stratum = more[1];
      RareChannel& channel = out_.channels[i];
      channel.weighed.add(weight);
      channel.by_date[stratum] += weight;
      squares_[i][stratum] += weight * weight;
      if (weight > 0 && channel.replay.empty()) channel.replay = replay_of(run, more[2]);
    }
  }

  [[nodiscard]] std::string replay_of(std::int64_t run, const json& words) const {
    CommonOptions options = request_.options;
    for (const auto& word : words)
      options.words.push_back(parse_word(word.get<std::string>(), "rare"));
    return replay_string(resolved_, options, resolved_.variants.front(), run);
  }

  const RareRequest& request_;
  const Resolved& resolved_;
  Sampler sampler_;
  std::vector<Proposal> proposals_;
  std::vector<std::vector<double>> squares_;  // of weights, by channel and stratum
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
  campaign.tune();
  return campaign.count();
}

}  // namespace poolrace::experiments
