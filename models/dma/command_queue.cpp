// SPDX-License-Identifier: MIT
#include "models/dma/command_queue.hpp"

#include <algorithm>

#include "sim/errors.hpp"

namespace poolrace::models {

CommandQueue::CommandQueue(const CommandQueueParams& params) : params_(params) {
  check(params.batch_commands_max >= 2, "a batch holds at least one command and its sync");
}

Ps CommandQueue::submit(CpuId cpu, Ps now, std::uint32_t commands) {
  std::uint32_t left = commands + 1;  // and the sync
  Ps at = now;
  while (left > 0) {
    const std::uint32_t list = std::min(left, params_.batch_commands_max);
    at = reserve(cpu, at);
    const Ps start = std::max(publish(at, list), hardware_free_at_);
    hardware_free_at_ = start + list * params_.per_command_ps;
    left -= list;
  }
  ++syncs_;
  const Ps done_at = hardware_free_at_ + params_.sync_ps;
  hardware_free_at_ += params_.sync_hold_ps;
  return done_at;
}

// One turn at the word that holds producer and consumer index; callers take turns.
Ps CommandQueue::reserve(CpuId cpu, Ps now) {
  const Ps turn = cpu == word_at_ ? params_.reserve_local_ps : params_.reserve_ps;
  word_at_ = cpu;
  word_free_at_ = std::max(now, word_free_at_) + turn;
  return word_free_at_;
}

// The doorbell that carries a list reserved at that date: the open batch's if it still gathers and
// has room, else that of a new batch, whose owner waits for the previous owner's.
Ps CommandQueue::publish(Ps reserved_at, std::uint32_t commands) {
  const bool joins = batches_ > 0 && reserved_at <= published_at_ &&
                     in_batch_ + commands <= params_.batch_commands_max;
  if (!joins) {
    published_at_ = std::max(reserved_at, published_at_) + params_.publish_ps;
    in_batch_ = 0;
    ++batches_;
  }
  in_batch_ += commands;
  return published_at_;
}

}  // namespace poolrace::models
