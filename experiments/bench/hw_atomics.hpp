// SPDX-License-Identifier: MIT
// What one shared word costs: CPUs that all change it in a loop, and single operations on a line
// that was last written on another CPU or that this CPU has already.
#pragma once

#include <optional>

#include "models/ids.hpp"
#include "models/parameters.hpp"

namespace poolrace::experiments {

enum class SharedOp { increment, compare_exchange };  // the second: load, exchange, until it took

struct Contended {
  double ns = 0;       // an operation of one CPU that took effect, mean over the CPUs
  double retries = 0;  // exchanges that found another value, per operation
};
// Over so many operations of all CPUs together, after a tenth of that.
Contended contended(const models::Parameters& p, models::CpuId cpus, SharedOp op, int operations);

enum class LineFrom { same_cpu, same_socket, other_socket };
enum class LineOp { blind_exchange, exchange, lock_pair, ping_pong };  // the last: one way

// ns, the mean of `rounds`; none: there is no such other CPU, or no way to it.
std::optional<double> line_ns(const models::Parameters& p, LineFrom from, LineOp op, int rounds);

}  // namespace poolrace::experiments
