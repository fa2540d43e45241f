// SPDX-License-Identifier: MIT
// sweep: a grid of parameters into a store; goes on where it was.
#include <iostream>

#include "experiments/commands/by_run.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/sweep/table.hpp"
#include "experiments/sweep/text.hpp"
#include "experiments/workers/progress.hpp"

namespace poolrace::experiments {
namespace {

void print(Sweep& sweep) {
  switch (sweep.options().common.format) {
    case Format::text:
      std::cout << text_table(sweep);
      break;
    case Format::csv:
      std::cout << csv_of(sweep_rows(sweep));
      break;
    case Format::json:
      std::cout << nlohmann::ordered_json{{"points", json_of(sweep_rows(sweep))},
                                          {"runs_computed", sweep.runs_added()},
                                          {"blocks_computed", sweep.blocks_added()}}
                       .dump(1)
                << "\n";
      break;
  }
  std::cout.flush();
}

// What it took, on stderr: stdout is the table.
void tell_effort(Sweep& sweep) {
  const SweepOptions& o = sweep.options();
  const auto points = static_cast<std::int64_t>(o.points.size());
  std::cerr << "computed " << sweep.runs_added() << " runs in " << sweep.blocks_added()
            << " blocks\n";
  if (o.until.relative <= 0) return;
  std::int64_t tight = 0, runs = 0;
  for (std::size_t i = 0; i < o.points.size(); ++i) {
    tight += sweep.tight(i);
    for (const auto& [block, head] : sweep.store().heads(sweep.problems()[i].hash))
      runs += head.runs;
  }
  std::cerr << tight << " of " << points << " points are as narrow as --until asks: half the "
            << "interval is at most " << 100 * o.until.relative
            << " % of the\nprobability, or all of it "
            << "is below " << 100 * o.until.below << " %.  The others stop at --runs "
            << o.common.runs << ";\nso far " << runs << " of at most " << points * o.common.runs
            << " runs.\n";
}

int sweep(const ParsedLine& parsed) {
  ByRunFile by_run(parsed);
  Sweep sweep(sweep_options(parsed));
  ProgressBar bar;
  const int signal =
      sweep.run([&](const Progress& p, std::int64_t crashed) { bar.show(p, crashed); });
  bar.erase();
  by_run.write([&] { return sweep_runs(sweep); });
  print(sweep);
  tell_effort(sweep);
  if (signal != 0) {
    std::cerr << "interrupted: what is done is kept"
              << (sweep.store().path() == store_in_memory
                      ? " on this screen only; --store FILE keeps it"
                      : " in " + sweep.store().path() + "; the same command goes on from there")
              << "\n";
    return 128 + signal;
  }
  sweep.check_stalls();
  bool harm = false;
  for (const Problem& problem : sweep.problems())
    harm = harm || sweep.store().total(problem.hash).first_harm_run >= 0;
  return harm && sweep.options().common.fail_on_violation ? 10 : 0;
}

}  // namespace

Command sweep_command() {
  return {sweep_line(), sweep};
}

}  // namespace poolrace::experiments
