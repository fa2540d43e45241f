// SPDX-License-Identifier: MIT
// See worker_process.hpp.  The child's side comes first, then the parent's.
#include "experiments/workers/worker_process.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>

#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

// What stands before a frame's body.  Same program on both sides, so plain memory will do.
struct FrameHeader {
  std::int64_t run;
  std::int64_t outcome;
  std::uint64_t size;
};
constexpr std::uint64_t frame_size_max = std::uint64_t{1} << 32;

bool send_all(int fd, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t sent = ::send(fd, at, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool receive_block(int fd, Block& block) {
  for (;;) {
    const ssize_t got = ::recv(fd, &block, sizeof block, MSG_WAITALL);
    if (got < 0 && errno == EINTR) continue;
    return got == static_cast<ssize_t>(sizeof block);
  }
}

Frame compute(const RunFunction& run_function, std::int64_t run) {
  Frame frame{run, Outcome::record, {}};
  std::string record;
  try {
    if (!run_function(run, record)) frame.outcome = Outcome::record_used_up;
    frame.body = std::move(record);
  } catch (const ConfigError& error) {
    frame = {run, Outcome::config_error, error.what()};
  } catch (const InternalError& error) {
    frame = {run, Outcome::internal_error, error.what()};
  } catch (const std::bad_alloc&) {
    frame = {run, Outcome::died, "its worker process ran out of memory"};
  } catch (const std::exception& error) {
    frame = {run, Outcome::other_error, error.what()};
  } catch (...) {
    frame = {run, Outcome::other_error, "an exception of unknown type"};
  }
  return frame;
}

bool send_frame(int fd, const Frame& frame) {
  const FrameHeader header{frame.run, static_cast<std::int64_t>(frame.outcome), frame.body.size()};
  std::string bytes(sizeof header, '\0');
  std::memcpy(bytes.data(), &header, sizeof header);
  bytes += frame.body;
  return send_all(fd, bytes.data(), bytes.size());
}

// The child's life.  _exit only: the parent's atexit handlers and unwritten buffers are not ours.
[[noreturn]] void serve(int fd, const RunFunction& run_function) {
  for (Block block; receive_block(fd, block);) {
    for (std::int64_t run = block.first; run < block.last; ++run) {
      const Frame frame = compute(run_function, run);
      if (!send_frame(fd, frame)) ::_exit(1);
      if (frame.outcome != Outcome::record) ::_exit(0);
    }
  }
  ::_exit(0);
}

// Ctrl-C reaches the whole group; what it means is the parent's business.  But nobody survives it.
void become_child(pid_t parent, const std::vector<int>& parents_fds) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it went before we asked
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGTERM, SIG_IGN);
  ::signal(SIGHUP, SIG_DFL);  // the parent would tidy up; what it has is not ours
  for (const int fd : parents_fds) ::close(fd);
}

std::string describe(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    return "was killed by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
  }
  return "left with exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

WorkerProcess::WorkerProcess(const RunFunction& run_function, const std::vector<int>& parents_fds) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::close(ends[0]);
    become_child(parent, parents_fds);
    serve(ends[1], run_function);
  }
  const int error = errno;
  ::close(ends[1]);
  fd_ = ends[0];
  if (pid_ < 0) {
    ::close(fd_);
    throw std::system_error(error, std::generic_category(), "fork");
  }
}

WorkerProcess::~WorkerProcess() {
  kill();
  ::close(fd_);
}

void WorkerProcess::give(Block block) {
  check(idle(), "a worker has one block at a time");
  rest_ = block;
  // If it is dead this fails, and receive() will tell: then rest_ says which run was lost.
  send_all(fd_, &block, sizeof block);
}

bool WorkerProcess::receive(std::vector<Frame>& frames) {
  char buffer[65536];
  for (;;) {
    const ssize_t got = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
    if (got <= 0) return false;  // end, or reset because it left a block unread
    inbox_.append(buffer, static_cast<std::size_t>(got));
    std::size_t at = 0;
    while (take_frame(at, frames)) {
    }
    inbox_.erase(0, at);
  }
}

bool WorkerProcess::take_frame(std::size_t& at, std::vector<Frame>& frames) {
  FrameHeader header;
  if (inbox_.size() - at < sizeof header) return false;
  std::memcpy(&header, inbox_.data() + at, sizeof header);
  check(!idle() && header.run == rest_.first, "a worker answers its runs in order");
  check(header.size <= frame_size_max, "a run's record is at most 4 GiB");
  if (inbox_.size() - at - sizeof header < header.size) return false;
  at += sizeof header;
  const auto size = static_cast<std::size_t>(header.size);
  frames.push_back({header.run, static_cast<Outcome>(header.outcome), inbox_.substr(at, size)});
  at += size;
  ++rest_.first;
  return true;
}

void WorkerProcess::kill() {
  if (!reaped_) ::kill(pid_, SIGKILL);
  wait();
}

std::string WorkerProcess::wait() {
  int status = 0;
  while (!reaped_) {
    const pid_t ended = ::waitpid(pid_, &status, 0);
    if (ended < 0 && errno == EINTR) continue;
    reaped_ = true;
    ending_ = ended == pid_ ? describe(status) : "ended unseen (SIGCHLD is ignored)";
  }
  return ending_;
}

}  // namespace poolrace::experiments
