// SPDX-License-Identifier: MIT
// A sweep: blocks of runs for every point of a grid, kept in a store.  What is missing is a
// function of the options and the store alone, so a sweep that was killed goes on where it was, and
// shards, jobs and executors of others all end with the same store.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "experiments/statistics/statistics.hpp"
#include "experiments/sweep/grid.hpp"
#include "experiments/sweep/store.hpp"
#include "experiments/workers/workers.hpp"

namespace poolrace::experiments {

// When a point has runs enough: its 95 % confidence sequence for the crash probability has a half
// width of at most `relative` times the estimate, or lies below `below` altogether (that is how a
// point without a crash ends).  relative = 0: never, every point gets all runs.
struct Until {
  double relative = 0, below = 0.001;
  bool tight(std::int64_t crashed, std::int64_t runs) const;
};

struct Shard {
  std::int64_t index = 0, count = 1;  // index from 0
};

struct SweepOptions {
  CommonOptions common;  // without what is varied
  std::vector<Point> points;
  std::string store = store_in_memory;
  std::int64_t block_runs = 50;
  Until until;
  Shard shard;
};

SweepOptions sweep_options(const ParsedLine& line);

// One block of runs of one problem.
struct Task {
  std::size_t point = 0;
  std::int64_t block = 0, first_run = 0, runs = 0;
};

using RunOne =
    std::function<models::RunResult(const models::Parameters&, const models::RunOptions&)>;

class Sweep {
 public:
  explicit Sweep(SweepOptions options);

  // What to compute next; empty: done.  With `until`, more may follow once these are added.
  std::vector<Task> wanted() const;
  // Stores a block that was computed here or elsewhere.
  void add(const Task& task, const Tally& tally);
  // Computes all that is wanted in worker processes.  Returns 0, or the signal that interrupted it.
  using ShowProgress = std::function<void(const Progress&, std::int64_t crashed)>;
  int run(const ShowProgress& show = {}, const RunOne& run_one = models::run_machine);

  const SweepOptions& options() const { return options_; }
  const std::vector<Problem>& problems() const { return problems_; }  // one a point
  Store& store() { return store_; }
  std::int64_t runs_added() const { return runs_added_; }
  std::int64_t blocks_added() const { return blocks_added_; }
  bool tight(std::size_t point) const;  // its answer is as narrow as `until` asked for
  // A stall at a site that no run passed is a slip of the pen, not a result: ConfigError.
  void check_stalls() const;

 private:
  std::int64_t all_blocks() const;                 // of a point
  std::int64_t runs_of(std::int64_t block) const;  // the last one may be shorter
  bool has(std::size_t point, std::int64_t block) const;
  bool mine(std::size_t point, std::int64_t block) const;
  std::int64_t blocks_wanted(std::size_t point) const;
  std::int64_t runs_missing_at_most() const;
  BlockHead first_blocks(std::size_t point, std::int64_t blocks) const;

  SweepOptions options_;
  std::vector<Problem> problems_;
  Store store_;
  std::vector<std::map<std::int64_t, BlockHead>> heads_;  // by point: what the store has
  std::int64_t runs_added_ = 0, blocks_added_ = 0, crashed_added_ = 0;
  std::set<std::string> sites_;
};

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
