// SPDX-License-Identifier: MIT
// Every residual law is closed: the length-biased law of a class is of the same family (a lognormal
// with its median times e^(sigma^2), a truncated Pareto with alpha - 1, the log-uniform becoming
// uniform), and the remaining time is a uniform part of a hold drawn from it.
#include "models/traffic/hold_law.hpp"

#include <algorithm>
#include <cmath>

#include "sim/chance/distributions.hpp"
#include "sim/chance/first_word.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {

namespace {
constexpr std::int64_t million = 1'000'000;
}

void HoldLaw::set_mean() {
  switch (shape) {
    case Shape::constant:
    case Shape::exponential:
      mean = scale;
      break;
    case Shape::uniform:
      mean = scale / 2;
      break;
    case Shape::lognormal:
      mean = sim::scale_exp2(scale, sim::log2_of_exp(milli * milli, 2 * million));
      break;
    case Shape::pareto:
      mean = sim::pareto_mean(scale, milli, cap);
      break;
  }
}

Ps HoldLaw::at(std::uint64_t rank) const {
  switch (shape) {
    case Shape::constant:
      return scale;
    case Shape::uniform:
      return static_cast<Ps>(
          static_cast<unsigned __int128>(rank) * static_cast<std::uint64_t>(scale) >> 64);
    case Shape::exponential:
      return sim::exponential_of(~rank, scale);
    case Shape::lognormal:
      return sim::lognormal_of(rank, scale, milli);
    case Shape::pareto:
      return sim::pareto_of(rank, scale, milli, cap);
  }
  throw InternalError("no such hold law");
}

Ps HoldLaw::draw(sim::Stream& stream) const {
  if (shape == Shape::constant) return scale;
  const std::uint64_t word = stream.u64();
  return at(shape == Shape::exponential ? ~word : word);
}

std::optional<std::uint64_t> HoldLaw::first_longer(Ps age) const {
  if (at(~std::uint64_t{0}) <= age) return std::nullopt;
  if (at(0) > age) return 0;
  return sim::first_word([&](std::uint64_t rank) { return at(rank) > age; });
}

std::uint64_t HoldLaw::survivors(Ps age) const {
  const auto first = first_longer(age);
  return first ? ~*first : 0;  // short of 2^64 by one, where all are
}

Ps HoldLaw::draw_longer(sim::Stream& stream, Ps age) const {
  const auto first = first_longer(age);
  check(first.has_value(), "draw_longer needs an age that some hold exceeds");
  const std::uint64_t rank = *first == 0 ? stream.u64() : *first + stream.below(-*first);
  return std::max(at(rank), age + 1);
}

Ps HoldLaw::longest() const {
  const bool ends = shape == Shape::constant || shape == Shape::uniform || shape == Shape::pareto;
  return ends ? std::max(scale, cap) : at(~std::uint64_t{0} - (std::uint64_t{1} << 44));
}

// The whole hold of a page that is met: longer holds are met more often.
Ps HoldLaw::draw_whole(sim::Stream& stream) const {
  switch (shape) {
    case Shape::constant:
      return scale;
    case Shape::uniform: {
      const Ps one = sim::uniform_part(stream, scale);
      return std::max(one, sim::uniform_part(stream, scale));
    }
    case Shape::exponential:
      throw InternalError("an exponential hold needs no whole");
    case Shape::lognormal: {
      const Ps median = sim::scale_exp2(scale, sim::log2_of_exp(milli * milli, million));
      return sim::lognormal(stream, median, milli);
    }
    case Shape::pareto:
      return sim::pareto(stream, scale, milli - 1000, cap);
  }
  throw InternalError("no such hold law");
}

Ps HoldLaw::draw_residual(sim::Stream& stream) const {
  if (shape == Shape::exponential) return sim::exponential(stream, scale);  // memoryless
  return sim::uniform_part(stream, draw_whole(stream));
}

HoldLaw::Met HoldLaw::draw_met(sim::Stream& stream) const {
  if (shape == Shape::exponential) {
    const Ps age = sim::exponential(stream, scale);
    return {age, sim::exponential(stream, scale)};
  }
  const Ps whole = draw_whole(stream), remaining = sim::uniform_part(stream, whole);
  return {whole - remaining, remaining};
}

double HoldLaw::density(double u) const {
  const double unit = static_cast<double>(scale), y = u / unit;
  if (u <= 0) return 0;
  switch (shape) {
    case Shape::constant:
      return 0;
    case Shape::uniform:
      return y < 1 ? 1 / unit : 0;
    case Shape::exponential:
      return std::exp(-y) / unit;
    case Shape::lognormal: {
      const double sigma = static_cast<double>(milli) / 1000, z = std::log(y) / sigma;
      return std::exp(-z * z / 2) / (u * sigma * std::sqrt(2 * M_PI));
    }
    case Shape::pareto:
      break;
  }
  const double end = static_cast<double>(cap) / unit;
  if (y < 1 || y >= end) return 0;
  if (milli == 0) return 1 / (u * std::log(end));
  const double alpha = static_cast<double>(milli) / 1000;
  return alpha * std::pow(y, -alpha - 1) / (1 - std::pow(end, -alpha)) / unit;
}

double HoldLaw::survival(double u) const {
  const double y = u / static_cast<double>(scale);
  switch (shape) {
    case Shape::constant:
      return y < 1 ? 1 : 0;
    case Shape::uniform:
      return std::max(1 - y, 0.0);
    case Shape::exponential:
      return std::exp(-y);
    case Shape::lognormal:
      return y <= 0 ? 1
                    : 0.5 * std::erfc(std::log(y) * 1000 / static_cast<double>(milli) / M_SQRT2);
    case Shape::pareto:
      break;
  }
  const double end = static_cast<double>(cap) / static_cast<double>(scale);
  if (y < 1) return 1;
  if (y >= end) return 0;
  if (milli == 0) return std::log(end / y) / std::log(end);
  const double alpha = static_cast<double>(milli) / 1000, floor = std::pow(end, -alpha);
  return (std::pow(y, -alpha) - floor) / (1 - floor);
}

double HoldLaw::survival_below(double x) const {
  const double unit = static_cast<double>(scale);
  double y = x / unit;
  switch (shape) {
    case Shape::constant:
      return unit * std::min(y, 1.0);
    case Shape::uniform:
      y = std::min(y, 1.0);
      return unit * y * (1 - y / 2);
    case Shape::exponential:
      return unit * -std::expm1(-y);
    case Shape::lognormal: {
      if (y <= 0) return 0;
      const double sigma = static_cast<double>(milli) / 1000, z = std::log(y) / sigma;
      const double below = std::exp(sigma * sigma / 2) * 0.5 * std::erfc((sigma - z) / M_SQRT2);
      return unit * (y * 0.5 * std::erfc(z / M_SQRT2) + below);
    }
    case Shape::pareto:
      break;
  }
  const double end = static_cast<double>(cap) / unit;
  y = std::min(y, end);
  if (y <= 1 || end <= 1) return unit * std::min(y, 1.0);
  if (milli == 0)
    return unit * (1 + (y * std::log(end / y) + y - 1 - std::log(end)) / std::log(end));
  const double alpha = static_cast<double>(milli) / 1000, floor = std::pow(end, -alpha);
  const double power = milli == 1000 ? std::log(y) : (std::pow(y, 1 - alpha) - 1) / (1 - alpha);
  return unit * (1 + (power - floor * (y - 1)) / (1 - floor));
}

}  // namespace poolrace::models
