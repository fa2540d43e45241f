// SPDX-License-Identifier: MIT
// The rows of pool_compare.hpp, a block for each path.
#include <algorithm>

#include "experiments/bench/pool_compare.hpp"
#include "experiments/bench/pool_rows.hpp"
#include "experiments/text/numbers.hpp"
#include "pool/bench_paths.hpp"

namespace poolrace::experiments {

namespace {

struct WorldWords {
  const char* prefix;
  const char* words;
};
constexpr WorldWords worlds[] = {{"native/", "native"},
                                 {"native-no-preempt/", "native, no preemption"},
                                 {"timed/", "simulated"}};

std::string last_of(const std::string& name) {
  return name.substr(name.find('/', name.find('/') + 1) + 1);
}

std::string line(const BenchRow& row, std::size_t width) {
  std::string out = "    " + padded(last_of(row.name), width) + format("%9.1f", row.value);
  if (!row.interval)
    return out + (row.versus == row.name ? "" : format("   x %.2f", row.ratio)) + "\n";
  const BenchInterval& i = *row.interval;
  return out + format("  %+7.1f (%+.1f to %+.1f)", i.more, i.more_low, i.more_high) +
         format("   x %.2f", row.ratio) + format(" (%.2f to %.2f)\n", i.ratio_low, i.ratio_high);
}

}  // namespace

std::string compare_pools_in_short(const std::vector<BenchRow>& rows, const BenchOptions& options) {
  std::size_t width = 0;
  for (const BenchRow& row : rows) width = std::max(width, last_of(row.name).size());
  std::string out = "ns a page allocated and put; how much more than " +
                    last_of(rows.front().versus) + ", and times it, with intervals at 95 %\n";
  for (const auto& path : pool::bench_paths) {
    out += std::string("\n") + path.name + "\n";
    for (const WorldWords& world : worlds) {
      std::string block;
      for (const BenchRow& row : rows)
        if (row.name.starts_with(world.prefix + std::string(path.name) + '/'))
          block += line(row, width);
      if (!block.empty()) out += std::string("  ") + world.words + "\n" + block;
    }
  }
  return out +
         "\nNative: this machine, pair by pair, new pools each time; the first over itself is the "
         "noise.\nTrees: compiled with preemptible RCU (read sections count), and without (a "
         "compiler barrier).\nSimulated: on " +
         simulated_on(options) + ".\n";
}

}  // namespace poolrace::experiments
