// SPDX-License-Identifier: MIT
// A histogram as bpftrace prints one: "@map[key]:" and rows "[1K, 2K)  123 |@@@  |", of hist() or of
// lhist(), among whatever else it printed.  K, M, … are powers of 1024.  Bins without a count are
// left out.  A lowest bin that is open below begins at 0, for no page is held for less; one that is
// open above, if it counts, is an error, for it may hold anything.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "models/traffic/hold_histogram.hpp"
#include "sim/settings/input_file.hpp"

namespace poolrace::models {

// `map` with or without '@' says which, and may be empty if there is one; `unit_ns` is how many
// nanoseconds the file's 1 means.  ConfigError names file and line, and what is allowed.
std::shared_ptr<const HoldHistogram> read_histogram(const std::string& path, const std::string& map,
                                                    std::int64_t unit_ns);
std::shared_ptr<const HoldHistogram> read_histogram(sim::File file, const std::string& path,
                                                    const std::string& map, std::int64_t unit_ns);

}  // namespace poolrace::models
