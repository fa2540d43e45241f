// SPDX-License-Identifier: MIT
// The bar's text, and that it touches terminals only and leaves nothing behind.
#include "experiments/workers/progress.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace poolrace::experiments {
namespace {

TEST(Progress, SaysHowFarHowFastHowLongAndWhatWasFound) {
  EXPECT_EQ(progress_line({400, 1000, 8}, 3, 100),
            "[#########               ] 400/1000  50 runs/s  12 s left  3 violations");
  EXPECT_EQ(progress_line({0, 1000, 0.1}, 0, 40), "0/1000  0 runs/s  ? left  0 violations");
  EXPECT_EQ(progress_line({1, 2, 8}, 1, 60),
            "[#########         ] 1/2  0.13 runs/s  8 s left  1 violation");
  EXPECT_EQ(progress_line({5, 5, 1}, 0, 10), "5/5  5 run");
  EXPECT_EQ(progress_line({1, 2, 1}, 0, 42, "verdicts"),
            "1/2  1 verdicts/s  1 s left  0 violations");
  for (int columns = 0; columns < 120; ++columns)
    EXPECT_LE(progress_line({123456, 999999, 1}, 7, columns).size(),
              static_cast<std::size_t>(columns));
}

TEST(Progress, DurationsReadLikeSpeech) {
  EXPECT_EQ(duration_text(0.4), "0 s");
  EXPECT_EQ(duration_text(59.6), "1 min 0 s");
  EXPECT_EQ(duration_text(3599), "59 min 59 s");
  EXPECT_EQ(duration_text(7500), "2 h 5 min");
  EXPECT_EQ(duration_text(-1), "?");
}

// What a reader at the other end of `fd` gets, without waiting.
std::string read_now(int fd) {
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  char buffer[4096];
  const ssize_t got = ::read(fd, buffer, sizeof buffer);
  return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : "";
}

TEST(Progress, APipeStaysClean) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  {
    ProgressBar bar(ends[1]);
    bar.show({1, 2, 1}, 0);
  }
  EXPECT_EQ(read_now(ends[0]), "");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Progress, AProgramThatAsksGetsNumbers) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::setenv("POOLRACE_PROGRESS_FD", std::to_string(ends[1]).c_str(), 1);
  ProgressBar bar;
  bar.show({3, 20, 1}, 2);
  ::unsetenv("POOLRACE_PROGRESS_FD");
  ProgressBar unasked;
  unasked.show({4, 20, 1}, 2);
  EXPECT_EQ(read_now(ends[0]), "3 20 2\n");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Progress, ATerminalShowsOneLineAndThenNone) {
  const int outer = ::posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(outer, 0);
  ASSERT_EQ(::grantpt(outer) | ::unlockpt(outer), 0);
  const int inner = ::open(::ptsname(outer), O_RDWR | O_NOCTTY);
  ASSERT_GE(inner, 0);
  winsize size = {};
  size.ws_col = 30;
  ASSERT_EQ(::ioctl(inner, TIOCSWINSZ, &size), 0);
  {
    ProgressBar bar(inner);
    bar.show({1, 2, 1}, 0);
    EXPECT_EQ(read_now(outer), "\r\x1b[K1/2  1 runs/s  1 s left  0 vi") << "cut to 29 columns";
  }
  EXPECT_EQ(read_now(outer), "\r\x1b[K") << "erased at the end";
  { const ProgressBar never_shown(inner); }
  EXPECT_EQ(read_now(outer), "");
  ::close(inner);
  ::close(outer);
}

}  // namespace
}  // namespace poolrace::experiments
