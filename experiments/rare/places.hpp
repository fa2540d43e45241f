// SPDX-License-Identifier: MIT
// Where a step of the ladder goes: of thousands of words that a run draws a handful decide how near it comes, most of
// them among the last of their stream.  So the words of a stream lie in bands, each twice as far from its end as the
// one before, and bands whose words moved a run (learned of the pilot) are chosen more often.  A move into a run that
// drew more or fewer words may be less likely than its way back: chance_of() tells both.
// Left out: which word of a band it is.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/chance/random.hpp"

namespace poolrace::experiments {

// A word of a run, whatever it is.
struct Place {
  std::string stream;
  std::uint32_t instance = 0;
  std::uint64_t index = 0;
};

using PlaceBand = std::pair<std::pair<std::string, std::uint32_t>, unsigned>;  // stream, band

// A move of one word, and whether it moved the run: it stayed as near, and not at the same distance.
using OneMove = std::pair<PlaceBand, bool>;

class LearnedPlaces {
 public:
  void learn(const OneMove& move);
  [[nodiscard]] double weight(const PlaceBand& band) const;

 private:
  struct Moves {
    int all = 0, moved = 0;
  };
  std::map<PlaceBand, Moves> moves_;
};

// Of a run that drew so many words, which outlive it.
class Places {
 public:
  Places(const LearnedPlaces& learned, const sim::WordCounts& drawn);
  [[nodiscard]] Place pick(sim::Stream& chance) const;
  // 0: the run has no such word.
  [[nodiscard]] double chance_of(const Place& place) const;
  [[nodiscard]] PlaceBand band_of(const Place& place) const;  // of a word that it has

 private:
  struct Share {
    const sim::WordCounts::value_type* stream;
    unsigned band;
  };
  const sim::WordCounts& drawn_;
  std::vector<Share> shares_;
  std::vector<double> weights_;
  double sum_ = 0;
};

}  // namespace poolrace::experiments
