// SPDX-License-Identifier: MIT
// See progress.hpp.
#include "experiments/workers/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>

#include "sim/settings/decimal.hpp"

namespace poolrace::experiments {
namespace {

constexpr int bar_columns_max = 24;

// Three significant digits or so, whatever the locale: "0.42", "52.1", "18300".
std::string rate_text(double per_second) {
  if (per_second >= 100) return std::to_string(std::llround(per_second));
  if (per_second >= 10) return sim::print_decimal(std::llround(per_second * 10), 10);
  return sim::print_decimal(std::llround(per_second * 100), 100);
}

std::string bar(double share, int columns) {
  const int filled = static_cast<int>(share * columns);
  std::string text(static_cast<std::size_t>(columns), ' ');
  std::fill_n(text.begin(), std::clamp(filled, 0, columns), '#');
  return "[" + text + "] ";
}

int columns_of(int fd) {
  winsize size = {};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

void write_all(int fd, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t written = ::write(fd, text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // talk, not data: a lost line harms nobody
    at += static_cast<std::size_t>(written);
  }
}

int numbers_fd() {
  const char* text = std::getenv("POOLRACE_PROGRESS_FD");
  return text == nullptr ? -1 : std::atoi(text);
}

constexpr const char* erase_line = "\r\x1b[K";

}  // namespace

std::string duration_text(double seconds) {
  if (!(seconds >= 0) || seconds > 1e9) return "?";
  const long long s = std::llround(seconds);
  if (s < 60) return std::to_string(s) + " s";
  if (s < 3600) return std::to_string(s / 60) + " min " + std::to_string(s % 60) + " s";
  return std::to_string(s / 3600) + " h " + std::to_string(s % 3600 / 60) + " min";
}

std::string progress_line(const Progress& progress, std::int64_t violations, int columns,
                          const std::string& what) {
  const auto done = static_cast<double>(progress.done), total = static_cast<double>(progress.total);
  const double rate = progress.elapsed_s > 0 ? done / progress.elapsed_s : 0;
  std::string text = std::to_string(progress.done) + "/" + std::to_string(progress.total);
  text += "  " + rate_text(rate) + " " + what + "/s  " +
          duration_text(rate > 0 ? (total - done) / rate : -1);
  text += " left  " + std::to_string(violations) + (violations == 1 ? " violation" : " violations");
  const int room = std::min(bar_columns_max, columns - static_cast<int>(text.size()) - 3);
  if (room >= 4) text = bar(total > 0 ? done / total : 1, room) + text;
  return text.substr(0, static_cast<std::size_t>(std::max(0, columns)));
}

ProgressBar::ProgressBar(int fd, std::string what)
    : fd_(fd), what_(std::move(what)), numbers_fd_(numbers_fd()), terminal_(::isatty(fd) == 1) {}

void ProgressBar::show(const Progress& progress, std::int64_t violations) {
  if (numbers_fd_ >= 0)
    write_all(numbers_fd_, std::to_string(progress.done) + " " + std::to_string(progress.total) +
                               " " + std::to_string(violations) + "\n");
  if (!terminal_) return;
  // One column is left free: a full line would wrap and could not be erased.
  write_all(fd_, erase_line + progress_line(progress, violations, columns_of(fd_) - 1, what_));
  shown_ = true;
}

void ProgressBar::erase() {
  if (shown_) write_all(fd_, erase_line);
  shown_ = false;
}

}  // namespace poolrace::experiments
