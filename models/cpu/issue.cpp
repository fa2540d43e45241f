// SPDX-License-Identifier: MIT
#include "models/cpu/issue.hpp"

#include <algorithm>

namespace poolrace::models {

std::size_t IssueWindow::size(Ps slot) const {
  const auto steps = static_cast<std::size_t>(params_.window / std::max<Ps>(1, slot));
  return std::clamp<std::size_t>(steps, 1, most);
}

// Time passed without us: other work, whose instructions went through the window, or an interrupt.
void IssueWindow::catch_up(Ps now, Ps slot) {
  const Ps gap = now - retired_;
  if (gap <= 0) return;
  fetched_ = gap < params_.window ? fetched_ + gap : now;
  const Ps step = std::max<Ps>(1, slot);
  const auto passed = std::min<Ps>(gap / step, static_cast<Ps>(size(slot)));
  for (Ps i = passed; i > 0; --i) retirements_[steps_++ % most] = now - (i - 1) * step;
  retired_ = now;
}

// There is room once the step before the window has retired.
Ps IssueWindow::fetch(Ps slot) {
  const std::size_t window = size(slot);
  const Ps room = steps_ < window ? 0 : retirements_[(steps_ - window) % most];
  return fetched_ = std::max(fetched_ + slot, room);
}

// In order, and no faster than they were fetched.
Ps IssueWindow::retire(Ps now, Ps slot, Ps done) {
  retired_ = std::max(now + slot, done);
  retirements_[steps_++ % most] = retired_;
  return retired_ - now;
}

Ps IssueWindow::load(Ps now, Ps slot, Ps latency, Ready& value) {
  catch_up(now, slot);
  const Ps done = std::max(fetch(slot), value.written) + std::max(latency, params_.load_latency);
  value.read = done;
  value.reader = this;
  return retire(now, slot, done);
}

// It retires into the store buffer; who waits for the line is the next locked operation.
Ps IssueWindow::store(Ps now, Ps slot, Ps latency, Ready& value) {
  catch_up(now, slot);
  const Ps own = value.reader == this ? value.read : 0;
  value.written = std::max({fetch(slot), value.written, own});
  const Ps cost = retire(now, slot, value.written);
  drained_ = std::max(drained_, retired_ + (latency > slot ? latency : 0));
  return cost;
}

// What another core writes meanwhile is in `latency`: the line comes when it is done with it.
Ps IssueWindow::locked(Ps now, Ps slot, Ps latency, Ready& value) {
  catch_up(now, slot);
  value.written = std::max(now, drained_) + latency;
  const Ps cost = retire(now, slot, value.written);
  fetched_ = retired_;
  return cost;
}

Ps IssueWindow::update(Ps now, Ps slot, Ps latency, Ready& value) {
  catch_up(now, slot);
  value.written = std::max(fetch(slot), value.written) + latency;
  return retire(now, slot, value.written);
}

}  // namespace poolrace::models
