// SPDX-License-Identifier: MIT
#include "experiments/lesson/measure.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/campaign/campaign.hpp"
#include "experiments/report/report.hpp"
#include "sim/settings/decimal.hpp"

namespace poolrace::experiments {

using Json = nlohmann::ordered_json;

namespace {

// The lesson's variants at a load.  What they cost is measured without a teardown, for a run that
// crashes ends before it has seen its share of packets.
Campaign at_load(const Lesson& lesson, const char* load_mpps, std::int64_t runs, bool teardown) {
  CommonOptions options = lesson.measured_as;
  options.scenario = lesson.measure;
  options.variants = lesson.variants;
  options.runs = runs;
  options.jobs = 2;
  options.settings.push_back({"load_mpps", load_mpps});
  if (!teardown) {
    std::erase_if(options.settings, [](const Setting& s) { return s.name == "teardown"; });
    options.settings.push_back({"teardown", "none"});
  }
  Campaign campaign = run_campaign(options, resolve(options, lesson.variants));
  if (campaign.interrupted != 0) throw Interrupted{campaign.interrupted};
  return campaign;
}

Json results_of(const Campaign& campaign) {
  Json out = Json::array();
  for (const VariantSummary& v : campaign.variants) out.push_back(json_result(campaign, v));
  return out;
}

// Words of a command line that say the same as these options do.
std::string words_of(const CommonOptions& options) {
  std::string words;
  if (!options.config.empty()) words += " --config " + options.config;
  for (const Setting& s : options.settings) words += " --set " + s.name + "=" + s.value;
  for (const std::string& fault : options.faults) words += " --fault " + fault;
  for (const Stall& stall : options.stalls)
    words += " --stall '" + stall.site + "=" + sim::print_decimal(stall.duration, ps_per_us) + "'";
  if (options.seed != CommonOptions{}.seed) words += " --seed " + std::to_string(options.seed);
  return words;
}

}  // namespace

Json measured(const Lesson& lesson, std::int64_t runs) {
  if (lesson.measure.empty() || runs == 0) return nullptr;
  Json out = {{"runs", runs}, {"options", words_of(lesson.measured_as)}, {"loads", Json::array()}};
  for (const char* load : {"0.003", "0.01", "0.05"}) {
    const Campaign teardowns = at_load(lesson, load, runs, true);
    out["scenario"] = teardowns.resolved.scenario;
    out["profile"] = teardowns.resolved.profile;
    out["loads"].push_back({{"load_mpps", load},
                            {"results", results_of(teardowns)},
                            {"costs", results_of(at_load(lesson, load, runs, false))}});
  }
  return out;
}

}  // namespace poolrace::experiments
