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
constexpr std::uint64_t few_words = 8;
constexpr double least_fall = 1e-3;  // from level to level, or the pilot moves again where it is:
constexpr int stuck_max = 4;         // so often
constexpr double least_step = -6;    // log10 of the circle

json packed(const Particle& p) {
  json words = json::array();
  for (const sim::GivenWord& w : p.words) words.push_back(text_of(w));
  return {p.run, std::move(words), p.miss == harmed ? json() : json(p.miss)};
}

Particle unpacked(const std::string& record) {
  const json from = json::parse(record);
  Particle out{from[0], {}, from[2].is_null() ? harmed : from[2].get<double>()};
  for (const json& w : from[1]) out.words.push_back(parse_word(w.get<std::string>(), "ladder"));
  return out;
}

// A population climbs: all replicas at once, each for itself.
class Population {
 public:
  Population(const Climb& what, const LadderSize& size, int replicas, std::int64_t first,
             const Rounds& rounds, Ladder& out)
      : what_(what), size_(size), replicas_(replicas), first_(first), rounds_(rounds), out_(out) {}

  // The plain runs.
  void begin() {
    all_.resize(static_cast<std::size_t>(replicas_) * n());
    for (std::size_t i = 0; i < all_.size(); ++i)
      all_[i].run = first_ + static_cast<std::int64_t>(i);
    each([&](Particle& p) { p.miss = what_.miss(p.run, p.words); });
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
                   [level](const Particle& p) { return p.miss <= level; });
      shares.push_back(static_cast<double>(near.size()) / static_cast<double>(n()));
      const std::uint64_t first =
          near.empty() ? 0 : stream(static_cast<std::uint64_t>(r)).below(near.size());
      for (std::size_t i = 0; i < n(); ++i)
        from[static_cast<std::ptrdiff_t>(i)] =
            near.empty() ? Particle{-1, {}, 0} : near[(first + i) % near.size()];
    }
    return shares;
  }

  void move(double level) {
    ++step_;
    each([&](Particle& p) {
      if (p.run < 0) return;
      sim::Stream mine = stream(static_cast<std::uint64_t>(&p - all_.data()));
      for (int m = 0; m < size_.moves; ++m) {
        auto words = moved(what_, p, mine);
        const double miss = what_.miss(p.run, words);
        if (miss > level) continue;
        p.words = std::move(words);
        p.miss = miss;
      }
    });
    for (const Particle& p : all_) out_.runs += p.run < 0 ? 0 : size_.moves;
  }

  [[nodiscard]] const std::vector<Particle>& all() const { return all_; }

 private:
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
  const Rounds& rounds_;
  int step_ = 0;
  Ladder& out_;
  std::vector<Particle> all_;
};

// One replica of twice the size: levels that so many of its runs reach.
void find_levels(const Climb& what, LadderSize size, const Rounds& rounds, Ladder& out) {
  size.particles *= 2;
  Population pilot(what, size, 1, pilot_runs, rounds, out);
  pilot.begin();
  int stuck = 0;
  while (out.interrupted == 0) {
    std::vector<double> misses;
    for (const Particle& p : pilot.all()) misses.push_back(p.miss);
    std::sort(misses.begin(), misses.end());
    const double level =
        misses[static_cast<std::size_t>(size.keep * static_cast<double>(misses.size()))];
    if (level == harmed) {
      out.levels.push_back(harmed);
      return;
    }
    const bool lower = out.levels.empty() || level < out.levels.back() - least_fall;
    stuck = lower ? 0 : stuck + 1;
    if (stuck > stuck_max || static_cast<int>(out.levels.size()) >= size.levels_max) break;
    if (lower) out.levels.push_back(level);
    pilot.keep(std::min(level, out.levels.back()));
    pilot.move(out.levels.back());
  }
  const bool some = std::any_of(pilot.all().begin(), pilot.all().end(),
                                [](const Particle& p) { return p.miss == harmed; });
  if (some)
    out.levels.push_back(harmed);
  else
    out.levels.clear();
}

// Half of the time one of those that are few: phases move all that follows together.
const sim::WordCounts::value_type& place_in(const sim::WordCounts& words, sim::Stream& stream) {
  std::vector<const sim::WordCounts::value_type*> all, few;
  for (const auto& one : words) {
    all.push_back(&one);
    if (one.second <= few_words) few.push_back(&one);
  }
  const auto& from = stream.below(2) == 0 && !few.empty() ? few : all;
  return *from[stream.below(from.size())];
}

}  // namespace

std::vector<sim::GivenWord> moved(const Climb& what, const Particle& from, sim::Stream& stream) {
  const sim::Streams plain(what.seed, static_cast<std::uint64_t>(from.run), from.words);
  std::vector<sim::GivenWord> out = from.words;
  std::uint64_t n = stream.below(2) == 0 ? 1 : std::uint64_t{1} << stream.below(most_doublings);
  for (; n > 0; --n) {
    const auto& [who, count] = place_in(what.words, stream);
    const auto& [name, instance] = who;
    const std::uint64_t index = stream.below(count);
    const std::uint64_t anew = stream.u64(), how = stream.u64();
    std::uint64_t value = anew;
    if (how & 1) {
      const double share = static_cast<double>(anew >> 11) * 0x1p-53;
      const auto step =
          static_cast<std::uint64_t>(std::exp2(63) * std::pow(10, least_step * share));
      const std::uint64_t now = plain.word(name, instance, index);
      value = how & 2 ? now + step : now - step;
    }
    const sim::GivenWord word{name, instance, index, value};
    const auto there = std::find_if(out.begin(), out.end(), [&](const sim::GivenWord& w) {
      return w.stream == word.stream && w.instance == word.instance && w.index == word.index;
    });
    if (there == out.end())
      out.push_back(word);
    else
      *there = word;
  }
  return out;
}

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
  if (mean <= 0 || products.size() < 5 || 3 * died >= static_cast<std::int64_t>(products.size()))
    return std::nullopt;
  const boost::math::students_t t(static_cast<double>(products.size() - 1));
  const double spread = std::exp(boost::math::quantile(t, 0.975) * standard_error() / mean);
  return Interval{mean / spread, mean * spread};
}

Ladder climb(const Climb& what, const LadderSize& size, const Rounds& rounds) {
  Ladder out;
  find_levels(what, size, rounds, out);
  if (out.levels.empty() || out.interrupted != 0) return out;
  Population population(what, size, size.replicas, first_runs, rounds, out);
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
