// SPDX-License-Identifier: MIT
#include "models/traffic/past.hpp"

#include <algorithm>

#include "sim/chance/distributions.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {

namespace {
using u64 = std::uint64_t;
using u128 = unsigned __int128;
constexpr u64 very_many = u64{1} << 62;

// -ln(1 - p / 2^64) in Q64.
u64 hazard_q64(u64 p) {
  check(p >> 63 == 0, "what is likelier than 1/2 is drawn one by one");
  if (p < u64{1} << 44) return p + static_cast<u64>(static_cast<u128>(p) * p >> 65);
  constexpr u64 ln2_q64 = 0xb17217f7d1cf79ac;
  const auto octaves = static_cast<u64>(64 * sim::q56_one - sim::log2_q56(0 - p));
  return static_cast<u64>(static_cast<u128>(octaves) * ln2_q64 >> 56);
}
}  // namespace

u64 failures_before_success(sim::Stream& stream, u64 p) {
  const u64 word = static_cast<u64>(sim::unit_exponential_q56(stream));
  if (p == 0) return very_many;
  return static_cast<u64>(
      std::min<u128>((static_cast<u128>(word) << 8) / hazard_q64(p), very_many));
}

// A ring fills by what comes more than goes, and then takes what goes.
u64 Receiver::taken_of(u64 frames, Ps gap) const {
  const Ps own_gap = gap * queues;
  if (per_frame <= own_gap) return frames;
  const u64 until_full = static_cast<u64>(static_cast<u128>(ring) * static_cast<u64>(per_frame) /
                                          static_cast<u64>(per_frame - own_gap)) *
                         queues;
  if (frames <= until_full) return frames;
  return until_full + static_cast<u64>(static_cast<u128>(frames - until_full) *
                                       static_cast<u64>(own_gap) / static_cast<u64>(per_frame));
}

u64 Receiver::share_q32(u64 per_second) const {
  constexpr u64 whole = u64{1} << 32;
  const u128 busy = static_cast<u128>(per_second) * static_cast<u64>(per_frame);
  const u128 most = static_cast<u128>(ps_per_s) * queues;
  return busy <= most ? whole : static_cast<u64>(most * whole / busy);
}

Ps Intake::take(Ps date) {
  if (receiver_.per_frame == 0) return date;
  Ps& free_at = free_at_[next_];
  next_ = (next_ + 1) % free_at_.size();
  if (free_at > date && free_at - date > receiver_.ring * receiver_.per_frame) return ps_never;
  return free_at = std::max(free_at, date) + receiver_.per_frame;
}

std::vector<Past::Survivor> Past::candidates(u64 per_second) {
  std::vector<Survivor> out;
  // One draw of a count is good for a mean of 2^20; of a sum of counts each is a draw.
  const u128 mean = static_cast<u128>(per_second) * static_cast<u64>(hold_.mean()) / ps_per_s;
  const u64 pieces = static_cast<u64>(mean >> 20) + 1;
  for (u64 i = 0; i < pieces; ++i) {
    const u64 rate = per_second / pieces + (i < per_second % pieces);
    for (u64 n = sim::poisson(stream_, sim::poisson_mean_q32(rate, hold_.mean())); n > 0; --n) {
      const HoldTime::Met met = hold_.draw_met(stream_);
      if (met.age > window_) out.push_back({met.age - window_, met.remaining});
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.before < b.before; });
  return out;
}

void Past::keep_group(const Survivor& page, u64 frames, Ps gap) {
  const u64 taken = receiver_.taken_of(frames, gap);
  if (stream_.below(frames) >= taken) return;  // it was dropped
  const u64 earlier = stream_.below(taken);
  const Ps age = window_ + page.before;
  const u64 chance = hold_.survivors(age);
  if (failures_before_success(stream_, chance) < earlier) return;
  keep(page);
  u64 later = taken - 1 - earlier;
  for (u64 k; (k = failures_before_success(stream_, chance)) < later; later -= k + 1)
    keep_longer(age);
}

// From frame i on none is likelier to survive than it: skip to the next that would by its chance,
// and keep that one by what is left of its own.
void Past::keep_of(const std::function<Ps(u64)>& before) {
  for (u64 i = 0;; ++i) {
    const u64 bound = hold_.survivors(window_ + before(i));
    if (bound == 0) return;
    i += failures_before_success(stream_, bound);
    const Ps age = window_ + before(i);
    if (stream_.below(bound) < hold_.survivors(age)) keep_longer(age);
  }
}

}  // namespace poolrace::models
