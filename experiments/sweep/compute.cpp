// SPDX-License-Identifier: MIT
// Blocks of runs through run_blocks: a worker adds its runs up and sends one tally a block, or one
// for each part of it when its process is used up in the middle.
#include "experiments/sweep/compute.hpp"

#include <mutex>

#include "experiments/scenario/replay_string.hpp"
#include "experiments/workers/engine_clock.hpp"

namespace poolrace::experiments {
namespace {

// run_blocks' number of a run is task × block_runs + its place in the task; the places that a short
// task lacks hold no run.
struct Place {
  std::size_t task;
  std::int64_t run;
};

}  // namespace

WorkersResult compute_tasks(const std::vector<Task>& tasks, const std::vector<Problem>& problems,
                            int jobs, const RunOne& run_one,
                            const std::function<void(const Task&, const Tally&)>& finished,
                            const std::function<void(const Progress&)>& progress,
                            const std::function<void()>& in_child) {
  if (tasks.empty()) return {};
  const std::int64_t size = problems[tasks.front().point].block_runs;
  const auto place = [size](std::int64_t number) {
    return Place{static_cast<std::size_t>(number / size), number % size};
  };
  const auto problem = [&](std::int64_t number) -> const Problem& {
    return problems[tasks[place(number).task].point];
  };
  const auto run_of = [&](std::int64_t number) {
    return tasks[place(number).task].first_run + place(number).run;
  };
  WorkerOptions options;
  options.block_runs = size;
  options.progress = progress;
  options.name = [&](std::int64_t number) {
    return "run " + std::to_string(run_of(number)) + " of problem " + problem(number).hash;
  };
  options.reproduce = [&](std::int64_t number) {
    return shell_text({"poolrace", "replay", replay_string(problem(number), run_of(number))});
  };
  bool in_worker = false;
  Tally part, whole;  // the worker's; the parent's
  return run_blocks(
      size * static_cast<std::int64_t>(tasks.size()), jobs,
      [&](std::int64_t number, std::string& record) {
        if (!in_worker && in_child) in_child();
        in_worker = true;
        const auto [task, at] = place(number);
        const Problem& p = problem(number);
        if (at < tasks[task].runs)
          part.add(run_of(number), run_one(p.parameters, run_options(p, run_of(number))));
        const bool goes_on = engine_clock_lasts();
        if (at == size - 1 || !goes_on) {
          record = pack_tally(part);
          part = {};
        }
        return goes_on;
      },
      [&](std::int64_t number, const std::string& record) {
        if (!record.empty()) whole.add(unpack_tally(record));
        const auto [task, at] = place(number);
        if (at != size - 1) return;
        finished(tasks[task], whole);
        whole = {};
      },
      options);
}

std::string compute_block(const std::string& problem_text, std::int64_t first_run,
                          std::int64_t runs) {
  static std::mutex one_at_a_time;  // run_blocks has one caller
  const std::lock_guard<std::mutex> guard(one_at_a_time);
  const std::vector<Problem> problems{parse_problem(problem_text)};
  const std::int64_t block = first_run / problems[0].block_runs;
  const bool fits = first_run >= 0 && first_run % problems[0].block_runs == 0 && runs > 0 &&
                    runs <= problems[0].block_runs;
  if (!fits) throw ConfigError("a block begins at a multiple of its length and is no longer");
  std::string bytes;
  const WorkersResult done =
      compute_tasks({{0, block, first_run, runs}}, problems, 1, models::run_machine,
                    [&](const Task&, const Tally& tally) { bytes = pack_tally(tally); }, {}, {});
  if (done.interrupted != 0) throw std::runtime_error("interrupted");
  return bytes;
}

}  // namespace poolrace::experiments
