// SPDX-License-Identifier: MIT
// robust: what an answer hangs on.
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/cli/common_options.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/robust/report.hpp"

namespace poolrace::experiments {
namespace {

CommonOptions defaults() {
  CommonOptions options;
  options.runs = 50;
  return options;
}

void tell(std::size_t done, std::size_t all) {
  if (done % 10 == 0) std::cerr << done << " of " << all << " settings\n";
}

// How many values of a number --dry-run names; 0: its ends.
int levels_of(const ParsedLine& parsed) {
  if (!parsed.has("levels")) return 0;
  if (!parsed.has("dry-run"))
    throw ConfigError("poolrace robust: --levels is for --dry-run; runs take a number's ends");
  return static_cast<int>(parsed.integer("levels", 4, 2, 100));
}

int print_knobs(const CommonOptions& options, const Resolved& resolved, const Knobs& knobs) {
  if (options.format == Format::csv)
    throw ConfigError("poolrace robust: --dry-run prints text or json");
  std::cout << (options.format == Format::json ? knobs_json(resolved, knobs).dump(1) + "\n"
                                               : knobs_text(knobs));
  return 0;
}

int robust(const ParsedLine& parsed) {
  const CommonOptions options = common_options(parsed, defaults());
  const Resolved resolved = resolve(options, default_variants());
  check_headlines(resolved);
  std::vector<std::string> only;
  if (const auto list = parsed.get("only")) only = split_list(*list, "poolrace robust: --only");
  const Knobs knobs = uncertain_knobs(options, resolved, only, levels_of(parsed));
  if (parsed.has("dry-run")) return print_knobs(options, resolved, knobs);
  const Robustness r = run_robust(options, resolved, knobs, tell);
  if (r.base.headlines.empty()) {
    std::cerr << "interrupted before anything was whole\n";
    return 128 + r.interrupted;
  }
  if (options.format == Format::json)
    std::cout << robust_json(options, resolved, r).dump(1) << "\n";
  else
    std::cout << (options.format == Format::csv ? robust_csv(r)
                                                : robust_text(options, resolved, r));
  std::cout.flush();
  return r.interrupted == 0 ? 0 : 128 + r.interrupted;
}

}  // namespace

Command robust_command() {
  CommandLine line("robust", "what an answer hangs on: uncertain parameters moved one at a time");
  add_common_options(line, defaults(), {"fail-on-violation"});
  line.value("only", "NAME[,NAME...]", "move these parameters alone, uncertain or not");
  line.flag("dry-run", "name what would be moved and to where, and run nothing");
  line.value("levels", "N", "--dry-run: so many values of a number, for a screening design");
  line.parameters(models::parameter_table().settable());
  line.example("", "which guesses decide the table of `poolrace compare`");
  line.example("steady --variant baseline,scan-rcu", "what the guard's cost hangs on");
  line.example("--only hold_median_us,load_mpps --runs 200", "two of them, more closely");
  return {line, robust};
}

}  // namespace poolrace::experiments
