// SPDX-License-Identifier: MIT
// "stalled pool shutdown" lines of a log as series: the retry worker prints one a pool and minute,
// with how many pages are out and for how long.  What decides is whether the count falls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace poolrace::experiments {

struct StalledLine {
  std::int64_t id = -1;  // of the pool; −1: the line names none, as kernels before v6.8 do not
  std::int64_t inflight = 0, age_s = 0;
  std::optional<std::int64_t> uptime_s{};  // printk's stamp "[  870.512345]", if the line has one
};

// "stalled pool shutdown: id 13, 98 inflight 1449 sec", or "… shutdown 98 inflight 1449 sec".
std::optional<StalledLine> stalled_line(std::string_view text);

struct StalledPool {
  std::int64_t id = -1;
  StalledLine first, last;
  std::int64_t warnings = 0, line = 0, last_line = 0;  // lines of the log
  [[nodiscard]] bool falls() const { return last.inflight < first.inflight; }
};

class StalledPools {
 public:
  void add(const StalledLine& said, std::int64_t line);
  // In the order of their first line.  Without ids, a pool is told from another by its age, by the
  // date of its destroy where lines bear printk's stamps, and by its count, which cannot rise.
  [[nodiscard]] const std::vector<StalledPool>& pools() const { return pools_; }

 private:
  std::vector<StalledPool> pools_;
};

}  // namespace poolrace::experiments
