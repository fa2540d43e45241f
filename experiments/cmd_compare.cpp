// SPDX-License-Identifier: MIT
// compare: every chosen variant on the same traffic; the table that answers the question.
#include "experiments/commands.hpp"
#include "experiments/report.hpp"

namespace poolrace::experiments {

Command compare_command() {
  CommandLine line("compare", "variants on the same traffic: crash probability and cost");
  add_common_options(line);
  line.parameters(models::parameter_table().names());
  return {line, [](const ParsedLine& parsed) {
            const CommonOptions options = common_options(parsed);
            return print_campaign(run_campaign(options, resolve(options, default_variants())),
                                  true);
          }};
}

}  // namespace poolrace::experiments
