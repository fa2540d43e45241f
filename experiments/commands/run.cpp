// SPDX-License-Identifier: MIT
// run: one variant, N runs; probabilities by kind, costs, teardown latency.
#include "experiments/cli/common_options.hpp"
#include "experiments/commands/by_run.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/report/by_run.hpp"
#include "experiments/report/report.hpp"

namespace poolrace::experiments {

Command run_command() {
  CommandLine line("run", "one variant, N runs: probabilities by kind, costs, teardown latency");
  add_common_options(line);
  add_by_run(line);
  line.parameters(models::parameter_table().settable());
  line.example("--variant scan --runs 200", "how often patch 2 alone crashes, and by which kind");
  line.example("--runs 50 --by-run runs.csv", "and every run's outcome, times and replay string");
  line.example("unbind --variant baseline --format json", "the same figures for a program to read");
  return {line, [](const ParsedLine& parsed) {
            const CommonOptions options = common_options(parsed);
            const Resolved resolved = resolve(options, {"baseline"});
            if (resolved.variants.size() != 1)
              throw ConfigError(
                  "poolrace run: --variant takes one variant here; `poolrace "
                  "compare` takes several");
            ByRunFile by_run(parsed);
            const Campaign campaign = run_campaign_so_far(options, resolved);
            by_run.write([&] { return by_run_table(campaign); });
            print_campaign(campaign, false);
            return ending_of(campaign);
          }};
}

}  // namespace poolrace::experiments
