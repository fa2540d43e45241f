// SPDX-License-Identifier: MIT
// What a checker reports, and how it counts: all that a run hands on of it.
#pragma once

#include <cstdint>
#include <string>

#include "models/checker/kinds.hpp"
#include "models/ids.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

struct Violation {
  Kind kind = Kind::accounting;
  Harm harm = Harm::none;
  Ps at = 0;
  std::string context;   // whose step it was
  std::string site;      // which step
  std::string ended_by;  // what ended the mapping or the object it tripped over
  bool has_put = false;  // it happened inside a put, which …
  bool put_began_before_unmap = false;
  FrameId frame = no_frame;
  Ps put_began = ps_never;  // the put's in which it happened; ps_never: in none
  CpuId cpu = no_cpu;
};

struct KindCount {
  std::uint64_t misuse = 0, harm = 0;
  std::uint64_t put_before_unmap = 0, put_after_unmap = 0;
};

}  // namespace poolrace::models
