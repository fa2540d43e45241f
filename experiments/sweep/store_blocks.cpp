// SPDX-License-Identifier: MIT
// The part of a store that reads and writes blocks.
#include <algorithm>

#include "experiments/sweep/store.hpp"
#include "sim/trace.hpp"

namespace poolrace::experiments {
namespace {

// Of all that a row says, but for the compiler: blocks of equal runs have equal ones.
std::string checksum(const std::string& problem, const StoredBlock& block) {
  Tally stored = block.tally;
  stored.sites.clear();
  stored.idle_faults.clear();
  return sim::hex16(
      sim::fnv1a_64(problem + " " + std::to_string(block.block) + " " + pack_tally(stored)));
}

}  // namespace

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
  Statement rows(database_, "SELECT block, first_harm_run, rows, compiler, checksum" +
                                count_columns() + " FROM blocks WHERE problem=? ORDER BY block");
  rows.bind(problem);
  while (rows.step()) {
    StoredBlock b{rows.number(0), {}, rows.text(3)};
    b.tally.first_harm_run = rows.number(1);
    try {
      b.tally.rows = unpack_rows(rows.blob(2));
    } catch (const ConfigError& error) {
      throw ConfigError("store " + path_ + ": " + error.what());
    }
    int column = 5;
    tally_counts(b.tally, [&](const char*, std::int64_t& v) { v = rows.number(column++); });
    sums.push_back(rows.text(4));
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
  check(std::ssize(t.rows) == t.runs, "a stored block has a row of each run");
  Statement& insert = puts_->block;
  insert.bind(problem).bind(block.block).bind(t.first_harm_run);
  insert.bind_blob(pack_rows(t.rows)).bind(block.compiler).bind(checksum(problem, block));
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

}  // namespace poolrace::experiments
