// SPDX-License-Identifier: MIT
// What libpcap reads over in a pcapng file: whether an interface keeps the FCS of its frames, and
// frames that have no times.  Left out: a packet's own word on its FCS (epb_flags), which nobody
// writes of Ethernet.
#pragma once

#include <cstdint>
#include <cstdio>

namespace poolrace::models {

struct PcapngFacts {
  bool with_fcs = false, without_fcs = false;  // interfaces of that kind
  std::int64_t simple_packet = 0;              // which block is the first without a time; 0: none
};

// Looks from the beginning, and goes back there.  Of what is no pcapng, or broken, it tells what
// stood before that: to say what is wrong is libpcap's part.
PcapngFacts pcapng_facts(std::FILE* file);

}  // namespace poolrace::models
