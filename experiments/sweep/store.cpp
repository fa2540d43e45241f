// SPDX-License-Identifier: MIT
#include "experiments/sweep/store.hpp"

#include <algorithm>

#include "sim/trace.hpp"

namespace poolrace::experiments {
namespace {

constexpr std::int64_t application_id = 0x504f4f4c;  // "POOL"
constexpr std::int64_t schema_version = 4;

std::string shown(const Definition& definition, const std::string& name) {
  std::string out;
  for (const auto& [key, value] : definition)
    if (key == name) out += (out.empty() ? "" : ", ") + value;
  return out.empty() ? "none" : out;
}

}  // namespace

Store::Store(const std::string& path, Mode mode)
    : path_(path),
      lock_(mode == Mode::write && path != store_in_memory ? std::make_unique<StoreLock>(path)
                                                           : nullptr),
      database_(path, mode, "store " + path),
      mode_(mode) {
  const bool empty = database_.number("SELECT count(*) FROM sqlite_master") == 0 &&
                     database_.number("PRAGMA application_id") == 0;
  if (empty && mode == Mode::read)
    throw ConfigError("store " + path + ": the file is empty; no sweep has written to it");
  if (!empty) check_kind();
  if (mode == Mode::read) return;
  // NORMAL: a commit survives the end of the process; a power cut may cost the last blocks only.
  database_.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
  if (empty) create();
  puts_ = std::make_unique<BlockStatements>(database_);
}

// At rest a store is one file, which can be read where nothing can be written.
Store::~Store() {
  puts_.reset();
  if (mode_ == Mode::read) return;
  try {
    database_.run("PRAGMA busy_timeout=0; PRAGMA journal_mode=DELETE");
  } catch (const std::exception&) {  // somebody reads it, or the disk is full: it stays in WAL mode
  }
}

void Store::create() {
  Transaction transaction(database_);
  database_.run(("PRAGMA application_id=" + std::to_string(application_id)).c_str());
  database_.run(("PRAGMA user_version=" + std::to_string(schema_version)).c_str());
  for (const std::string& table : store_tables()) database_.run(table.c_str());
  transaction.commit();
}

void Store::check_kind() {
  const std::string where = "store " + path_ + ": ";
  if (database_.number("PRAGMA application_id") != application_id)
    throw ConfigError(where + "the file is an SQLite database, but no store of Poolrace");
  const std::int64_t version = database_.number("PRAGMA user_version");
  if (version != schema_version)
    throw ConfigError(where + "its tables are of version " + std::to_string(version) +
                      ", this program reads version " + std::to_string(schema_version));
  std::string found, wanted;
  for (const std::string& table : store_tables()) wanted += table + "\n";
  Statement tables(database_, "SELECT sql FROM sqlite_master WHERE type='table' ORDER BY rowid");
  while (tables.step()) found += tables.text(0) + "\n";
  const std::string fault = database_.text("PRAGMA quick_check(1)");
  if (found != wanted || fault != "ok")
    throw ConfigError(where + "the file is damaged" + (fault == "ok" ? "" : " (" + fault + ")"));
}

void Store::define(const Definition& wanted) {
  const Definition found = definition();
  if (found == wanted) return;
  if (!found.empty()) {
    std::vector<std::string> names{"version", "scenario", "world", "seed", "block_runs", "stall"};
    const auto differs = [&](const std::string& n) { return shown(found, n) != shown(wanted, n); };
    const auto name = std::find_if(names.begin(), names.end(), differs);
    const std::string what = name == names.end() ? "fault" : *name;
    throw ConfigError("store " + path_ + " is of " + what + " " + shown(found, what) +
                      ", this sweep of " + shown(wanted, what) +
                      "; they are never mixed: give it another store");
  }
  Transaction transaction(database_);
  Statement insert(database_, "INSERT INTO definition VALUES(?, ?)");
  for (const auto& [name, value] : wanted) insert.bind(name).bind(value).done();
  transaction.commit();
}

Definition Store::definition() {
  Definition out;
  Statement rows(database_, "SELECT name, value FROM definition ORDER BY rowid");
  while (rows.step()) out.emplace_back(rows.text(0), rows.text(1));
  return out;
}

void Store::add_axes(const std::vector<std::string>& names) {
  Statement insert(database_, "INSERT OR IGNORE INTO axes VALUES(?)");
  for (const std::string& name : names) insert.bind(name).done();
}

std::vector<std::string> Store::axes() {
  std::vector<std::string> out;
  Statement rows(database_, "SELECT name FROM axes ORDER BY name");
  while (rows.step()) out.push_back(rows.text(0));
  return out;
}

void Store::note_looking() {
  database_.run("INSERT OR IGNORE INTO stopped_by_looking VALUES(1)");
}

bool Store::stopped_by_looking() {
  return database_.number("SELECT count(*) FROM stopped_by_looking") != 0;
}

void Store::add_problem(const std::string& hash, const std::string& text) {
  Statement insert(database_, "INSERT OR IGNORE INTO problems VALUES(?, ?)");
  insert.bind(hash).bind(text).done();
  Statement same(database_, "SELECT text FROM problems WHERE hash=?");
  same.bind(hash);
  if (!same.step() || same.text(0) != text)
    throw ConfigError("store " + path_ + ": problem " + hash + " is damaged");
}

void Store::add_study(const std::vector<std::string>& axes, const std::vector<Problem>& problems) {
  Transaction transaction(database_);
  add_axes(axes);
  for (const Problem& problem : problems) add_problem(problem.hash, problem.text);
  transaction.commit();
}

std::vector<std::string> Store::problem_texts() {
  std::vector<std::string> out;
  Statement rows(database_, "SELECT hash, text FROM problems ORDER BY hash");
  while (rows.step()) {
    out.push_back(rows.text(1));
    if (rows.text(0) != sim::hex16(sim::fnv1a_64(out.back())))
      throw ConfigError("store " + path_ + ": problem " + rows.text(0) + " is damaged");
  }
  if (database_.number("SELECT count(*) FROM blocks WHERE problem NOT IN"
                       " (SELECT hash FROM problems)") != 0)
    throw ConfigError("store " + path_ + ": it has blocks of a problem that it does not have");
  return out;
}

std::string Store::merge(Store& other) {
  define(other.definition());
  Transaction transaction(database_);
  add_axes(other.axes());
  if (other.stopped_by_looking()) note_looking();
  for (const std::string& text : other.problem_texts()) {
    const std::string difference = merge_problem(other, text);
    if (!difference.empty()) return difference;
  }
  transaction.commit();
  return "";
}

std::string Store::merge_problem(Store& other, const std::string& text) {
  const std::string hash = sim::hex16(sim::fnv1a_64(text));
  add_problem(hash, text);
  std::map<std::int64_t, StoredBlock> mine;
  for (StoredBlock& block : blocks(hash)) mine[block.block] = std::move(block);
  for (const StoredBlock& block : other.blocks(hash)) {
    const auto same = mine.find(block.block);
    const bool fuller = same != mine.end() && same->second.tally.runs < block.tally.runs;
    if (same == mine.end() || fuller) {
      put_row(hash, block);
      put_kinds(hash, block);
    } else if (same->second.tally.runs == block.tally.runs && same->second.tally != block.tally) {
      return "block " + std::to_string(block.block) + " of problem " + hash;
    }
  }
  return "";
}

void Store::leave_to_parent() {
  if (lock_) lock_->leave_to_parent();
}

}  // namespace poolrace::experiments
