// SPDX-License-Identifier: MIT
#include "experiments/rare/insertion.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/chance/first_word.hpp"
#include "sim/chance/weighted_pick.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

constexpr std::uint64_t top = ~std::uint64_t{0};
constexpr double effective_hits_min = 30;
constexpr double two_64 = 18446744073709551616.0;

double length_of(const Opening& o) {
  return static_cast<double>(o.to - o.from);
}

}  // namespace

DelayLaw::DelayLaw(double per_ps, LengthOf length_of)
    : per_ps_(per_ps), length_of_(std::move(length_of)) {
  for (std::size_t i = 0; i < 4 * 63; ++i)
    table_.push_back(share_longer(static_cast<Ps>(std::exp2(static_cast<double>(i) / 4))));
}

DelayLaw::DelayLaw(double per_ps, Ps least)
    : per_ps_(per_ps), length_of_([](std::uint64_t) { return ps_never; }) {
  for (std::size_t i = 0; i < 4 * 63; ++i)
    table_.push_back(
        std::min(1.0, static_cast<double>(least) / std::exp2(static_cast<double>(i) / 4)));
}

double DelayLaw::about_share_longer(Ps length) const {
  if (length < 1) return 1;
  const auto at = static_cast<std::size_t>(4 * std::log2(static_cast<double>(length)));
  return table_[std::min(at > 0 ? at - 1 : 0, table_.size() - 1)];  // log2 may round up
}

std::uint64_t DelayLaw::first_longer(Ps length) const {
  return sim::first_word([&](std::uint64_t rank) { return length_of_(rank) > length; });
}

double DelayLaw::share_longer(Ps length) const {
  if (length_of_(top) <= length) return 0;
  return (static_cast<double>(top - first_longer(length)) + 1) / two_64;
}

double exposure(const std::vector<Opening>& openings, const DelayLaw& law) {
  double out = 0;
  for (const Opening& o : openings)
    out += length_of(o) * law.per_ps() * law.about_share_longer(o.beyond - o.to);
  return out;
}

// Of an opening: how long, times how many delays are long enough, times how many of those hit.
RunProposal::RunProposal(const Openings& run, const DelayLaw& law, const Proposal& proposal)
    : run_(run), law_(law), proposal_(proposal) {
  const Ps longest = law.length_of(top);
  for (const Opening& o : run.openings) {
    const bool reached = longest > o.beyond - o.to;  // the table is coarse
    weights_.push_back(reached ? length_of(o) * law.about_share_longer(o.beyond - o.to) *
                                     proposal.yields[o.stratum] * o.share
                               : 0);
    sum_ += weights_.back();
  }
  even_ = sum_ > 0 ? proposal.even : 1;
}

Inserted RunProposal::draw(sim::Stream& stream) const {
  Inserted out;
  if (stream.uniform() < even_) {
    out.stratum = proposal_.yields.size();
    out.cpu = static_cast<models::CpuId>(stream.below(run_.cpus));
    out.at =
        run_.from + static_cast<Ps>(stream.uniform() * static_cast<double>(run_.to - run_.from));
    out.rank = stream.u64();
  } else {
    const Opening& o = run_.openings[sim::weighted_pick(weights_, sum_, stream)];
    out.stratum = o.stratum;
    out.needs = o.beyond - o.to;
    out.matters = o.matters;
    out.cpu = o.cpu;
    out.at = o.from + static_cast<Ps>(stream.uniform() * length_of(o));
    const std::uint64_t lowest = law_.first_longer(o.beyond - o.to);
    out.rank = lowest == 0 ? stream.u64() : lowest + stream.below(top - lowest + 1);
  }
  const double q = density(out);
  out.weight = q > 0 ? law_.per_ps() / q : 0;
  return out;
}

// Of all that could have drawn the same, against λ and the law of lengths; 0 in no opening.
double RunProposal::density(const Inserted& at) const {
  double inside = 0;
  const Ps length = law_.length_of(at.rank);
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const Opening& o = run_.openings[i];
    if (weights_[i] > 0 && o.cpu == at.cpu && o.from <= at.at && at.at < o.to &&
        length > o.beyond - o.to)
      inside += weights_[i] / sum_ / (length_of(o) * law_.share_longer(o.beyond - o.to));
  }
  if (inside <= 0) return 0;
  return (1 - even_) * inside + even_ / (static_cast<double>(run_.to - run_.from) * run_.cpus);
}

void Weighed::add(double weight) {
  ++samples;
  if (weight <= 0) return;
  ++hits;
  sum += weight;
  squares += weight * weight;
  largest = std::max(largest, weight);
}

double Weighed::mean() const {
  return samples == 0 ? 0 : sum / static_cast<double>(samples);
}

double Weighed::standard_error() const {
  if (samples < 2) return 0;
  const auto n = static_cast<double>(samples);
  return std::sqrt(std::max(0.0, squares - sum * sum / n) / (n - 1) / n);
}

double Weighed::effective_hits() const {
  return squares > 0 ? sum * sum / squares : 0;
}

bool is_told(double mean, double standard_error) {
  return mean > 0 && standard_error <= mean / 2;
}

std::optional<Interval> interval_of(double mean, double standard_error, double effective_hits) {
  if (effective_hits < effective_hits_min || mean <= 0) return std::nullopt;
  const double spread = std::exp(1.959964 * standard_error / mean);
  return Interval{mean / spread, mean * spread};
}

}  // namespace poolrace::experiments
