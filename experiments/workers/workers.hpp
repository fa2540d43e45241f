// SPDX-License-Identifier: MIT
// Runs spread over worker processes.  Processes, not threads, because the engine's clock and
// platform are process-wide statics; and fresh ones on request, because that clock must not pass
// 2000 s.  Records come back through a socket and reach the sink in run order whatever the number
// of jobs, so results do not depend on it.  Children are forked (never exec'd), leave by _exit, and
// ignore SIGINT and SIGTERM: the parent decides.  The parent must not have built an engine of its
// own before, for children would inherit its clock.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

#include "experiments/workers/progress.hpp"
#include "experiments/workers/worker_process.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {

// A run that ended its process: an abort, a segmentation fault, no memory left (exit status 5).
class WorkerDied : public InternalError {
 public:
  using InternalError::InternalError;
};

// A signal ended work of which a part alone would be worth nothing (exit status 128 + it).
struct Interrupted : std::runtime_error {
  Interrupted(int by, const std::string& what) : std::runtime_error(what), signal(by) {}
  int signal;
};

// Called in the parent, in run order, once a run.  May throw: the workers are then killed.
using ResultSink = std::function<void(std::int64_t run, const std::string& record)>;

struct WorkerOptions {
  std::int64_t first_run = 0;  // the runs are first_run … first_run + runs − 1
  // How many runs a worker is handed at a time; 0: about 16 blocks a job, of at most 64 runs.
  std::int64_t block_runs = 0;
  std::function<void(const Progress&)> progress;           // ten times a second, and at the end
  std::function<std::string(std::int64_t run)> name;       // begins error texts; "run N" if absent
  std::function<std::string(std::int64_t run)> reproduce;  // ends error texts: how to see it again
};

struct WorkersResult {
  std::int64_t runs_delivered = 0;  // always the first ones
  int interrupted = 0;              // 0, or the signal (SIGINT, SIGTERM); exit with 128 + this
  int processes = 0;                // forked in all
};

// The default of block_runs.
std::int64_t fair_block(std::int64_t runs, int jobs);

// Computes `runs` runs in up to `jobs` (1…1024) processes.  Throws, after delivering every run
// below the one that failed (the lowest to fail, whatever the jobs): ConfigError or InternalError
// if that is what the run threw, std::runtime_error for other exceptions, WorkerDied if its process
// did.  On SIGINT or SIGTERM (unless ignored on entry) workers are killed and what is
// complete up to the first gap is delivered.  One caller at a time; leaves no process, descriptor
// or handler behind.
WorkersResult run_blocks(std::int64_t runs, int jobs, const RunFunction& run_function,
                         const ResultSink& sink, const WorkerOptions& options = {});

}  // namespace poolrace::experiments
