// SPDX-License-Identifier: MIT
#include "experiments/workers/violation_record.hpp"

#include <nlohmann/json.hpp>

namespace poolrace::experiments {

using nlohmann::json;

json packed(const models::Violation& v) {
  return json::array({static_cast<int>(v.kind), static_cast<int>(v.harm), v.at, v.context, v.site,
                      v.ended_by, v.has_put, v.put_began_before_unmap, v.frame, v.put_began,
                      v.cpu});
}

models::Violation violation_from(const json& j) {
  models::Violation v;
  v.kind = static_cast<models::Kind>(j[0].get<int>());
  v.harm = static_cast<models::Harm>(j[1].get<int>());
  v.at = j[2];
  v.context = j[3];
  v.site = j[4];
  v.ended_by = j[5];
  v.has_put = j[6];
  v.put_began_before_unmap = j[7];
  v.frame = j[8];
  v.put_began = j[9];
  v.cpu = j[10];
  return v;
}

}  // namespace poolrace::experiments
