// SPDX-License-Identifier: MIT
// Reports of a kernel log: what it says when something went wrong, from the line that opens it (an
// oops, a KASAN report, a WARNING, a hung task, …) to the end of its call traces, or a line that is
// a report by itself.  Which rule broke is not asked here (signatures.hpp).  Left out: reports of
// two CPUs whose lines interleave are taken in the order they stand.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace poolrace::experiments {

enum class ReportType : std::uint8_t {
  oops,     // a fault, a BUG(), or KASAN's null-ptr-deref
  memory,   // KASAN, KFENCE: use after free
  warning,  // WARN(), and what lockdep says of a lock
  dma_api,  // dma-debug
  hung,     // hung task, soft lockup, RCU stall
  page,     // bad page state
  list,     // list debugging
  context,  // sleeping where one may not
  race,     // KCSAN
  bounds,   // UBSAN
  line,     // one line says all
  trace,    // a call trace whose first lines are missing
};

struct Report {
  ReportType type = ReportType::trace;
  std::int64_t line = 0;                                    // where it begins
  std::string text{};                                       // its lines, the first 32 KiB
  std::vector<std::string> frames{}, allocated{}, freed{};  // functions, innermost first
};

// Lines in, reports out.
class ReportReader {
 public:
  explicit ReportReader(std::function<void(const Report&)> tell) : tell_(std::move(tell)) {}
  void line(const std::string& text, std::int64_t number);
  void finish();  // at the end of the log
  // "6.10.0-rc3", from "Not tainted 6.10.0-rc3" or "Linux version …"; empty if none was named.
  [[nodiscard]] const std::string& kernel() const { return kernel_; }
  // Of the first line that names a function or message of page_pool; 0 if there is none.
  [[nodiscard]] std::int64_t page_pool_line() const { return page_pool_line_; }

 private:
  void open(ReportType type, std::int64_t number);
  [[nodiscard]] bool follows(ReportType type, std::string_view text) const;
  void add(const std::string& text);
  void note_kernel(std::string_view text);

  std::function<void(const Report&)> tell_;
  Report report_;
  bool open_ = false;
  bool in_trace_ = false;  // behind "Call Trace:"
  int quiet_lines_ = 0;    // since the last function of the open report
  std::vector<std::string> Report::*stack_ = &Report::frames;
  std::string kernel_;
  std::int64_t page_pool_line_ = 0;
};

}  // namespace poolrace::experiments
