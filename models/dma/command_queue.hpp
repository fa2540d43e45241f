// SPDX-License-Identifier: MIT
// The IOMMU's command queue once slots are reserved (command_word.hpp): the first of a batch owns
// it, gathers those who reserve before it rings the doorbell (up to 64 commands) and publishes for
// all; the hardware takes commands in order; each caller waits for its own sync.  Lists longer than
// a batch are cut, with one sync at the end.
// Mirrors SMMUv3's lock-free queue, and VT-d queued invalidation with a batch of one caller
// (hardware.md §2).  Leaves out: a queue so long that it is full, and an owner who waits for a
// follower's slow writes.
#pragma once

#include <cstdint>

#include "models/ids.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

struct CommandQueueParams {
  Ps sync_ps = 250 * ps_per_ns;        // doorbell to completion seen, empty queue (LU 190..560 ns)
  Ps per_command_ps = 20 * ps_per_ns;  // the hardware's time a command, the sync included, MEM(l)
  Ps publish_ps = 100 * ps_per_ns;     // barrier and doorbell: how long an owner gathers
  // How long a sync keeps the hardware from the command behind it.  SMMUv3 consumes in order and a
  // sync only once what precedes it is complete; a VT-d wait without fence holds nothing.
  Ps sync_hold_ps = 0;
  std::uint32_t batch_commands_max = 64;
};

struct Submitted {
  Ps done_at = 0;       // the caller goes on
  Ps published_at = 0;  // the doorbell that carried its last list
  bool owns = false;    // and it was this caller who rang it
};

class CommandQueue {
 public:
  explicit CommandQueue(const CommandQueueParams& params);

  // `commands` invalidations and a sync, their slots reserved at that date.
  Submitted submit(Ps reserved_at, std::uint32_t commands);

  std::uint64_t syncs() const { return syncs_; }
  std::uint64_t batches() const { return batches_; }

 private:
  bool publish(Ps reserved_at, std::uint32_t commands);

  CommandQueueParams params_;
  Ps published_at_ = 0;  // doorbell of the newest batch
  std::uint32_t in_batch_ = 0;
  Ps hardware_free_at_ = 0;
  std::uint64_t syncs_ = 0;
  std::uint64_t batches_ = 0;
};

}  // namespace poolrace::models
