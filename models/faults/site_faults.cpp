// SPDX-License-Identifier: MIT
#include "models/faults/site_faults.hpp"

#include <algorithm>
#include <cstring>

namespace poolrace::models {

void SiteFaults::arm(const char* name, std::span<const SiteFault> faults) {
  for (const SiteFault& fault : faults)
    if (fault.site != nullptr) armed_.push_back({name, fault});
}

bool SiteFaults::acted(std::string_view name) const {
  return std::any_of(armed_.begin(), armed_.end(),
                     [name](const Armed& a) { return a.acted && a.name == name; });
}

// A limited fault counts its hits where its effect is; a pure delay has none, so counts here.
Ps SiteFaults::delay(sim::Site site) {
  for (Armed& armed : armed_) {
    if (armed.fault.delay == 0 || std::strcmp(armed.fault.site, site.text()) != 0) continue;
    armed.acted = true;
    if (armed.fault.hits == 0 || armed.hits++ < armed.fault.hits) return armed.fault.delay;
  }
  return 0;
}

int SiteFaults::effects(sim::Site site) {
  for (Armed& armed : armed_) {
    if (armed.fault.effects == 1 || std::strcmp(armed.fault.site, site.text()) != 0) continue;
    armed.acted = true;
    if (armed.fault.hits == 0 || armed.hits++ < armed.fault.hits) return armed.fault.effects;
  }
  return 1;
}

}  // namespace poolrace::models
