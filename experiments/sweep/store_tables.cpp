// SPDX-License-Identifier: MIT
#include "experiments/sweep/store_tables.hpp"

#include <algorithm>

#include "experiments/sweep/tally.hpp"

namespace poolrace::experiments {
namespace {

// ", runs INTEGER NOT NULL, …", from the one list of counts.
template <class T, class Counts>
std::string columns(T counted, Counts counts, const std::string& behind) {
  std::string out;
  counts(counted,
         [&](const char* name, std::int64_t) { out += std::string(", ") + name + behind; });
  return out;
}

std::string marks(const std::string& listed) {  // ", ?" for each column
  std::string out;
  for (auto n = std::count(listed.begin(), listed.end(), ','); n > 0; --n) out += ", ?";
  return out;
}

}  // namespace

std::string count_columns(const std::string& behind) {
  return columns(
      Tally(), [](auto& t, auto visit) { tally_counts(t, visit); }, behind);
}

std::string kind_columns(const std::string& behind) {
  return columns(
      KindTally(), [](auto& k, auto visit) { kind_counts(k, visit); }, behind);
}

std::vector<std::string> store_tables() {
  const std::string whole = " INTEGER NOT NULL";
  return {
      "CREATE TABLE definition(name TEXT NOT NULL, value TEXT NOT NULL)",
      "CREATE TABLE axes(name TEXT NOT NULL PRIMARY KEY)",
      "CREATE TABLE stopped_by_looking(yes INTEGER NOT NULL PRIMARY KEY)",
      "CREATE TABLE problems(hash TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL)",
      "CREATE TABLE blocks(problem TEXT NOT NULL, block" + whole + count_columns(whole) +
          ", first_harm_run INTEGER NOT NULL, rows BLOB NOT NULL, compiler TEXT NOT NULL, checksum "
          "TEXT NOT NULL,"
          " PRIMARY KEY(problem, block)) WITHOUT ROWID",
      "CREATE TABLE kinds(problem TEXT NOT NULL, block" + whole + ", kind TEXT NOT NULL" +
          kind_columns(whole) + ", PRIMARY KEY(problem, block, kind)) WITHOUT ROWID",
  };
}

BlockStatements::BlockStatements(Database& database)
    : block(database,
            "INSERT OR REPLACE INTO blocks(problem, block, first_harm_run, rows,"
            " compiler, checksum" +
                count_columns() + ") VALUES(?, ?, ?, ?, ?, ?" + marks(count_columns()) + ")"),
      no_kinds(database, "DELETE FROM kinds WHERE problem=? AND block=?"),
      kind(database, "INSERT INTO kinds(problem, block, kind" + kind_columns() +
                         ") VALUES(?, ?, ?" + marks(kind_columns()) + ")") {}

}  // namespace poolrace::experiments
