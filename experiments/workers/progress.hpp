// SPDX-License-Identifier: MIT
// One line on stderr that says how far a campaign is: done/total, rate, time left, violations so
// far.  Only on a terminal, so that logs and pipes stay clean; erased at the end, so that what
// remains on the screen is data.  A program that starts us (the Python package) can have it as
// numbers instead: the environment variable POOLRACE_PROGRESS_FD names an open descriptor, which
// gets a line "DONE TOTAL VIOLATIONS" each time.
#pragma once

#include <cstdint>
#include <string>

namespace poolrace::experiments {

struct Progress {
  std::int64_t done = 0;  // runs computed, of which some may still wait for an earlier one
  std::int64_t total = 0;
  double elapsed_s = 0;
};

// The line's text, at most `columns` wide: "[####    ] 400/1000  52.1 runs/s  11 s left  3
// violations".
std::string progress_line(const Progress& progress, std::int64_t violations, int columns,
                          const std::string& what = "runs");

// "45 s", "3 min 20 s", "2 h 5 min"; "?" if negative (unknown).
std::string duration_text(double seconds);

class ProgressBar {
 public:
  // Counts `what`; shows nothing if fd is not a terminal.
  explicit ProgressBar(int fd = 2, std::string what = "runs");
  ~ProgressBar() { erase(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(const Progress& progress, std::int64_t violations = 0);
  void erase();  // before anything else is written to the terminal; show() brings it back

 private:
  int fd_;
  std::string what_;
  int numbers_fd_;  // −1: nobody asked
  bool terminal_;
  bool shown_ = false;
};

}  // namespace poolrace::experiments
