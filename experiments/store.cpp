// SPDX-License-Identifier: MIT
#include "experiments/store.hpp"

#include <algorithm>

#include "sim/trace.hpp"

namespace poolrace::experiments {
namespace {

constexpr std::int64_t application_id = 0x504f4f4c;  // "POOL"
constexpr std::int64_t schema_version = 1;

// ", runs INTEGER NOT NULL, …", from the one list of counts.
template <class T, class Counts>
std::string columns(T counted, Counts counts, const std::string& behind) {
  std::string out;
  counts(counted,
         [&](const char* name, std::int64_t) { out += std::string(", ") + name + behind; });
  return out;
}

std::string count_columns(const std::string& behind = "") {
  return columns(
      Tally(), [](auto& t, auto visit) { tally_counts(t, visit); }, behind);
}

std::string kind_columns(const std::string& behind = "") {
  return columns(
      KindTally(), [](auto& k, auto visit) { kind_counts(k, visit); }, behind);
}

std::string marks(const std::string& listed) {  // ", ?" for each column
  std::string out;
  for (auto n = std::count(listed.begin(), listed.end(), ','); n > 0; --n) out += ", ?";
  return out;
}

std::vector<std::string> schema() {
  const std::string whole = " INTEGER NOT NULL";
  return {
      "CREATE TABLE definition(name TEXT NOT NULL, value TEXT NOT NULL)",
      "CREATE TABLE axes(name TEXT NOT NULL PRIMARY KEY)",
      "CREATE TABLE problems(hash TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL)",
      "CREATE TABLE blocks(problem TEXT NOT NULL, block" + whole + count_columns(whole) +
          ", first_harm_run INTEGER NOT NULL, teardown_ns BLOB NOT NULL, destroy_ns BLOB NOT NULL,"
          " fingerprint TEXT NOT NULL, compiler TEXT NOT NULL, checksum TEXT NOT NULL,"
          " PRIMARY KEY(problem, block)) WITHOUT ROWID",
      "CREATE TABLE kinds(problem TEXT NOT NULL, block" + whole + ", kind TEXT NOT NULL" +
          kind_columns(whole) + ", PRIMARY KEY(problem, block, kind)) WITHOUT ROWID",
  };
}

// Of all that a row says, but for the compiler: blocks of equal runs have equal ones.
std::string checksum(const std::string& problem, const StoredBlock& block) {
  Tally stored = block.tally;
  stored.sites.clear();
  return sim::hex16(
      sim::fnv1a_64(problem + " " + std::to_string(block.block) + " " + pack_tally(stored)));
}

std::uint64_t from_hex(const std::string& text) {
  std::uint64_t value = 0;
  for (const char c : text)
    value = value * 16 + static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  return value;
}

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
  puts_ = std::make_unique<Puts>(database_);
}

struct Store::Puts {
  explicit Puts(Database& database)
      : block(database,
              "INSERT OR REPLACE INTO blocks(problem, block, first_harm_run, teardown_ns,"
              " destroy_ns, fingerprint, compiler, checksum" +
                  count_columns() + ") VALUES(?, ?, ?, ?, ?, ?, ?, ?" + marks(count_columns()) +
                  ")"),
        no_kinds(database, "DELETE FROM kinds WHERE problem=? AND block=?"),
        kind(database, "INSERT INTO kinds(problem, block, kind" + kind_columns() +
                           ") VALUES(?, ?, ?" + marks(kind_columns()) + ")") {}
  Statement block, no_kinds, kind;
};

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
  for (const std::string& table : schema()) database_.run(table.c_str());
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
  for (const std::string& table : schema()) wanted += table + "\n";
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

std::map<std::int64_t, BlockHead> Store::heads(const std::string& problem) {
  std::map<std::int64_t, BlockHead> out;
  Statement rows(database_, "SELECT block, runs, crashed FROM blocks WHERE problem=?");
  rows.bind(problem);
  while (rows.step()) out[rows.number(0)] = {rows.number(1), rows.number(2)};
  return out;
}

std::vector<StoredBlock> Store::blocks(const std::string& problem) {
  std::vector<StoredBlock> out;
  std::vector<std::string> sums;
  Statement rows(database_,
                 "SELECT block, first_harm_run, teardown_ns, destroy_ns, fingerprint, compiler,"
                 " checksum" +
                     count_columns() + " FROM blocks WHERE problem=? ORDER BY block");
  rows.bind(problem);
  while (rows.step()) {
    StoredBlock b{rows.number(0), {}, rows.text(5)};
    b.tally.first_harm_run = rows.number(1);
    try {
      b.tally.teardown_ns = unpack_sorted(rows.blob(2));
      b.tally.destroy_ns = unpack_sorted(rows.blob(3));
    } catch (const ConfigError& error) {
      throw ConfigError("store " + path_ + ": " + error.what());
    }
    b.tally.fingerprints = {from_hex(rows.text(4))};
    int column = 7;
    tally_counts(b.tally, [&](const char*, std::int64_t& v) { v = rows.number(column++); });
    sums.push_back(rows.text(6));
    out.push_back(std::move(b));
  }
  read_kinds(problem, out);
  for (std::size_t i = 0; i < out.size(); ++i)
    if (checksum(problem, out[i]) != sums[i])
      throw ConfigError("store " + path_ + ": block " + std::to_string(out[i].block) +
                        " of problem " + problem + " is damaged (its checksum is wrong)");
  return out;
}

void Store::read_kinds(const std::string& problem, std::vector<StoredBlock>& blocks) {
  Statement rows(database_, "SELECT block, kind" + kind_columns() + " FROM kinds WHERE problem=?");
  rows.bind(problem);
  while (rows.step()) {
    const std::int64_t number = rows.number(0);
    const std::string name = rows.text(1);
    const auto block =
        std::lower_bound(blocks.begin(), blocks.end(), number,
                         [](const StoredBlock& b, std::int64_t n) { return b.block < n; });
    for (std::size_t i = 0; i < models::kind_count; ++i) {
      if (block == blocks.end() || block->block != number || name != models::kind_table[i].name)
        continue;
      int column = 2;
      kind_counts(block->tally.kinds[i],
                  [&](const char*, std::int64_t& v) { v = rows.number(column++); });
    }
  }
}

Tally Store::total(const std::string& problem) {
  Tally sum;
  for (const StoredBlock& block : blocks(problem)) sum.add(block.tally);
  return sum;
}

void Store::put(const std::string& problem, const StoredBlock& block) {
  Transaction transaction(database_);
  put_row(problem, block);
  put_kinds(problem, block);
  transaction.commit();
}

void Store::put_row(const std::string& problem, const StoredBlock& block) {
  const Tally& t = block.tally;
  check(t.fingerprints.size() == 1, "a stored block has one fingerprint, its runs' folded");
  Statement& insert = puts_->block;
  insert.bind(problem).bind(block.block).bind(t.first_harm_run);
  insert.bind_blob(pack_sorted(t.teardown_ns)).bind_blob(pack_sorted(t.destroy_ns));
  insert.bind(sim::hex16(t.fingerprints.front())).bind(block.compiler);
  insert.bind(checksum(problem, block));
  tally_counts(t, [&](const char*, std::int64_t value) { insert.bind(value); });
  insert.done();
}

void Store::put_kinds(const std::string& problem, const StoredBlock& block) {
  puts_->no_kinds.bind(problem).bind(block.block).done();
  Statement& insert = puts_->kind;
  for (std::size_t i = 0; i < models::kind_count; ++i) {
    const KindTally& kind = block.tally.kinds[i];
    if (kind == KindTally()) continue;
    insert.bind(problem).bind(block.block).bind(std::string_view(models::kind_table[i].name));
    kind_counts(kind, [&](const char*, std::int64_t value) { insert.bind(value); });
    insert.done();
  }
}

std::string Store::merge(Store& other) {
  define(other.definition());
  Transaction transaction(database_);
  add_axes(other.axes());
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
