// SPDX-License-Identifier: MIT
// See workers.hpp.  One loop in the parent: deliver what is in order, hand out blocks, wait.  A
// failure travels as the answer of its run and surfaces when its turn comes: that makes the error
// the same for any number of jobs.
#include "experiments/workers/workers.hpp"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace poolrace::experiments {
namespace {

std::atomic<int> caught_signal{0};
std::atomic<bool> active{false};

void catch_signal(int number) {
  caught_signal = number;
}

// Catches SIGINT and SIGTERM while it lives, but for those that were ignored (nohup, `&`).
class SignalGuard {
 public:
  SignalGuard() {
    check(!active.exchange(true), "run_blocks has one caller at a time");
    caught_signal = 0;
    struct sigaction ours = {};
    ours.sa_handler = catch_signal;
    ours.sa_flags = SA_RESTART;  // the sink's writes go on; poll() returns all the same
    sigemptyset(&ours.sa_mask);
    for (std::size_t i = 0; i < 2; ++i) {
      ::sigaction(signals[i], nullptr, &before_[i]);
      if (before_[i].sa_handler != SIG_IGN) ::sigaction(signals[i], &ours, nullptr);
    }
  }
  ~SignalGuard() {
    for (std::size_t i = 0; i < 2; ++i) ::sigaction(signals[i], &before_[i], nullptr);
    active = false;
  }
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

 private:
  static constexpr int signals[2] = {SIGINT, SIGTERM};
  struct sigaction before_[2] = {};
};

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds progress_period{100};

class Dispatch {
 public:
  Dispatch(std::int64_t runs, int jobs, const RunFunction& run_function, const ResultSink& sink,
           const WorkerOptions& options)
      : options_(options),
        run_function_(run_function),
        sink_(sink),
        runs_(runs),
        jobs_(static_cast<std::size_t>(jobs)),
        end_(options.first_run + runs),
        delivered_to_(options.first_run),
        next_(options.first_run) {
    block_runs_ = options.block_runs > 0 ? options.block_runs : fair_block(runs, jobs);
  }

  WorkersResult run() {
    while (delivered_to_ < end_ && !caught_signal) {
      hand_out();
      wait_and_receive();
      deliver();
      report(false);
    }
    if (delivered_to_ < end_) salvage();
    workers_.clear();
    report(true);
    return {delivered_to_ - options_.first_run, caught_signal, processes_};
  }

 private:
  void hand_out();
  bool take_block(Block& block);
  bool start_worker();
  void wait_and_receive();
  void receive_from(std::size_t index);
  void keep(std::vector<Frame> frames);
  void deliver();
  void salvage();
  void report(bool last);
  [[noreturn]] void fail(const Frame& frame) const;

  const WorkerOptions& options_;
  const RunFunction& run_function_;
  const ResultSink& sink_;
  std::int64_t runs_;
  std::size_t jobs_;
  std::int64_t block_runs_ = 1;
  std::int64_t end_;
  std::int64_t delivered_to_;                      // the next run for the sink
  std::int64_t next_;                              // the first run never handed out
  std::map<std::int64_t, std::int64_t> returned_;  // blocks handed back: first → last
  std::map<std::int64_t, Frame> waiting_;          // answered, not yet delivered
  std::int64_t failed_at_ = std::numeric_limits<std::int64_t>::max();
  std::vector<std::unique_ptr<WorkerProcess>> workers_;
  int processes_ = 0;
  std::int64_t done_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point reported_ = start_;
};

// The lowest block not handed out: nothing past a failure, nor so far ahead of the sink that what
// waits for one long run fills the memory.
bool Dispatch::take_block(Block& block) {
  const std::int64_t ahead =
      std::max<std::int64_t>(4096, 16 * block_runs_ * static_cast<std::int64_t>(jobs_));
  const std::int64_t limit = std::min(failed_at_, delivered_to_ + ahead);
  const bool again = !returned_.empty();
  block.first = again ? returned_.begin()->first : next_;
  block.last = again ? returned_.begin()->second : std::min(end_, next_ + block_runs_);
  if (block.empty() || block.first >= limit) return false;
  if (again) {
    returned_.erase(returned_.begin());
  } else {
    next_ = block.last;
  }
  return true;
}

bool Dispatch::start_worker() {
  std::vector<int> fds;
  for (const auto& worker : workers_) fds.push_back(worker->fd());
  try {
    workers_.push_back(std::make_unique<WorkerProcess>(run_function_, fds));
  } catch (const std::system_error& error) {
    if (workers_.empty())
      throw ConfigError(std::string("cannot start a worker process: ") + error.what());
    jobs_ = workers_.size();  // go on with as many as the system allows
    return false;
  }
  ++processes_;
  return true;
}

void Dispatch::hand_out() {
  Block block;
  for (std::size_t i = 0; i < workers_.size(); ++i)
    if (workers_[i]->idle() && take_block(block)) workers_[i]->give(block);
  while (workers_.size() < jobs_ && take_block(block)) {
    if (start_worker()) {
      workers_.back()->give(block);
    } else {
      returned_[block.first] = block.last;
    }
  }
}

void Dispatch::wait_and_receive() {
  std::vector<pollfd> fds;
  for (const auto& worker : workers_) fds.push_back({worker->fd(), POLLIN, 0});
  // The period also bounds how long a signal can go unseen that came just before the wait.
  const int ready = ::poll(fds.data(), fds.size(), static_cast<int>(progress_period.count()));
  check(ready >= 0 || errno == EINTR, "poll on the workers' sockets works");
  if (ready <= 0) return;
  for (std::size_t i = fds.size(); i-- > 0;)  // backwards: receive_from may remove the i-th
    if (fds[i].revents) receive_from(i);
}

void Dispatch::receive_from(std::size_t index) {
  WorkerProcess& worker = *workers_[index];
  std::vector<Frame> frames;
  const bool open = worker.receive(frames);
  const bool left = !frames.empty() && frames.back().outcome != Outcome::record;
  if (!open && !left && !worker.idle())
    frames.push_back({worker.rest().first, Outcome::died, "its worker process " + worker.wait()});
  if (left && !worker.idle()) returned_[worker.rest().first] = worker.rest().last;
  if (left || !open) workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(index));
  keep(std::move(frames));
}

void Dispatch::keep(std::vector<Frame> frames) {
  for (Frame& frame : frames) {
    const bool recorded =
        frame.outcome == Outcome::record || frame.outcome == Outcome::record_used_up;
    if (recorded) {
      ++done_;
    } else {
      failed_at_ = std::min(failed_at_, frame.run);
    }
    const std::int64_t run = frame.run;
    check(waiting_.emplace(run, std::move(frame)).second, "a run is computed once");
  }
}

void Dispatch::deliver() {
  while (!waiting_.empty() && waiting_.begin()->first == delivered_to_) {
    const Frame frame = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    if (frame.outcome != Outcome::record && frame.outcome != Outcome::record_used_up) fail(frame);
    sink_(frame.run, frame.body);
    ++delivered_to_;
  }
}

// Interrupted: end the workers, then take what they had sent already.
void Dispatch::salvage() {
  for (const auto& worker : workers_) worker->kill();
  for (const auto& worker : workers_) {
    std::vector<Frame> frames;
    worker->receive(frames);
    keep(std::move(frames));
  }
  deliver();
}

void Dispatch::report(bool last) {
  const Clock::time_point now = Clock::now();
  if (!options_.progress || (!last && now - reported_ < progress_period)) return;
  reported_ = now;
  options_.progress({done_, runs_, std::chrono::duration<double>(now - start_).count()});
}

void Dispatch::fail(const Frame& frame) const {
  std::string text = options_.name ? options_.name(frame.run) : "run " + std::to_string(frame.run);
  text += ": " + frame.body;
  if (options_.reproduce) text += "; reproduce: " + options_.reproduce(frame.run);
  if (frame.outcome == Outcome::config_error) throw ConfigError(text);
  if (frame.outcome == Outcome::died) throw WorkerDied(text);
  if (frame.outcome == Outcome::other_error) throw std::runtime_error(text);
  throw InternalError(text);
}

}  // namespace

std::int64_t fair_block(std::int64_t runs, int jobs) {
  return std::clamp<std::int64_t>(runs / (std::int64_t{16} * jobs), 1, 64);
}

WorkersResult run_blocks(std::int64_t runs, int jobs, const RunFunction& run_function,
                         const ResultSink& sink, const WorkerOptions& options) {
  check(runs >= 0 && options.first_run >= 0, "runs are counted from 0 up");
  check(runs <= std::numeric_limits<std::int64_t>::max() - options.first_run - (1 << 30),
        "run numbers fit 63 bits");
  check(1 <= jobs && jobs <= 1024, "jobs are between 1 and 1024");
  const SignalGuard guard;
  return Dispatch(runs, jobs, run_function, sink, options).run();
}

}  // namespace poolrace::experiments
