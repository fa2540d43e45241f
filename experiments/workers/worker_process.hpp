// SPDX-License-Identifier: MIT
// One worker process and the socket to it: the parent hands it blocks of runs, it answers with a
// frame a run.  Knows nothing of order or scheduling (workers.cpp does).  A socket pair rather than
// two pipes, because a write to a dead peer is then an error and not a SIGPIPE.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace poolrace::experiments {

// Computes one run in a worker and fills `record` (any bytes; starts empty).  Returns whether this
// process may take another run; false asks for a fresh process.  Whatever it builds lazily stays
// with its process.  It must not write to stdout, nor call exit().
using RunFunction = std::function<bool(std::int64_t run, std::string& record)>;

struct Block {  // runs first … last − 1
  std::int64_t first = 0;
  std::int64_t last = 0;
  bool empty() const { return first == last; }
};

enum class Outcome : std::int64_t {
  record,          // and the process takes further runs
  record_used_up,  // and the process has left
  config_error,    // the body is the exception's text; the process has left
  internal_error,
  other_error,
  died,  // out of memory, or made by the parent: the body says how
};

struct Frame {
  std::int64_t run = 0;
  Outcome outcome = Outcome::record;
  std::string body;
};

class WorkerProcess {
 public:
  // Forks.  `parents_fds` are closed in the child.  std::system_error if there is no more room.
  WorkerProcess(const RunFunction& run_function, const std::vector<int>& parents_fds);
  ~WorkerProcess();  // kills it
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  int fd() const { return fd_; }
  bool idle() const { return rest_.empty(); }
  Block rest() const { return rest_; }  // runs handed out and not answered yet

  void give(Block block);
  // Appends the frames that have come; false once the process can send no more.
  bool receive(std::vector<Frame>& frames);
  // Ends it if it has not ended yet; frames already sent can still be received.
  void kill();
  // Waits for its end: "was killed by signal 9 (Killed)", "left with exit status 1".
  std::string wait();

 private:
  bool take_frame(std::size_t& at, std::vector<Frame>& frames);  // of inbox_, from `at`

  pid_t pid_ = -1;
  int fd_ = -1;
  bool reaped_ = false;
  std::string ending_;
  Block rest_;
  std::string inbox_;  // bytes of a frame that is not complete yet
};

}  // namespace poolrace::experiments
