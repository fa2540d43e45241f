// SPDX-License-Identifier: MIT
#include "models/dma/command_queue.hpp"

#include <algorithm>

#include "sim/errors.hpp"

namespace poolrace::models {

CommandQueue::CommandQueue(const CommandQueueParams& params) : params_(params) {
  check(params.batch_commands_max >= 2, "a batch holds at least one command and its sync");
}

Submitted CommandQueue::submit(Ps reserved_at, std::uint32_t commands) {
  Submitted result;
  for (std::uint32_t left = commands + 1; left > 0;) {  // and the sync
    const std::uint32_t list = std::min(left, params_.batch_commands_max);
    result.owns = publish(reserved_at, list);
    const Ps start = std::max(published_at_, hardware_free_at_);
    hardware_free_at_ = start + list * params_.per_command_ps;
    left -= list;
  }
  ++syncs_;
  result.published_at = published_at_;
  result.done_at = hardware_free_at_ + params_.sync_ps;
  hardware_free_at_ += params_.sync_hold_ps;
  return result;
}

// A list reserved at that date joins the open batch if it still gathers and has room; else it
// begins a batch, whose owner waits for the previous owner's doorbell.  True: the caller owns it.
bool CommandQueue::publish(Ps reserved_at, std::uint32_t commands) {
  const bool joins = batches_ > 0 && reserved_at <= published_at_ &&
                     in_batch_ + commands <= params_.batch_commands_max;
  if (!joins) {
    published_at_ = std::max(reserved_at, published_at_) + params_.publish_ps;
    in_batch_ = 0;
    ++batches_;
  }
  in_batch_ += commands;
  return !joins;
}

}  // namespace poolrace::models
