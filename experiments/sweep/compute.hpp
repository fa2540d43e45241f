// SPDX-License-Identifier: MIT
// Blocks of runs, computed in worker processes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "experiments/sweep/problem.hpp"
#include "experiments/workers/workers.hpp"

namespace poolrace::experiments {

// One block of runs of one problem.
struct Task {
  std::size_t point = 0;
  std::int64_t block = 0, first_run = 0, runs = 0;
};

using RunOne =
    std::function<models::RunResult(const models::Parameters&, const models::RunOptions&)>;

// Computes one block in child processes of its own and returns pack_tally's bytes, for executors
// whose workers live long: neither SimGrid's clock nor an abort reaches the calling process.
std::string compute_block(const std::string& problem_text, std::int64_t first_run,
                          std::int64_t runs);

// Adds the runs of a task, in order, to tallies of whole tasks.  Both ends of run_blocks: its runs
// are numbered through, block_runs a task.
WorkersResult compute_tasks(const std::vector<Task>& tasks, const std::vector<Problem>& problems,
                            int jobs, const RunOne& run_one,
                            const std::function<void(const Task&, const Tally&)>& finished,
                            const std::function<void(const Progress&)>& progress,
                            const std::function<void()>& in_child);

}  // namespace poolrace::experiments
