// SPDX-License-Identifier: MIT
#include "experiments/campaign/record.hpp"

#include <nlohmann/json.hpp>

#include "experiments/workers/violation_record.hpp"

namespace poolrace::experiments {

using nlohmann::json;

namespace {

// The one list of fields, used both ways.
template <class Result, class Visit>
void fields(Result& r, Visit visit) {
  visit("crashed", r.crashed);
  visit("corrupted", r.corrupted);
  visit("leaked", r.leaked);
  visit("stalled", r.stalled);
  visit("fingerprint", r.fingerprint);
  visit("events", r.events);
  visit("ties", r.ties);
  visit("packets", r.packets);
  visit("all_packets", r.all_packets);
  visit("dropped", r.dropped);
  visit("socket_drops", r.socket_drops);
  visit("outstanding", r.outstanding);
  visit("holding", r.holding);
  visit("in_flight_at_start", r.in_flight_at_start);
  visit("in_flight_at_destroy", r.in_flight_at_destroy);
  visit("still_out", r.still_out);
  visit("in_flight_at_unbind", r.in_flight_at_unbind);
  visit("in_flight_after", r.in_flight_after);
  visit("stall_warnings", r.stall_warnings.count);
  visit("first_warning", r.stall_warnings.first_age_s);
  visit("last_warning_inflight", r.stall_warnings.last_inflight);
  visit("last_warning_age", r.stall_warnings.last_age_s);
  visit("pool_counters", r.pool_counters);
  visit("simulated", r.simulated);
  visit("measured", r.measured);
  visit("teardown", r.teardown);
  visit("destroy", r.destroy);
  visit("grace", r.grace);
  visit("sync", r.sync);
  visit("guard", r.guard);
  visit("cpu_busy", r.cpu_busy);
  visit("exposure", r.exposure);
  visit("sites", r.sites);
  visit("idle_faults", r.idle_faults);
}

json to_json(const models::RunResult& r) {
  json j;
  fields(r, [&j](const char* name, const auto& value) { j[name] = value; });
  for (const models::KindCount& count : r.kinds)
    j["kinds"].push_back({count.misuse, count.harm, count.put_before_unmap, count.put_after_unmap});
  j["violations"] = json::array();
  for (const models::Violation& v : r.violations) j["violations"].push_back(packed(v));
  return j;
}

models::RunResult result_from(const json& j) {
  models::RunResult r;
  fields(r, [&j](const char* name, auto& value) { j.at(name).get_to(value); });
  for (std::size_t i = 0; i < models::kind_count; ++i) {
    const json& count = j.at("kinds").at(i);
    r.kinds[i] = {count[0], count[1], count[2], count[3]};
  }
  for (const json& v : j.at("violations")) r.violations.push_back(violation_from(v));
  return r;
}

}  // namespace

std::string pack(const models::RunResult& result) {
  const auto bytes = json::to_cbor(to_json(result));
  return {bytes.begin(), bytes.end()};
}

models::RunResult unpack(const std::string& record) {
  return result_from(json::from_cbor(record));
}

}  // namespace poolrace::experiments
