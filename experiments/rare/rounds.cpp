// SPDX-License-Identifier: MIT
#include "experiments/rare/rounds.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/scenario/version.hpp"
#include "sim/errors.hpp"
#include "sim/hash.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {
namespace {

constexpr std::int64_t application_id = 0x52415245;  // "RARE"
constexpr const char* table =
    "CREATE TABLE round (what TEXT NOT NULL, first INTEGER NOT NULL, records TEXT NOT NULL, "
    "PRIMARY KEY (what, first)) WITHOUT ROWID";
constexpr std::size_t sum_width = 16;

// Stands before the records: what was changed or moved is not taken for a result.
std::string checksum(const std::string& what, std::int64_t first, const std::string& records) {
  return sim::hex16(sim::fnv1a_64(what + " " + std::to_string(first) + " " + records));
}

}  // namespace

RoundStore::RoundStore(const std::string& path)
    : path_(path.empty() ? throw ConfigError("--store: the file's name is empty") : path),
      lock_(path),
      database_(path, Database::Mode::write, "store " + path) {
  const bool empty = database_.number("SELECT count(*) FROM sqlite_master") == 0 &&
                     database_.number("PRAGMA application_id") == 0;
  if (!empty && database_.number("PRAGMA application_id") != application_id)
    throw ConfigError("store " + path + ": the file is an SQLite database, but no store of `rare`");
  database_.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
  if (!empty) return;
  Transaction transaction(database_);
  database_.run(("PRAGMA application_id=" + std::to_string(application_id)).c_str());
  database_.run(table);
  transaction.commit();
}

// At rest it is one file.
RoundStore::~RoundStore() {
  try {
    database_.run("PRAGMA busy_timeout=0; PRAGMA journal_mode=DELETE");
  } catch (const std::exception&) {
    return;  // what was committed stays so
  }
}

std::vector<std::string> RoundStore::get(const std::string& what, std::int64_t first) {
  Statement row(database_, "SELECT records FROM round WHERE what = ?1 AND first = ?2");
  row.bind(what).bind(first);
  if (!row.step()) return {};
  const std::string kept(row.text(0));
  const std::string records = kept.substr(std::min(kept.size(), sum_width));
  if (kept != checksum(what, first, records) + records)
    throw ConfigError("store " + path_ + ": the file is damaged");
  return nlohmann::json::parse(records).get<std::vector<std::string>>();
}

void RoundStore::put(const std::string& what, std::int64_t first,
                     const std::vector<std::string>& records) {
  Transaction transaction(database_);
  Statement row(database_, "INSERT INTO round VALUES (?1, ?2, ?3)");
  const std::string kept = nlohmann::json(records).dump();
  row.bind(what).bind(first).bind(checksum(what, first, kept) + kept);
  row.done();
  transaction.commit();
}

int Rounds::run(const std::string& what, std::int64_t first, std::int64_t count,
                const RunFunction& work, const ResultSink& sink) const {
  const std::string key = cell_ + ";" + what + ";" + std::to_string(count) + ";" + commit();
  std::vector<std::string> records;
  if (store_ != nullptr) records = store_->get(key, first);
  for (std::size_t i = 0; i < records.size(); ++i)
    sink(first + static_cast<std::int64_t>(i), records[i]);
  if (!records.empty()) return 0;
  WorkerOptions options;
  options.first_run = first;
  options.name = [&what](std::int64_t run) { return what + " " + std::to_string(run); };
  const WorkersResult result = run_blocks(
      count, jobs_,
      [&](std::int64_t run, std::string& record) {
        if (store_ != nullptr) store_->leave_to_parent();
        return work(run, record);
      },
      [&](std::int64_t run, const std::string& record) {
        if (store_ != nullptr) records.push_back(record);
        sink(run, record);
      },
      options);
  if (store_ != nullptr && result.interrupted == 0) store_->put(key, first, records);
  return result.interrupted;
}

}  // namespace poolrace::experiments
