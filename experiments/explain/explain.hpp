// SPDX-License-Identifier: MIT
// From a kernel log to what can be said of it: each kind of failure once, worst first.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "experiments/explain/answers.hpp"
#include "experiments/explain/signatures.hpp"
#include "experiments/explain/stalled_pools.hpp"

namespace poolrace::experiments {

struct Event {
  std::string name;  // of its signature
  const Answer* answer = nullptr;
  Sure sure = Sure::possible;
  std::string because;
  std::vector<std::string> functions;  // where, innermost first
  std::int64_t count = 0, line = 0, last_line = 0;
};

struct Explanation {
  std::vector<Event> events;
  std::vector<StalledPool> pools;
  std::int64_t lines = 0;
  std::string kernel;               // as the log names it; may be empty
  std::int64_t page_pool_line = 0;  // the first that names page_pool; 0: none
};

// The event that a pool's warnings are: "stalled-falls", "stalled-stays", "stalled-old" and
// "stalled-once" (too few to tell), "stalled-negative".
const char* event_of(const StalledPool& pool);

// ConfigError, one line, if `in` is no log; `name` is how it calls it.
Explanation explain_log(std::istream& in, const std::string& name);

}  // namespace poolrace::experiments
