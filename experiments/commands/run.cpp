// SPDX-License-Identifier: MIT
// run: one variant, N runs; probabilities by kind, costs, teardown latency.
#include "experiments/cli/common_options.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/report/report.hpp"

namespace poolrace::experiments {

Command run_command() {
  CommandLine line("run", "one variant, N runs: probabilities by kind, costs, teardown latency");
  add_common_options(line);
  line.parameters(models::parameter_table().settable());
  line.example("--variant scan --runs 200", "how often patch 2 alone crashes, and by which kind");
  line.example("unbind --variant baseline --format json", "the same figures for a program to read");
  return {line, [](const ParsedLine& parsed) {
            const CommonOptions options = common_options(parsed);
            const Resolved resolved = resolve(options, {"baseline"});
            if (resolved.variants.size() != 1)
              throw ConfigError(
                  "poolrace run: --variant takes one variant here; `poolrace "
                  "compare` takes several");
            const Campaign campaign = run_campaign_so_far(options, resolved);
            print_campaign(campaign, false);
            return ending_of(campaign);
          }};
}

}  // namespace poolrace::experiments
