// SPDX-License-Identifier: MIT
// Seeded faults of world `explore`: bugs that need no time, only the right order of steps.  As in
// world `timed` (models/faults/faults.hpp) they drop or repeat what happens at a site, and pool/
// knows nothing of them.  A limited number of hits is allowed only where one context alone can come
// by: the search does not know that a counter ties two steps together.
#pragma once

#include <span>
#include <string_view>

#include "models/checker/kinds.hpp"
#include "models/faults/site_faults.hpp"

namespace poolrace::models {

struct ExploreFault {
  const char* name;
  Kind kind;  // what it must be caught as
  const char* help;
  const char* program;  // where it shows, in the default configuration;
  const char* variant;  // without the fault the two never raise that kind
  int executions;       // caught within so many
  SiteFault sites[4];
  bool in_set_up = false;  // also while the stage is set; else only from then on
  int napi_polls_on = -1;  // NAPI was not disabled: the CPU it is said to poll on
};

std::span<const ExploreFault> explore_fault_table();
// ConfigError "WHERE: unknown fault 'NAME' (nearest: …)".
const ExploreFault& find_explore_fault(std::string_view name, std::string_view where = "");

}  // namespace poolrace::models
