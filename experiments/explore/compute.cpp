// SPDX-License-Identifier: MIT
#include "experiments/explore/compute.hpp"

#include "experiments/explore/verdict_record.hpp"
#include "experiments/workers/crash_hook.hpp"
#include "experiments/workers/progress.hpp"
#include "experiments/workers/workers.hpp"
#include "models/explore/explorer.hpp"

namespace poolrace::experiments {

Verdicts compute_verdicts(const std::vector<models::ExploreTask>& tasks,
                          const models::ExploreOptions& options, int jobs) {
  Verdicts out;
  std::int64_t kinds = 0;
  ProgressBar bar(2, "verdicts");
  const auto task = [&](std::int64_t i) { return tasks[static_cast<std::size_t>(i)]; };
  WorkerOptions workers;
  workers.block_runs = 1;  // they take from milliseconds to minutes
  workers.progress = [&](const Progress& p) { bar.show(p, kinds); };
  workers.name = [&](std::int64_t i) {
    return task(i).program->name + " under " + task(i).variant;
  };
  workers.reproduce = [&](std::int64_t i) { return explore_line(task(i), options); };
  try {
    const WorkersResult done = run_blocks(
        static_cast<std::int64_t>(tasks.size()), jobs,
        [&](std::int64_t i, std::string& record) {
          crash_on_request(i);
          record = pack_verdict(models::explore(task(i), options));
          return true;
        },
        [&](std::int64_t i, const std::string& record) {
          out.verdicts.push_back(unpack_verdict(record, task(i), options));
          for (const auto& found : out.verdicts.back().found) kinds += found.has_value();
        },
        workers);
    out.interrupted = done.interrupted;
  } catch (const std::exception&) {
    if (out.verdicts.empty()) throw;
    out.failure = std::current_exception();
  }
  return out;
}

std::string explore_line(const models::ExploreTask& task, const models::ExploreOptions& options) {
  std::string out = "poolrace explore --program " + task.program->name + " --variant " +
                    task.variant + " --set " + text_of(task.config, " --set ");
  if (!task.fault.empty()) out += " --set fault=" + task.fault;
  using models::Strategy;
  if (options.strategy != Strategy::reduced)
    out += std::string(" --strategy ") +
           models::strategy_names[static_cast<std::size_t>(options.strategy)];
  if (options.preemptions >= 0) out += " --preemptions " + std::to_string(options.preemptions);
  if (options.strategy == Strategy::pct) out += " --depth " + std::to_string(options.depth);
  if (options.strategy == Strategy::pct || options.strategy == Strategy::random)
    out += " --seed " + std::to_string(options.seed);
  return out + " --executions " + std::to_string(options.executions_max);
}

}  // namespace poolrace::experiments
