// SPDX-License-Identifier: MIT
#include "experiments/rare/places.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "sim/chance/weighted_pick.hpp"

namespace poolrace::experiments {
namespace {

constexpr double usual = 0.05;  // share of moves that move a run

// Band b: the words that are 2^b − 1 … 2^(b+1) − 2 before the last.
unsigned bands(std::uint64_t count) {
  return static_cast<unsigned>(std::bit_width(count));
}
std::uint64_t width(unsigned band, std::uint64_t count) {
  const std::uint64_t from = (std::uint64_t{1} << band) - 1;
  return std::min(count - from, from + 1);
}

unsigned band_at(std::uint64_t index, std::uint64_t count) {
  return bands(count - index) - 1;
}

}  // namespace

void LearnedPlaces::learn(const OneMove& move) {
  Moves& moves = moves_[move.first];
  ++moves.all;
  moves.moved += move.second;
}

// The root: where few moves go through more of them are needed, and where none did in many there are few.
double LearnedPlaces::weight(const PlaceBand& band) const {
  const auto known = moves_.find(band);
  const Moves moves = known == moves_.end() ? Moves{} : known->second;
  return std::sqrt((moves.moved + usual) / (moves.all + 1));
}

Places::Places(const LearnedPlaces& learned, const sim::WordCounts& drawn) : drawn_(drawn) {
  for (const auto& stream : drawn)
    for (unsigned band = 0; band < bands(stream.second); ++band) {
      shares_.push_back({&stream, band});
      weights_.push_back(learned.weight({stream.first, band}));
    }
  sum_ = std::accumulate(weights_.begin(), weights_.end(), 0.0);
}

Place Places::pick(sim::Stream& chance) const {
  const auto& [stream, band] = shares_[sim::weighted_pick(weights_, sum_, chance)];
  const auto& [who, count] = *stream;
  const std::uint64_t first = count - (std::uint64_t{1} << band);
  return {who.first, who.second, first - chance.below(width(band, count))};
}

double Places::chance_of(const Place& place) const {
  const auto stream = drawn_.find({place.stream, place.instance});
  if (stream == drawn_.end() || stream->second <= place.index) return 0;
  const unsigned band = band_at(place.index, stream->second);
  std::size_t i = 0;
  while (shares_[i].stream != &*stream || shares_[i].band != band) ++i;
  return weights_[i] / sum_ / static_cast<double>(width(band, stream->second));
}

PlaceBand Places::band_of(const Place& place) const {
  const auto& stream = *drawn_.find({place.stream, place.instance});
  return {stream.first, band_at(place.index, stream.second)};
}

}  // namespace poolrace::experiments
