// SPDX-License-Identifier: MIT
#include "experiments/sweep/store_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>

#include "experiments/text/real_path.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

constexpr int tries = 50;
constexpr std::chrono::milliseconds between_tries{20};

std::string holder(const std::string& path) {
  std::ifstream file(path);
  std::string pid;
  return file >> pid ? " (process " + pid + ")" : "";
}

// Empty, or a number and a newline: nothing that anybody would miss.
bool is_a_lock(int fd) {
  struct stat file = {};
  if (::fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) return false;
  char text[24];
  const ssize_t n = ::pread(fd, text, sizeof text, 0);
  if (n < 0 || n == sizeof text) return false;
  const auto digits = std::count_if(text, text + n, [](char c) { return '0' <= c && c <= '9'; });
  return n == 0 || (digits == n - 1 && text[n - 1] == '\n');
}

// Whether the path still leads to the file we have open: its last holder may have removed it.
bool is_file_of(const std::string& path, int fd) {
  struct stat there = {}, ours = {};
  return ::stat(path.c_str(), &there) == 0 && ::fstat(fd, &ours) == 0 &&
         there.st_ino == ours.st_ino && there.st_dev == ours.st_dev;
}

}  // namespace

StoreLock::StoreLock(const std::string& store) : path_(real_path(store) + ".lock") {
  for (int i = 0; i < tries; ++i) {
    if (take()) return;
    std::this_thread::sleep_for(between_tries);
  }
  throw ConfigError("store " + store + ": another process is writing to it" + holder(path_) +
                    "; wait for its end, or give this one a store of its own");
}

bool StoreLock::take() {
  // A link is not followed: whoever made it may mean a file that is not his.  A pipe is not waited for.
  fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
  if (fd_ < 0) refuse(errno == ELOOP ? "it is a symbolic link" : std::strerror(errno));
  const bool ours = ::flock(fd_, LOCK_EX | LOCK_NB) == 0 && is_file_of(path_, fd_);
  if (!ours) {
    leave_to_parent();
    return false;
  }
  if (!is_a_lock(fd_)) refuse("it is there and is no lock of ours; move it away");
  const std::string pid = std::to_string(::getpid()) + "\n";
  // Only a hint for the message above: a lock whose writer has no name is a lock all the same.
  if (::ftruncate(fd_, 0) != 0 || ::write(fd_, pid.data(), pid.size()) < 0) errno = 0;
  return true;
}

void StoreLock::refuse(const std::string& why) {
  leave_to_parent();
  throw ConfigError("cannot write " + path_ + ": " + why);
}

void StoreLock::leave_to_parent() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

StoreLock::~StoreLock() {
  if (fd_ < 0) return;
  ::unlink(path_.c_str());
  ::close(fd_);
}

}  // namespace poolrace::experiments
