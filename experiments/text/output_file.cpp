// SPDX-License-Identifier: MIT
#include "experiments/text/output_file.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "experiments/text/real_path.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

// What a signal's handler may read: names that stay where they are while they stand here.
std::array<std::atomic<const char*>, 16> unfinished{};

void enter(const char* name) {
  for (auto& place : unfinished) {
    const char* none = nullptr;
    if (place.compare_exchange_strong(none, name)) return;
  }
  throw InternalError("too many files are written at once");
}

void leave(const char* name) noexcept {
  for (auto& place : unfinished) {
    const char* same = name;
    if (place.compare_exchange_strong(same, nullptr)) return;
  }
}

// No signal between the file and its name among the unfinished, nor between rename and leave.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~NoSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;

 private:
  sigset_t before_{};
};

mode_t usual_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

bool remove_unfinished_files() noexcept {
  bool any = false;
  for (auto& place : unfinished) {
    const char* name = place.load();
    if (name == nullptr) continue;
    ::unlink(name);
    any = true;
  }
  return any;
}

OutputFile::OutputFile(std::string path, std::string what)
    : path_(std::move(path)), what_(std::move(what)), fd_(open()), buffer_(fd_) {}

OutputFile::~OutputFile() {
  give_up();
}

int OutputFile::open() {
  struct stat there {};
  const bool exists = ::stat(path_.c_str(), &there) == 0;
  if (exists && S_ISDIR(there.st_mode)) fail(EISDIR);
  if (exists && ::access(path_.c_str(), W_OK) != 0) fail(errno);
  // A device or a pipe (/dev/stdout) cannot be renamed onto: it is written as it is.
  if (exists && !S_ISREG(there.st_mode)) {
    const int fd = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) fail(errno);
    return fd;
  }
  real_ = real_path(path_);
  const std::filesystem::path real = real_;
  if (real.filename().empty()) fail(path_.empty() ? ENOENT : EISDIR);
  const int fd = open_beside((real.parent_path() / ".poolrace-XXXXXX").c_str());
  ::fchmod(fd, exists ? there.st_mode & 07777 : usual_mode());
  return fd;
}

int OutputFile::open_beside(const char* name) {
  auto part = std::make_unique<std::string>(name);
  const NoSignals guard;
  const int fd = ::mkostemp(part->data(), O_CLOEXEC);
  if (fd < 0) fail(errno);
  enter(part->c_str());
  part_ = std::move(part);
  return fd;
}

void OutputFile::give_up() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  if (!part_) return;
  ::unlink(part_->c_str());
  leave(part_->c_str());
  part_.reset();
}

void OutputFile::commit() {
  stream_.flush();
  int error = buffer_.error();
  if (::close(std::exchange(fd_, -1)) != 0 && error == 0) error = errno;
  if (error == 0 && part_) {
    const NoSignals guard;
    if (std::rename(part_->c_str(), real_.c_str()) == 0) {
      leave(part_->c_str());
      part_.reset();
    } else {
      error = errno;
    }
  }
  if (error != 0) {
    give_up();
    fail(error);
  }
}

void OutputFile::fail(int error) const {
  throw ConfigError(what_ + "=" + path_ + ": cannot be written: " + std::strerror(error));
}

}  // namespace poolrace::experiments
