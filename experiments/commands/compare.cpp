// SPDX-License-Identifier: MIT
// compare: every chosen variant on the same traffic; the table that answers the question.
#include <iostream>

#include "experiments/cli/common_options.hpp"
#include "experiments/commands/by_run.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/report/by_run.hpp"
#include "experiments/report/html.hpp"
#include "experiments/report/report.hpp"
#include "experiments/text/output_file.hpp"

namespace poolrace::experiments {

namespace {

int compare(const ParsedLine& parsed) {
  const CommonOptions options = common_options(parsed);
  const Resolved resolved = resolve(options, default_variants());
  std::optional<OutputFile> report;  // opened before the runs: a bad path is an error at once
  if (const auto path = parsed.get("report")) report.emplace(*path, "poolrace compare: --report");
  ByRunFile by_run(parsed);
  const Campaign campaign = run_campaign_so_far(options, resolved);
  if (report) {  // before stdout, whose reader may have left
    report->stream() << html_report(campaign);
    report->commit();
  }
  by_run.write([&] { return by_run_table(campaign); });
  print_campaign(campaign, true);
  if (report) std::cerr << "report: " << *parsed.get("report") << "\n";
  return ending_of(campaign);
}

}  // namespace

Command compare_command() {
  CommandLine line("compare", "variants on the same traffic: crash probability and cost");
  add_common_options(line);
  line.value("report", "FILE", "write the result as one self-contained HTML file as well");
  add_by_run(line);
  line.parameters(models::parameter_table().settable());
  line.example("",
               "what destroy does to pages in flight, under four variants, on the default machine");
  line.example("steady --runs 100", "what each variant costs a packet, without a teardown");
  line.example("vf-cycling --variant baseline,xarray-fixed --hold_median_us 400",
               "another scenario, two variants, one parameter changed");
  line.example("--report report.html", "the same as a page with figures");
  return {line, compare};
}

}  // namespace poolrace::experiments
