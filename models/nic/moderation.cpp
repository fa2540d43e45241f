// SPDX-License-Identifier: MIT
#include "models/nic/moderation.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace poolrace::models {

namespace {

constexpr Ps ladder[] = {1 * ps_per_us, 8 * ps_per_us, 64 * ps_per_us, 128 * ps_per_us,
                         256 * ps_per_us};
constexpr int rungs = static_cast<int>(std::size(ladder));
constexpr std::uint32_t frames_at_most = 256;
constexpr std::uint64_t sample_interrupts = 64;

// 1: more by a tenth, -1: less by a tenth, 0: about the same.
int changed(double now, double before) {
  if (std::abs(now - before) * 10 <= before) return 0;
  return now > before ? 1 : -1;
}

}  // namespace

Moderation::Moderation(const ModerationParams& params) : params_(params) {
  if (!params_.adaptive) return;
  int rung = 0;
  while (rung + 1 < rungs && ladder[rung] < params.time) ++rung;
  step_to(rung);
}

void Moderation::step_to(int rung) {
  rung_ = std::clamp(rung, 0, rungs - 1);
  params_.time = ladder[rung_];
  params_.frames = frames_at_most;
}

void Moderation::interrupt(Ps now, std::uint64_t frames) {
  if (!params_.adaptive) return;
  frames_ += frames;
  if (++interrupts_ < sample_interrupts) return;
  const auto span = static_cast<double>(std::max<Ps>(now - from_, 1));
  look({static_cast<double>(frames_) / span, static_cast<double>(interrupts_) / span});
  frames_ = interrupts_ = 0;
  from_ = now;
}

void Moderation::look(const Rates& now) {
  int better = changed(now.frames, before_.frames);
  if (better == 0) better = -changed(now.interrupts, before_.interrupts);
  before_ = now;
  if (better == 0) return;  // parked until the rates change
  if (better < 0) direction_ = -direction_;
  step_to(rung_ + direction_);
}

}  // namespace poolrace::models
