// SPDX-License-Identifier: MIT
// How fast a device gets at memory: it puts out a TLP every so often; writes and read requests share
// the upstream direction of the link, completions fill the downstream one; a read request holds a
// tag until its last completion is back, and without a free tag none goes out.  So small DMAs run
// at the rate of issue, large ones at that of the link, and long reads at tags over latency.
// Writes are posted: a write that waits for its translation keeps those behind it waiting, while
// reads wait side by side (hardware.md §1 and §2).
// Leaves out: credits (a held write stops the link at once), completions that overtake each other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/nic/link.hpp"

namespace poolrace::models {

struct DmaEngineParams {
  Ps issue_interval = 0;  // between two TLPs of the device
  std::uint32_t read_tags = 64;
  Ps read_latency = 0;  // of 64 B, from request to data, the link's own time included
};

class DmaEngine {
 public:
  DmaEngine(const Link& link, const DmaEngineParams& params);

  // The date at which the last byte of a write has left the device.
  Ps write(Ps now, std::uint64_t bytes);
  // No write before that date: one that has no translation yet stands in the way.
  void hold_writes(Ps until) { upstream_free_at_ = std::max(upstream_free_at_, until); }

  // The date at which the last byte of a read is in the device.  `translated(at)`: when a request
  // that arrives at that date has its address.
  template <class Translated>
  Ps read(Ps now, std::uint64_t bytes, Translated translated) {
    Ps done_at = now;
    for (std::uint64_t left = bytes; left > 0;) {
      const std::uint64_t piece = std::min(left, read_piece_);
      const Ps sent = request(now, piece);
      done_at = complete(translated(sent) + memory_latency_, piece);
      left -= piece;
    }
    return done_at;
  }
  Ps read(Ps now, std::uint64_t bytes) {
    return read(now, bytes, [](Ps at) { return at; });
  }

  [[nodiscard]] std::uint64_t upstream_bytes() const { return upstream_bytes_; }

 private:
  Ps send(Ps now, std::uint64_t wire_bytes, std::uint64_t tlps);
  Ps request(Ps now, std::uint64_t bytes);
  Ps complete(Ps ready, std::uint64_t bytes);

  const Link& link_;
  DmaEngineParams params_;
  std::uint64_t read_piece_, write_piece_;
  Ps memory_latency_;
  Ps upstream_free_at_ = 0, downstream_free_at_ = 0, issue_at_ = 0;
  std::vector<Ps> tag_free_at_;  // in turn: completions come in the order of their requests
  std::size_t tag_ = 0;
  std::uint64_t upstream_bytes_ = 0;
};

}  // namespace poolrace::models
