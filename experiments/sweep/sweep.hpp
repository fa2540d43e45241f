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

#include "experiments/sweep/compute.hpp"
#include "experiments/sweep/options.hpp"
#include "experiments/sweep/store.hpp"

namespace poolrace::experiments {

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
  void check_stalls() const;            // ConfigError if one met nobody, or a fault

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
  std::set<std::string> sites_, acted_;
};

}  // namespace poolrace::experiments
