// SPDX-License-Identifier: MIT
#include "experiments/rare/aim_proposal.hpp"

#include <numeric>

#include "sim/chance/weighted_pick.hpp"

namespace poolrace::experiments {

namespace {
constexpr Ps first_bin = 16 * ps_per_ns;
}

AimBin aim_bin(std::size_t bin) {
  const std::size_t out = bin % aim_bins_a_side;
  const Ps far = first_bin << out, near = out == 0 ? 0 : far / 2;
  return bin < aim_bins_a_side ? AimBin{-far, -near} : AimBin{near, far};
}

double AimProposal::sum() const {
  return std::accumulate(shares.begin(), shares.end(), 0.0);
}

std::size_t AimProposal::draw_bin(sim::Stream& stream) const {
  return sim::weighted_pick(shares, sum(), stream);
}

Ps AimProposal::draw(std::size_t bin, sim::Stream& stream) const {
  const auto [from, to] = aim_bin(bin);
  return from + static_cast<Ps>(stream.below(static_cast<std::uint64_t>(to - from)));
}

double AimProposal::density(Ps from_meeting) const {
  for (std::size_t bin = 0; bin < aim_bins; ++bin) {
    const auto [from, to] = aim_bin(bin);
    if (from_meeting >= from && from_meeting < to)
      return shares[bin] / sum() / static_cast<double>(to - from);
  }
  return 0;
}

}  // namespace poolrace::experiments
