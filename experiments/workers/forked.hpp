// SPDX-License-Identifier: MIT
// Independent pieces of work, each giving a line of text, spread over child processes; results in
// the order of the pieces whatever the number of processes.  For work that holds no SimGrid engine
// and no threads (the explorer); runs of the timed worlds go through workers.hpp.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace poolrace::experiments {

// `work(i)` for i in [0, count); piece i is done by process i mod jobs.  An exception in a child is
// rethrown as a ConfigError or InternalError with the same text; a child that dies, or cannot write
// its results, is an InternalError that says so.
std::vector<std::string> in_processes(std::size_t count, int jobs,
                                      const std::function<std::string(std::size_t)>& work);

}  // namespace poolrace::experiments
