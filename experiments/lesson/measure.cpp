// SPDX-License-Identifier: MIT
#include "experiments/lesson/measure.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/campaign/campaign.hpp"
#include "experiments/report/json.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/workers/workers.hpp"

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
  if (campaign.interrupted != 0)
    throw Interrupted(campaign.interrupted, "poolrace lesson: interrupted; no file was written");
  return campaign;
}

Json results_of(const Campaign& campaign) {
  Json out = Json::array();
  for (const VariantSummary& v : campaign.variants) out.push_back(json_result(campaign, v));
  return out;
}

// What the page writes behind its own words of `poolrace compare`.
std::string more_words(const CommonOptions& options) {
  std::vector<std::string> words = changing_words_of(options);
  if (options.seed != CommonOptions{}.seed)
    words.insert(words.end(), {"--seed", std::to_string(options.seed)});
  return words.empty() ? "" : " " + shell_text(words);
}

}  // namespace

Json measured(const Lesson& lesson, std::int64_t runs) {
  if (lesson.measure.empty() || runs == 0) return nullptr;
  Json out = {
      {"runs", runs}, {"options", more_words(lesson.measured_as)}, {"loads", Json::array()}};
  for (const char* load : {"0.003", "0.01", "0.05"}) {
    const Campaign teardowns = at_load(lesson, load, runs, true);
    out["scenario"] = shell_text({teardowns.resolved.scenario});  // for a command, too
    out["profile"] = shell_text({teardowns.resolved.profile});
    out["loads"].push_back({{"load_mpps", load},
                            {"results", results_of(teardowns)},
                            {"costs", results_of(at_load(lesson, load, runs, false))}});
  }
  return out;
}

}  // namespace poolrace::experiments
