// SPDX-License-Identifier: MIT
// Hold times as somebody measured them: counts in bins, as a bpftrace histogram has them.  Whoever
// reads a file fills this in; HoldTime (kind histogram) draws from it.  Holds of lo_ns <= h < hi_ns.
// Left out: what the file did not keep.  Inside a bin the law is log-uniform, as bins of powers of
// two suggest (and in lhist's narrow bins it hardly differs from uniform); in a bin that begins at
// 0, uniform.  An open last bin has no such law: the reader closes it or refuses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace poolrace::models {

struct HoldHistogram {
  struct Bin {
    std::int64_t lo_ns, hi_ns;
    std::uint64_t count;  // may be 0
  };
  std::vector<Bin> bins;   // ascending and disjoint, gaps allowed; at least one counts
  std::string name;        // file and map, for messages
  std::uint64_t hash = 0;  // of what was read: part of what defines a scenario
};

}  // namespace poolrace::models
