// SPDX-License-Identifier: MIT
// The tables of `poolrace bench hw --what NAME`, and what each is asked for.  A table's source and
// test bear its name; a new one is a file hw_NAME and its line in hw.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "experiments/bench/hw_table.hpp"
#include "experiments/bench/pool_rows.hpp"
#include "experiments/scenario/common_options.hpp"
#include "models/ids.hpp"
#include "models/parameters.hpp"

namespace poolrace::experiments {

struct HwRequest {
  std::string profile = published_profile;
  std::vector<Setting> settings;  // of the user
  int repetitions = 7;            // how long each cell is measured: samples grow in proportion

  // The profile under `scene` (what the table itself wants), the user's settings over both, its costs
  // at the clock that they say.  ConfigError.
  [[nodiscard]] models::Parameters machine(const std::vector<Setting>& scene = {}) const;
};

struct HwBenchmark {
  const char* name;
  const char* help;
  std::vector<HwTable> (*run)(const HwRequest& request);
};

std::span<const HwBenchmark> hw_benchmarks();

// 1, 2, 4, … and `most` itself: how many CPUs take part.
std::vector<models::CpuId> cpu_counts(std::int64_t most);

std::vector<HwTable> hw_atomics(const HwRequest& request);
std::vector<HwTable> hw_dma(const HwRequest& request);
std::vector<HwTable> hw_drop(const HwRequest& request);
std::vector<HwTable> hw_grace_period(const HwRequest& request);
std::vector<HwTable> hw_livelock(const HwRequest& request);
std::vector<HwTable> hw_unmap(const HwRequest& request);

}  // namespace poolrace::experiments
