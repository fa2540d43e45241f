// SPDX-License-Identifier: MIT
#include "experiments/sweep/store_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>

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

// Whether the path still leads to the file we have open: its last holder may have removed it.
bool is_file_of(const std::string& path, int fd) {
  struct stat there = {}, ours = {};
  return ::stat(path.c_str(), &there) == 0 && ::fstat(fd, &ours) == 0 &&
         there.st_ino == ours.st_ino && there.st_dev == ours.st_dev;
}

}  // namespace

StoreLock::StoreLock(const std::string& store) : path_(store + ".lock") {
  for (int i = 0; i < tries; ++i) {
    if (take()) return;
    std::this_thread::sleep_for(between_tries);
  }
  throw ConfigError("store " + store + ": another sweep is writing to it" + holder(path_) +
                    "; wait for its end, or give this one a store of its own and merge");
}

bool StoreLock::take() {
  fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd_ < 0) throw ConfigError("cannot write " + path_ + ": " + std::strerror(errno));
  const bool ours = ::flock(fd_, LOCK_EX | LOCK_NB) == 0 && is_file_of(path_, fd_);
  if (!ours) {
    leave_to_parent();
    return false;
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  // Only a hint for the message above: a lock whose writer has no name is a lock all the same.
  if (::ftruncate(fd_, 0) != 0 || ::write(fd_, pid.data(), pid.size()) < 0) errno = 0;
  return true;
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
