// SPDX-License-Identifier: MIT
// One class of the hold law: a family, its numbers, and its weight among the others.
// A hold is a rising function of one random word, at(); so how many words give a hold longer than an
// age, and which, is found by bisection, in integers and exactly as drawn: that is survivors(), and
// what draw_longer() draws from.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/chance/random.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

// What became of the page: in order, behind a hole or a slow reader, waiting for a retransmission,
// with an application that forgot it, in IP reassembly; `single` for the one-law kinds.
enum class HoldClass : std::uint8_t { in_order, slow, tail, stuck, fragment, single };

// A pareto with alpha 0 is the log-uniform law; uniform begins at 0.
struct HoldLaw {
  enum class Shape : std::uint8_t { constant, uniform, exponential, lognormal, pareto } shape;
  HoldClass cls;
  Ps scale;  // the constant, the end, the mean, the median, the minimum
  Ps cap;
  std::int64_t milli;  // sigma or alpha
  std::uint64_t weight;
  Ps mean = 0;
  std::uint64_t threshold = 0;           // of a word that picks a class among new holds
  std::uint64_t residual_threshold = 0;  // and among pages met in flight

  void set_mean();
  [[nodiscard]] Ps at(std::uint64_t rank) const;  // rises from the shortest hold to the longest
  Ps draw(sim::Stream& stream) const;
  Ps draw_residual(sim::Stream& stream) const;
  struct Met {
    Ps age, remaining;  // of one met in flight: what its hold was so far, and will be
  };
  Met draw_met(sim::Stream& stream) const;
  // The lowest rank with a longer hold than this; none if no hold is.
  [[nodiscard]] std::optional<std::uint64_t> first_longer(Ps age) const;
  [[nodiscard]] std::uint64_t survivors(Ps age) const;  // of 2^64 ranks
  Ps draw_longer(sim::Stream& stream, Ps age) const;    // a hold, given that it is longer
  [[nodiscard]] Ps longest() const;                     // which one in a million exceeds

  Ps draw_whole(sim::Stream& stream) const;

  // For statistics only: P(hold > u), and its integral over 0 .. x.
  [[nodiscard]] double survival(double u) const;
  [[nodiscard]] double survival_below(double x) const;
  [[nodiscard]] double density(double u) const;  // a ps; of a constant none
};

}  // namespace poolrace::models
