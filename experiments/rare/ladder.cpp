// SPDX-License-Identifier: MIT
#include "experiments/rare/ladder.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "experiments/scenario/common_options.hpp"

namespace poolrace::experiments {
namespace {

using nlohmann::json;

constexpr std::int64_t pilot_runs = 800'000'000,
                       first_runs = 700'000'000;  // none that counts elsewhere
constexpr unsigned most_doublings = 6;            // of words in one move
constexpr double least_fall = 1e-3;  // from level to level, or the pilot moves again where it is:
constexpr int stuck_max = 4;         // so often
constexpr double least_step = -6;    // log10 of the circle
// Over the mean, at most: of ten products whose logarithms scatter by 1 the interval covers 89 %, by 1.5 it would 81 %.
constexpr double told_error = 1.0 / 3;

json packed(const Particle& p) {
  json words = json::array(), drawn = json::array(), moves = json::array();
  for (const sim::GivenWord& w : p.words) words.push_back(text_of(w));
  for (const auto& [who, count] : p.reached.drawn) drawn.push_back({who.first, who.second, count});
  for (const auto& [band, moved] : p.moves)
    moves.push_back({band.first.first, band.first.second, band.second, moved});
  const double miss = p.reached.miss;
  return {p.run, std::move(words), miss == harmed ? json() : json(miss), std::move(drawn),
          std::move(moves)};
}

Particle unpacked(const std::string& record) {
  const json from = json::parse(record);
  const auto stream = [](const json& of) {
    return std::pair{of[0].get<std::string>(), of[1].get<std::uint32_t>()};
  };
  Particle out{from[0], {}, {from[2].is_null() ? harmed : from[2].get<double>(), {}}, {}};
  for (const json& w : from[1]) out.words.push_back(parse_word(w.get<std::string>(), "ladder"));
  for (const json& d : from[3]) out.reached.drawn[stream(d)] = d[2];
  for (const json& m : from[4]) out.moves.push_back({{stream(m), m[2]}, m[3]});
  return out;
}

// One word or some, anew or moved a little round the circle of all words.
std::vector<sim::GivenWord> moved(std::uint64_t seed, const Particle& from,
                                  const std::vector<Place>& places, sim::Stream& chance) {
  const sim::Streams before(seed, static_cast<std::uint64_t>(from.run), from.words);
  std::vector<sim::GivenWord> out = from.words;
  for (const auto& [stream, instance, index] : places) {
    std::uint64_t value = chance.u64();
    const std::uint64_t how = chance.u64();
    if (how & 1) {
      const double share = static_cast<double>(value >> 11) * 0x1p-53;
      const auto step =
          static_cast<std::uint64_t>(std::exp2(63) * std::pow(10, least_step * share));
      const std::uint64_t now = before.word(stream, instance, index);
      value = how & 2 ? now + step : now - step;
    }
    const auto there = std::find_if(out.begin(), out.end(), [&](const sim::GivenWord& w) {
      return w.stream == stream && w.instance == instance && w.index == index;
    });
    if (there == out.end())
      out.push_back({stream, instance, index, value});
    else
      there->value = value;
  }
  return out;
}

std::vector<Place> some_of(const Places& places, sim::Stream& chance) {
  std::uint64_t n = chance.below(2) == 0 ? 1 : std::uint64_t{1} << chance.below(most_doublings);
  std::vector<Place> out;
  for (; n > 0; --n) out.push_back(places.pick(chance));
  return out;
}

double log_chance_of(const std::vector<Place>& all, const Places& places) {
  double out = 0;
  for (const Place& place : all) out += std::log(places.chance_of(place));
  return out;
}

// A population climbs: all replicas at once, each for itself.
class Population {
 public:
  Population(const Climb& what, const LadderSize& size, int replicas, std::int64_t first,
             const LearnedPlaces& learned, const Rounds& rounds, Ladder& out)
      : what_(what),
        size_(size),
        replicas_(replicas),
        first_(first),
        learned_(learned),
        rounds_(rounds),
        out_(out) {}

  // The plain runs.
  void begin() {
    all_.resize(static_cast<std::size_t>(replicas_) * n());
    for (std::size_t i = 0; i < all_.size(); ++i)
      all_[i].run = first_ + static_cast<std::int64_t>(i);
    each([&](Particle& p) { p.reached = what_.reach(p.run, p.words); });
    out_.runs += static_cast<std::int64_t>(all_.size());
  }

  // The share of each replica that is as near; from these it goes on, each as often as others but one.
  std::vector<double> keep(double level) {
    ++step_;
    std::vector<double> shares;
    for (int r = 0; r < replicas_; ++r) {
      const auto from =
          all_.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(r) * n());
      std::vector<Particle> near;
      std::copy_if(from, from + static_cast<std::ptrdiff_t>(n()), std::back_inserter(near),
                   [level](const Particle& p) { return p.reached.miss <= level; });
      shares.push_back(static_cast<double>(near.size()) / static_cast<double>(n()));
      const std::uint64_t first =
          near.empty() ? 0 : stream(static_cast<std::uint64_t>(r)).below(near.size());
      for (std::size_t i = 0; i < n(); ++i)
        from[static_cast<std::ptrdiff_t>(i)] =
            near.empty() ? Particle{-1, {}, {}, {}} : near[(first + i) % near.size()];
    }
    return shares;
  }

  void move(double level) {
    ++step_;
    each([&](Particle& p) {
      if (p.run < 0) return;
      sim::Stream mine = stream(static_cast<std::uint64_t>(&p - all_.data()));
      p.moves.clear();
      for (int m = 0; m < size_.moves; ++m) move(p, level, mine);
    });
    for (const Particle& p : all_) out_.runs += p.run < 0 ? 0 : size_.moves;
  }

  [[nodiscard]] const std::vector<Particle>& all() const { return all_; }

 private:
  // As likely as the way back.
  void move(Particle& p, double level, sim::Stream& chance) const {
    const Places here(learned_, p.reached.drawn);
    const std::vector<Place> places = some_of(here, chance);
    auto words = moved(what_.seed, p, places, chance);
    const double taken = log_chance_of(places, here) + std::log(chance.uniform());
    Reached reached = what_.reach(p.run, words);
    const bool goes =
        reached.miss <= level && log_chance_of(places, Places(learned_, reached.drawn)) > taken;
    if (places.size() == 1)
      p.moves.emplace_back(here.band_of(places[0]), goes && reached.miss != p.reached.miss);
    if (!goes) return;
    p.words = std::move(words);
    p.reached = std::move(reached);
  }

  [[nodiscard]] std::size_t n() const { return static_cast<std::size_t>(size_.particles); }

  [[nodiscard]] sim::Stream stream(std::uint64_t item) const {
    return sim::Streams(what_.seed, static_cast<std::uint64_t>(first_) + item)
        .stream("ladder", static_cast<unsigned>(step_));
  }

  template <class Work>
  void each(Work work) {
    if (out_.interrupted != 0) return;
    std::vector<Particle> next(all_.size());
    out_.interrupted = rounds_.run(
        "ladder " + std::to_string(first_) + " step " + std::to_string(step_), 0,
        static_cast<std::int64_t>(all_.size()),
        [&](std::int64_t i, std::string& record) {
          Particle& p = all_[static_cast<std::size_t>(i)];
          work(p);
          record = packed(p).dump();
          return !what_.clock_lasts || what_.clock_lasts();
        },
        [&](std::int64_t i, const std::string& record) {
          next[static_cast<std::size_t>(i)] = unpacked(record);
        });
    if (out_.interrupted == 0) all_ = std::move(next);
  }

  const Climb& what_;
  const LadderSize& size_;
  int replicas_;
  std::int64_t first_;
  const LearnedPlaces& learned_;
  const Rounds& rounds_;
  int step_ = 0;
  Ladder& out_;
  std::vector<Particle> all_;
};

// One replica of twice the size: levels that so many of its runs reach.
LearnedPlaces find_levels(const Climb& what, LadderSize size, const Rounds& rounds, Ladder& out) {
  LearnedPlaces learned;
  size.particles *= 2;
  Population pilot(what, size, 1, pilot_runs, learned, rounds, out);
  pilot.begin();
  int stuck = 0;
  while (out.interrupted == 0) {
    std::vector<double> misses;
    for (const Particle& p : pilot.all()) misses.push_back(p.reached.miss);
    std::sort(misses.begin(), misses.end());
    const double level =
        misses[static_cast<std::size_t>(size.keep * static_cast<double>(misses.size()))];
    if (level == harmed) {
      out.levels.push_back(harmed);
      return learned;
    }
    const bool lower = out.levels.empty() || level < out.levels.back() - least_fall;
    stuck = lower ? 0 : stuck + 1;
    if (stuck > stuck_max || static_cast<int>(out.levels.size()) >= size.levels_max) break;
    if (lower) out.levels.push_back(level);
    pilot.keep(std::min(level, out.levels.back()));
    pilot.move(out.levels.back());
    for (const Particle& p : pilot.all())
      for (const OneMove& move : p.moves) learned.learn(move);
  }
  const bool some = std::any_of(pilot.all().begin(), pilot.all().end(),
                                [](const Particle& p) { return p.reached.miss == harmed; });
  if (some)
    out.levels.push_back(harmed);
  else
    out.levels.clear();
  return learned;
}

}  // namespace

double Ladder::probability() const {
  return products.empty() ? 0
                          : std::accumulate(products.begin(), products.end(), 0.0) /
                                static_cast<double>(products.size());
}

double Ladder::standard_error() const {
  const auto n = static_cast<double>(products.size());
  if (n < 2) return 0;
  double squares = 0;
  for (const double p : products) squares += (p - probability()) * (p - probability());
  return std::sqrt(squares / (n - 1) / n);
}

std::optional<Interval> Ladder::interval() const {
  const auto died = std::count(products.begin(), products.end(), 0.0);
  const double mean = probability();
  const bool many_died = 3 * died >= static_cast<std::int64_t>(products.size());
  if (mean <= 0 || products.size() < 5 || many_died || standard_error() > mean * told_error)
    return std::nullopt;
  const boost::math::students_t t(static_cast<double>(products.size() - 1));
  const double spread = std::exp(boost::math::quantile(t, 0.975) * standard_error() / mean);
  return Interval{mean / spread, mean * spread};
}

Ladder climb(const Climb& what, const LadderSize& size, const Rounds& rounds) {
  Ladder out;
  const LearnedPlaces learned = find_levels(what, size, rounds, out);
  if (out.levels.empty() || out.interrupted != 0) return out;
  Population population(what, size, size.replicas, first_runs, learned, rounds, out);
  population.begin();
  std::vector<double> products(static_cast<std::size_t>(size.replicas), 1.0);
  for (const double level : out.levels) {
    if (out.interrupted != 0) return out;
    const auto shares = population.keep(level);
    for (std::size_t r = 0; r < shares.size(); ++r) products[r] *= shares[r];
    if (level != harmed) population.move(level);
  }
  out.products = std::move(products);
  for (const Particle& p : population.all())
    if (p.run >= 0 && !out.first) out.first = p;
  return out;
}

}  // namespace poolrace::experiments
