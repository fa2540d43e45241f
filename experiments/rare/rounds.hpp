// SPDX-License-Identifier: MIT
// Work in rounds that survives its process: each round's records are kept in an SQLite file as it ends, in
// one transaction, and are read instead of computed when they are wanted again.  So a table of hours can
// be killed at any instant and goes on where it was; as records decide all that follows, with the same
// numbers.  What is kept is of one build (its commit is in the key); others do not read it.
// Left out: parts of a round; merging files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/sweep/sqlite.hpp"
#include "experiments/sweep/store_lock.hpp"
#include "experiments/workers/workers.hpp"

namespace poolrace::experiments {

class RoundStore {
 public:
  // Made if there is none.  ConfigError if another process has it or it is another kind of file.
  explicit RoundStore(const std::string& path);
  ~RoundStore();
  // Empty: not there yet.
  std::vector<std::string> get(const std::string& what, std::int64_t first);
  void put(const std::string& what, std::int64_t first, const std::vector<std::string>& records);
  void leave_to_parent() { lock_.leave_to_parent(); }  // in a forked child

 private:
  std::string path_;
  StoreLock lock_;
  Database database_;
};

// Rounds in worker processes, with a store or without.
class Rounds {
 public:
  // `cell`: all that decides the records beyond the round.
  Rounds(RoundStore* store, std::string cell, int jobs)
      : store_(store), cell_(std::move(cell)), jobs_(jobs) {}
  // run_blocks() of first … first + count − 1; its signal, or 0.  An interrupted round is not kept.
  int run(const std::string& what, std::int64_t first, std::int64_t count, const RunFunction& work,
          const ResultSink& sink) const;

 private:
  RoundStore* store_;
  std::string cell_;
  int jobs_;
};

}  // namespace poolrace::experiments
