// SPDX-License-Identifier: MIT
#include "experiments/scenario/idle.hpp"

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

void tell_idle(const CommonOptions& options, const models::RunResult& result) {
  for (const Stall& stall : options.stalls)
    if (std::find(result.sites.begin(), result.sites.end(), stall.site) == result.sites.end())
      std::cerr << "this run passed no site '" << stall.site << "'"
                << sim::nearest_hint(stall.site, result.sites) << ": its stall delayed nobody\n";
  for (const std::string& fault : result.idle_faults)
    std::cerr << "fault '" << fault << "' found nothing to act on in this run\n";
  for (const sim::GivenWord& word : result.idle_words)
    std::cerr << "this run never came to word " << text_of(word) << ": it changed nothing\n";
}

}  // namespace poolrace::experiments
