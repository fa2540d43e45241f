// SPDX-License-Identifier: MIT
#include "experiments/rare/wanted_harm.hpp"

#include <vector>

#include "models/checker/kinds.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::experiments {
namespace {

std::vector<std::string> harms() {
  std::vector<std::string> out{"crash", "corruption"};
  for (const auto& info : models::kind_table) out.emplace_back(info.name);
  return out;
}

}  // namespace

WantedHarm::WantedHarm(const std::string& kind) {
  sim::require_known("poolrace rare: --kind", "kind", kind, harms());
  if (kind == "crash") harm_ = models::Harm::crash;
  if (kind == "corruption") harm_ = models::Harm::corruption;
  for (const auto& info : models::kind_table)
    if (kind == info.name) kind_ = info.kind;
}

bool WantedHarm::names(models::Kind kind) const {
  return harm_ == models::Harm::none && kind_ == kind;
}

bool WantedHarm::is(const models::Violation& v) const {
  return harm_ == models::Harm::none ? v.kind == kind_ && v.harm != models::Harm::none
                                     : v.harm == harm_;
}

const models::Violation* WantedHarm::in(const models::RunResult& result) const {
  const models::Violation* first = nullptr;
  for (const models::Violation& v : result.violations)
    if (is(v) && (first == nullptr || v.at < first->at)) first = &v;
  return first;
}

bool WantedHarm::corruption() const {
  return harm_ == models::Harm::corruption || names(models::Kind::payload_corruption);
}

}  // namespace poolrace::experiments
