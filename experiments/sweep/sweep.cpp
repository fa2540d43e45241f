// SPDX-License-Identifier: MIT
#include "experiments/sweep/sweep.hpp"

#include <algorithm>

#include "experiments/scenario/idle.hpp"
#include "experiments/scenario/version.hpp"

namespace poolrace::experiments {
namespace {

constexpr std::int64_t first_look = 2;  // blocks of a point before `until` is asked

// The looks depend on nothing but their number: a point ends at the same block whatever the jobs,
// and however often the sweep was interrupted.
std::int64_t look_after(std::int64_t blocks) {
  return blocks + std::max<std::int64_t>(2, blocks / 4);
}

CommonOptions options_at(const CommonOptions& base, const Point& point) {
  CommonOptions out = base;
  for (const Setting& s : point.values) {
    if (s.name == "variant")
      out.variants = {s.value};
    else if (s.name == "profile")
      out.profile = s.value;
    else
      out.settings.push_back(s);
  }
  return out;
}

Problem problem_at(const SweepOptions& options, const Point& point) {
  try {
    const CommonOptions here = options_at(options.common, point);
    const Resolved resolved = resolve(here, {"baseline"});
    if (resolved.variants.size() != 1)
      throw ConfigError("variant=all is several; a point has one (allowed: --vary variant=all)");
    return make_problem(here, resolved, resolved.variants.front(), options.block_runs);
  } catch (const ConfigError& error) {
    throw ConfigError("point " + point.label() + ": " + error.what());
  }
}

std::vector<Problem> problems_of(const SweepOptions& options) {
  std::vector<Problem> out;
  std::map<std::string, std::string> seen;  // hash to label
  for (const Point& point : options.points) {
    out.push_back(problem_at(options, point));
    const auto [other, is_new] = seen.emplace(out.back().hash, point.label());
    if (!is_new)
      throw ConfigError("points '" + other->second + "' and '" + point.label() +
                        "' are the same; give each once");
  }
  return out;
}

}  // namespace

// Before the store is opened: a slip in a name leaves no file behind.
Sweep::Sweep(SweepOptions options)
    : options_(std::move(options)),
      problems_(problems_of(options_)),
      store_(options_.store, Store::Mode::write) {
  store_.define(definition_of(options_.common, options_.block_runs));
  std::vector<std::string> names;
  for (const Setting& s : options_.points.front().values) names.push_back(s.name);
  store_.add_study(names, problems_);
  if (options_.until.relative > 0) store_.note_looking();
  for (const Problem& problem : problems_) heads_.push_back(store_.heads(problem.hash));
}

std::int64_t Sweep::all_blocks() const {
  return (options_.common.runs + options_.block_runs - 1) / options_.block_runs;
}

std::int64_t Sweep::runs_of(std::int64_t block) const {
  return std::min(options_.block_runs, options_.common.runs - block * options_.block_runs);
}

bool Sweep::has(std::size_t point, std::int64_t block) const {
  const auto found = heads_[point].find(block);
  return found != heads_[point].end() && found->second.runs >= runs_of(block);
}

// Blocks are dealt out in turn; with `until`, whole points, for a look needs all blocks before it.
bool Sweep::mine(std::size_t point, std::int64_t block) const {
  const auto number = static_cast<std::int64_t>(point);
  const std::int64_t turn = options_.until.relative > 0 ? number : number * all_blocks() + block;
  return turn % options_.shard.count == options_.shard.index;
}

BlockHead Sweep::first_blocks(std::size_t point, std::int64_t blocks) const {
  BlockHead sum;
  for (const auto& [number, head] : heads_[point]) {
    if (number >= blocks) break;
    sum.runs += head.runs;
    sum.crashed += head.crashed;
  }
  return sum;
}

std::int64_t Sweep::blocks_wanted(std::size_t point) const {
  const std::int64_t all = all_blocks();
  if (options_.until.relative <= 0) return all;
  std::int64_t complete = 0;  // from the first on
  while (complete < all && has(point, complete)) ++complete;
  for (std::int64_t look = first_look; look < all; look = look_after(look)) {
    const BlockHead sum = first_blocks(point, look);
    if (complete < look || options_.until.tight(sum.crashed, sum.runs)) return look;
  }
  return all;
}

bool Sweep::tight(std::size_t point) const {
  const BlockHead sum = first_blocks(point, all_blocks());
  return options_.until.tight(sum.crashed, sum.runs);
}

std::vector<Task> Sweep::wanted() const {
  std::vector<Task> tasks;
  for (std::size_t point = 0; point < problems_.size(); ++point) {
    const std::int64_t blocks = blocks_wanted(point);
    for (std::int64_t block = 0; block < blocks; ++block)
      if (mine(point, block) && !has(point, block))
        tasks.push_back({point, block, block * options_.block_runs, runs_of(block)});
  }
  // The first block of every point, then the second: an interrupt leaves something of each.
  std::stable_sort(tasks.begin(), tasks.end(),
                   [](const Task& a, const Task& b) { return a.block < b.block; });
  return tasks;
}

void Sweep::add(const Task& task, const Tally& tally) {
  check(tally.runs == task.runs, "a block has the runs it was asked for");
  StoredBlock block{task.block, tally, compiler()};
  block.tally.sites.clear();
  block.tally.idle_faults.clear();
  store_.put(problems_[task.point].hash, block);
  heads_[task.point][task.block] = {tally.runs, tally.crashed};
  sites_.insert(tally.sites.begin(), tally.sites.end());
  for (const std::string& fault : options_.common.faults) {
    const auto idle = tally.idle_faults.find(fault);
    if (idle == tally.idle_faults.end() || idle->second < tally.runs) acted_.insert(fault);
  }
  runs_added_ += tally.runs;
  crashed_added_ += tally.crashed;
  ++blocks_added_;
}

std::int64_t Sweep::runs_missing_at_most() const {
  std::int64_t runs = 0;
  for (std::size_t point = 0; point < problems_.size(); ++point) {
    const std::int64_t wanted = blocks_wanted(point);
    const BlockHead sum = first_blocks(point, wanted);
    if (options_.until.tight(sum.crashed, sum.runs)) continue;
    for (std::int64_t block = 0; block < all_blocks(); ++block)
      if (mine(point, block) && !has(point, block)) runs += runs_of(block);
  }
  return runs;
}

int Sweep::run(const ShowProgress& show, const RunOne& run_one) {
  double seconds = 0;  // of the rounds before
  for (std::vector<Task> tasks = wanted(); !tasks.empty(); tasks = wanted()) {
    const std::int64_t before = runs_added_, total = before + runs_missing_at_most();
    double elapsed = 0;
    const WorkersResult done = compute_tasks(
        tasks, problems_, options_.common.jobs, run_one,
        [this](const Task& task, const Tally& tally) { add(task, tally); },
        [&](const Progress& p) {
          elapsed = p.elapsed_s;
          if (show)
            show({std::min(before + p.done, total), total, seconds + elapsed}, crashed_added_);
        },
        [this] { store_.leave_to_parent(); });
    if (done.interrupted) return done.interrupted;
    seconds += elapsed;
  }
  return 0;
}

void Sweep::check_stalls() const {
  if (runs_added_ == 0) return;
  experiments::check_stalls(options_.common, sites_);
  check_faults(options_.common, acted_);
}

}  // namespace poolrace::experiments
