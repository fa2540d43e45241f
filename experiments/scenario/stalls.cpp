// SPDX-License-Identifier: MIT
#include "experiments/scenario/stalls.hpp"

#include <algorithm>
#include <iostream>

#include "sim/settings/nearest.hpp"

namespace poolrace::experiments {

void check_stalls(const CommonOptions& options, const std::set<std::string>& sites) {
  const std::vector<std::string> known(sites.begin(), sites.end());
  for (const Stall& stall : options.stalls)
    if (!sites.contains(stall.site))
      throw ConfigError(
          "--stall: no run passed a site '" + stall.site + "'" +
          sim::known_hint(stall.site, known, "poolrace replay, which tells a run's sites"));
}

void add_acted(const CommonOptions& options, const std::vector<std::string>& idle,
               std::set<std::string>& acted) {
  for (const std::string& fault : options.faults)
    if (std::find(idle.begin(), idle.end(), fault) == idle.end()) acted.insert(fault);
}

void check_faults(const CommonOptions& options, const std::set<std::string>& acted) {
  for (const std::string& fault : options.faults)
    if (!acted.contains(fault))
      throw ConfigError("--fault: '" + fault +
                        "' found nothing to act on in these runs; poolrace list faults has a "
                        "variant and settings that show it");
}

void tell_idle_faults(const std::vector<std::string>& idle) {
  for (const std::string& fault : idle)
    std::cerr << "fault '" << fault << "' found nothing to act on in this run\n";
}

void tell_idle_stalls(const CommonOptions& options, const std::vector<std::string>& sites) {
  for (const Stall& stall : options.stalls)
    if (std::find(sites.begin(), sites.end(), stall.site) == sites.end())
      std::cerr << "this run passed no site '" << stall.site << "'"
                << sim::nearest_hint(stall.site, sites) << ": its stall delayed nobody\n";
}

}  // namespace poolrace::experiments
