// SPDX-License-Identifier: MIT
// rare: the probability of what plain runs hardly show.
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "experiments/cli/common_options.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/rare/report.hpp"

namespace poolrace::experiments {
namespace {

CommonOptions defaults() {
  CommonOptions options;
  options.runs = 20'000;
  return options;
}

int rare(const ParsedLine& parsed) {
  RareRequest request;
  request.options = common_options(parsed, defaults());
  if (const auto kind = parsed.get("kind")) request.kind = *kind;
  const auto until = parsed.get("until");
  if (until && *until == "0")
    request.until = 0;
  else if (until)
    request.until = parse_share(*until, "poolrace rare: --until");
  request.budget_s = static_cast<double>(parsed.integer("budget", 0, 1, 864'000));
  request.windows = static_cast<int>(parsed.integer("windows", request.windows, 0, 1000));
  request.ladder.replicas = static_cast<int>(parsed.integer("ladder", 0, 0, 1000));
  const Resolved resolved = resolve(request.options, default_variants());
  check_rare(request, resolved);
  std::unique_ptr<RoundStore> store;
  if (const auto path = parsed.get("store")) store = std::make_unique<RoundStore>(*path);
  const std::vector<RareRow> rows = run_rare_rows(request, resolved, store.get());
  const int interrupted = rows.back().rare.interrupted;
  if (request.options.format == Format::json)
    std::cout << rare_json(request, resolved, rows).dump(1) << "\n";
  else
    std::cout << (request.options.format == Format::csv ? rare_csv(request, rows)
                                                        : rare_text(request, resolved, rows));
  std::cout.flush();
  return interrupted == 0 ? 0 : 128 + interrupted;
}

}  // namespace

Command rare_command() {
  CommandLine line("rare",
                   "how likely is what plain runs hardly show: one delay put in, and weighed");
  add_common_options(line, defaults(), {"fail-on-violation", "fault"});
  line.value("kind", "KIND", "crash, corruption, or a kind of `poolrace list kinds`", "crash");
  line.value("until", "SHARE",
             "end when half the 95 % interval is this share of the probability; 0: all --runs",
             "20%");
  line.value("budget", "S",
             "seconds a variant: no round of samples, nor of the pilot before them, begins later");
  line.value(
      "windows", "N",
      "tenths of a millisecond of each plain run's teardown dates that are searched for a put "
      "in softirq that meets destroy; 0: none",
      "1");
  line.value("ladder", "N",
             "then look for any way to harm by small steps, so many times; 10 tell a total", "0");
  line.value("store", "FILE", "keep what is done there, round by round, and go on from it");
  line.parameters(models::parameter_table().settable());
  line.example("--set steal_ppm=50000 --set steal_law=pareto --variant scan-rcu",
               "the default machine, which is arm64-soc, if a host stole its CPUs");
  line.example("--profile vm-host --variant blocks-v11 --kind corruption",
               "a guest of an x86 host: no syncs there, for its devices snoop");
  line.example("--set irq_noise_hz=1000 --variant scan-rcu,xarray-fixed --until 10%",
               "where other devices interrupt");
  return {line, rare};
}

}  // namespace poolrace::experiments
