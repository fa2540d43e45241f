// SPDX-License-Identifier: MIT
#include "experiments/explore/verdict_record.hpp"

#include <nlohmann/json.hpp>

#include "experiments/workers/violation_record.hpp"

namespace poolrace::experiments {

using nlohmann::json;

namespace {

// The one list of fields, used both ways.
template <class Verdict, class Visit>
void fields(Verdict& v, Visit visit) {
  visit("complete", v.complete);
  visit("executions", v.executions);
  visit("cut", v.cut);
  visit("steps", v.steps);
  visit("contexts", v.contexts);
  visit("steps_longest", v.steps_longest);
  visit("seconds", v.seconds);
}

json packed(const models::Schedule& schedule) {
  json out = json::array();
  for (const sim::Pick& pick : schedule) out.push_back({pick.context, pick.way});
  return out;
}
models::Schedule schedule_from(const json& packed) {
  models::Schedule out;
  for (const json& pick : packed) out.emplace_back(pick.at(0), pick.at(1));
  return out;
}

}  // namespace

std::string pack_verdict(const models::Verdict& verdict) {
  json j;
  fields(verdict, [&j](const char* name, const auto& value) { j[name] = value; });
  j["found"] = json::array();
  for (const auto& found : verdict.found)
    if (found)
      j["found"].push_back({packed(found->violation), packed(found->schedule), found->executions});
  j["races"] = json::array();
  for (const models::FoundRace& race : verdict.races)
    j["races"].push_back({race.first, race.second, packed(race.schedule)});
  const auto bytes = json::to_cbor(j);
  return {bytes.begin(), bytes.end()};
}

models::Verdict unpack_verdict(const std::string& record, const models::ExploreTask& task,
                               const models::ExploreOptions& options) {
  const json j = json::from_cbor(record);
  models::Verdict verdict;
  verdict.task = task;
  verdict.options = options;
  fields(verdict, [&j](const char* name, auto& value) { j.at(name).get_to(value); });
  for (const json& one : j.at("found")) {
    models::Found found{violation_from(one.at(0)), schedule_from(one.at(1)), one.at(2)};
    verdict.found[static_cast<std::size_t>(found.violation.kind)] = std::move(found);
  }
  for (const json& race : j.at("races"))
    verdict.races.push_back({race.at(0), race.at(1), schedule_from(race.at(2))});
  return verdict;
}

}  // namespace poolrace::experiments
