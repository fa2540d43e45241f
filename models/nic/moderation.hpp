// SPDX-License-Identifier: MIT
// Interrupt moderation of one queue: an interrupt after so many completions, or so long after the
// first.  Fixed, or adaptive: every so many interrupts the rates since the last look are compared
// with those before; as long as more packets come, or as many with fewer interrupts, the interval
// moves on along a ladder, else it turns round or stays.
// Mirrors the kernel's dynamic interrupt moderation (net_dim; ladder and sample MEM h).  Leaves
// out: bytes as a measure, the work item that reads the registers, transmit.
#pragma once

#include <cstdint>

#include "sim/time.hpp"

namespace poolrace::models {

struct ModerationParams {
  bool adaptive = false;
  Ps time = 0;
  std::uint32_t frames = 32;
};

class Moderation {
 public:
  explicit Moderation(const ModerationParams& params);

  void interrupt(Ps now, std::uint64_t frames);  // so many since the last one
  [[nodiscard]] Ps time() const { return params_.time; }
  [[nodiscard]] std::uint32_t frames() const { return params_.frames; }

 private:
  struct Rates {
    double frames = 0, interrupts = 0;  // a picosecond
  };
  void look(const Rates& now);
  void step_to(int rung);

  ModerationParams params_;
  int rung_ = 0, direction_ = 1;
  std::uint64_t frames_ = 0, interrupts_ = 0;
  Ps from_ = 0;
  Rates before_;
};

}  // namespace poolrace::models
