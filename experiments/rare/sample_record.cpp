// SPDX-License-Identifier: MIT
#include "experiments/rare/sample_record.hpp"

#include <nlohmann/json.hpp>

#include "experiments/scenario/common_options.hpp"

namespace poolrace::experiments {
namespace {

using nlohmann::json;

json texts_of(const std::vector<sim::GivenWord>& words) {
  json out = json::array();
  for (const sim::GivenWord& w : words) out.push_back(text_of(w));
  return out;
}

std::vector<sim::GivenWord> words_of(const json& texts) {
  std::vector<sim::GivenWord> out;
  for (const json& text : texts) out.push_back(parse_word(text.get<std::string>(), "rare"));
  return out;
}

json packed(const std::vector<Shot>& shots) {
  json out = json::array();
  for (const Shot& s : shots) out.push_back({s.bin, s.hit, s.weight, texts_of(s.words)});
  return out;
}

std::vector<Shot> shots_of(const json& from) {
  std::vector<Shot> out;
  for (const json& s : from) out.push_back({s[1], s[2], s[0], words_of(s[3])});
  return out;
}

json packed(const Nearest& n) {
  return {n.before,    n.longest_put,  n.longest_undelayed,
          n.late_puts, n.late_returns, n.most_in_flight};
}

Nearest nearest_of(const json& n) {
  return {n[0].get<std::array<Ps, use_kinds>>(), n[1], n[2], n[3], n[4], n[5]};
}

// What might have hit is needed by its weight, the rest as a number of runs.
json packed(const Sample::Way& way) {
  json runs = json::array();
  for (const Sample::More& more : way.more)
    runs.push_back(
        {more.inserted.stratum, more.hit, more.hit || more.could ? more.inserted.weight : 0,
         more.hit ? texts_of(more.words) : json::array(), more.harmed, more.inserted.matters});
  return {way.promise, way.expected, std::move(runs)};
}

Sample::Way way_of(const json& from) {
  Sample::Way out;
  out.promise = from[0];
  out.expected = from[1];
  for (const json& run : from[2]) {
    Sample::More more;
    more.inserted.stratum = run[0];
    more.hit = run[1];
    more.inserted.weight = run[2];
    more.words = words_of(run[3]);
    more.harmed = run[4];
    more.inserted.matters = run[5];
    out.more.push_back(std::move(more));
  }
  return out;
}

}  // namespace

std::string packed(const SampleRecord& record, bool piloting) {
  const Sample& s = record.sample;
  json out{{"simulated", s.simulated},
           {"packets", s.packets},
           {"hit", s.hit},
           {"explained", s.explained},
           {"put", s.of_put},
           {"otherwise", s.ended_otherwise},
           {"nearest", packed(s.nearest)},
           {"interruptions", piloting ? json(s.interruptions) : json::array()},
           {"sites", s.sites},
           {"stretch", s.stretch ? json(*s.stretch) : json()},
           {"exposures", s.exposures},
           {"ways", json::array()},
           {"by hold", packed(record.shots.by_hold)},
           {"by teardown", packed(record.shots.by_teardown)}};
  for (const Sample::Way& way : s.ways) out["ways"].push_back(packed(way));
  return out.dump();
}

SampleRecord unpacked_sample(const std::string& record) {
  const json from = json::parse(record);
  SampleRecord out;
  Sample& s = out.sample;
  s.simulated = from["simulated"];
  s.packets = from["packets"];
  s.hit = from["hit"];
  s.explained = from["explained"];
  s.of_put = from["put"];
  s.ended_otherwise = from["otherwise"];
  s.nearest = nearest_of(from["nearest"]);
  s.interruptions = from["interruptions"].get<std::vector<Ps>>();
  s.sites = from["sites"].get<std::vector<std::string>>();
  if (const json& stretch = from["stretch"]; !stretch.is_null()) s.stretch = stretch.get<Ps>();
  s.exposures = from["exposures"].get<std::vector<double>>();
  for (const json& way : from["ways"]) s.ways.push_back(way_of(way));
  out.shots = {shots_of(from["by hold"]), shots_of(from["by teardown"])};
  return out;
}

}  // namespace poolrace::experiments
