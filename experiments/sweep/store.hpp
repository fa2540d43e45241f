// SPDX-License-Identifier: MIT
// A study on disk: an SQLite file in WAL mode with one row a block of runs of a problem.  A block
// is written in one transaction, so a kill at any instant leaves whole blocks only.  One store is
// of one definition (version, scenario, seed, …): others are refused, never mixed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "experiments/sweep/problem.hpp"
#include "experiments/sweep/sqlite.hpp"
#include "experiments/sweep/store_lock.hpp"
#include "experiments/sweep/store_tables.hpp"

namespace poolrace::experiments {

struct BlockHead {
  std::int64_t runs = 0, crashed = 0;
};

struct StoredBlock {
  std::int64_t block = 0;
  Tally tally;
  std::string compiler;
};

inline constexpr const char* store_in_memory = ":memory:";

class Store {
 public:
  using Mode = Database::Mode;
  Store(const std::string& path, Mode mode);
  ~Store();

  // Makes it a store of this definition if it is new; ConfigError that names the first difference
  // if it is of another.
  void define(const Definition& definition);
  // The names that were varied, and the points.
  void add_study(const std::vector<std::string>& axes, const std::vector<Problem>& problems);

  Definition definition();
  std::vector<std::string> axes();
  // Some of its points ended because of what was seen (--until): intervals for a number of runs that
  // was fixed beforehand are not for it, now and after.
  void note_looking();
  bool stopped_by_looking();
  std::vector<std::string> problem_texts();
  std::map<std::int64_t, BlockHead> heads(const std::string& problem);  // by block
  std::vector<StoredBlock> blocks(const std::string& problem);          // in order
  Tally total(const std::string& problem);

  void put(const std::string& problem, const StoredBlock& block);  // in one transaction
  // Adds what another has and this one has not.  Returns "", or which block differs: then this one
  // is unchanged.
  std::string merge(Store& other);

  const std::string& path() const { return path_; }
  void leave_to_parent();  // in a forked child

 private:
  void create();
  void add_axes(const std::vector<std::string>& names);
  void add_problem(const std::string& hash, const std::string& text);
  void check_kind();
  void put_row(const std::string& problem, const StoredBlock& block);
  void put_kinds(const std::string& problem, const StoredBlock& block);
  void read_kinds(const std::string& problem, std::vector<StoredBlock>& blocks);
  std::string merge_problem(Store& other, const std::string& text);

  std::string path_;
  std::unique_ptr<StoreLock> lock_;  // taken before the file is opened
  Database database_;
  Mode mode_;
  std::unique_ptr<BlockStatements> puts_;  // prepared once; gone before the database is
};

}  // namespace poolrace::experiments
