// SPDX-License-Identifier: MIT
// Faults at sites: what happens at a visible step, or at a call of the platform's, is dropped,
// repeated or delayed.  Worlds `timed` and `explore` arm them alike.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/site.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

struct SiteFault {
  const char* site = nullptr;
  int effects = 1;         // 0 drops the write or call, 2 repeats it
  Ps delay = 0;            // before it
  std::uint32_t hits = 0;  // the first so many times; 0: always
};

class SiteFaults {
 public:
  void arm(const char* name, std::span<const SiteFault> faults);  // those with a site
  [[nodiscard]] bool acted(std::string_view name) const;
  [[nodiscard]] bool any() const { return !armed_.empty(); }
  Ps delay(sim::Site site);
  int effects(sim::Site site);

 private:
  struct Armed {
    const char* name;
    SiteFault fault;
    std::uint32_t hits = 0;
    bool acted = false;
  };
  std::vector<Armed> armed_;
};

}  // namespace poolrace::models
