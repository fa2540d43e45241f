// SPDX-License-Identifier: MIT
// compare: every chosen variant on the same traffic; the table that answers the question.
#include <algorithm>
#include <iostream>

#include "experiments/cli/common_options.hpp"
#include "experiments/commands/by_run.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/rare/report.hpp"
#include "experiments/report/by_run.hpp"
#include "experiments/report/html.hpp"
#include "experiments/report/report.hpp"
#include "experiments/robust/report.hpp"
#include "experiments/text/output_file.hpp"

namespace poolrace::experiments {

namespace {

constexpr std::int64_t robust_runs = 50;  // a variant and setting: there are some hundred

void print_robust(CommonOptions options, const Resolved& resolved) {
  options.runs = std::min(options.runs, robust_runs);
  const Robustness r = run_robust(options, resolved, uncertain_knobs(options, resolved, {}), {});
  std::cout << "\n" << robust_text(options, resolved, r);
  std::cout.flush();
}

constexpr std::int64_t rare_samples = 4000;  // a variant

RareRequest rare_request(CommonOptions options) {
  options.runs = rare_samples;
  return {.options = std::move(options)};
}

bool is_known(const VariantSummary& v, double until) {
  const double p = static_cast<double>(v.crashed) / static_cast<double>(v.runs);
  return is_within(clopper_pearson(v.crashed, v.runs), until, p);
}

// Where these runs do not tell a probability: a number, or what is known of it.
int print_rare(const CommonOptions& options, const Resolved& resolved, const Campaign& campaign) {
  const RareRequest request = rare_request(options);
  Resolved rare = resolved;
  rare.variants.clear();
  for (const VariantSummary& summary : campaign.variants)
    if (!is_known(summary, request.until)) rare.variants.push_back(summary.variant);
  if (rare.variants.empty()) return 0;
  const std::vector<RareRow> rows = run_rare_rows(request, rare, nullptr);
  std::cout << "\n" << rare_text(request, rare, rows);
  std::cout.flush();
  return rows.back().rare.interrupted;
}

// Of what comes behind the table: text alone, and refused before the first run.
void check_more(const ParsedLine& parsed, const CommonOptions& options, const Resolved& resolved) {
  for (const char* more : {"robust", "rare"})
    if (parsed.has(more) && options.format != Format::text)
      throw ConfigError("poolrace compare: --" + std::string(more) + " prints text; `poolrace " +
                        more + " --format json` is for programs");
  if (parsed.has("rare")) check_rare(rare_request(options), resolved, "compare --rare");
}

int compare(const ParsedLine& parsed) {
  const CommonOptions options = common_options(parsed);
  const Resolved resolved = resolve(options, default_variants());
  check_more(parsed, options, resolved);
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
  if (parsed.has("robust") && campaign.interrupted == 0 && !campaign.failure)
    print_robust(options, resolved);
  if (parsed.has("rare") && campaign.interrupted == 0 && !campaign.failure)
    if (const int signal = print_rare(options, resolved, campaign); signal != 0)
      return 128 + signal;
  if (report) std::cerr << "report: " << *parsed.get("report") << "\n";
  return ending_of(campaign);
}

}  // namespace

Command compare_command() {
  CommandLine line("compare", "variants on the same traffic: crash probability and cost");
  add_common_options(line);
  line.value("report", "FILE", "write the result as one self-contained HTML file as well");
  line.flag("rare",
            "then how likely a crash is of variants of which these runs do not tell it to 20 %, as "
            "`poolrace rare --runs " +
                std::to_string(rare_samples) + "`; minutes a variant");
  line.flag("robust", "then what these numbers hang on, as `poolrace robust`; some minutes");
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
