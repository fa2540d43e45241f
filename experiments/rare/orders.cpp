// SPDX-License-Identifier: MIT
#include "experiments/rare/orders.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "experiments/explore/compute.hpp"
#include "experiments/explore/verdicts.hpp"
#include "experiments/scenario/version.hpp"
#include "models/explore/retell.hpp"
#include "models/explore/schedule_string.hpp"
#include "models/ids.hpp"
#include "models/variants.hpp"

namespace poolrace::experiments {

namespace {

using models::Part;
using models::Teardown;

constexpr std::uint64_t executions_max = 20'000;  // of a program: most need hundreds

bool done_here(const models::Program& program, const models::Parameters& machine) {
  if (!program.contract_kept || program.large) return false;
  if (program.has(Part::put_bulk)) return false;  // no scenario's stack puts in bulk
  if (program.has(Part::put_frag) && machine.rx_buffer > models::page_bytes / 2) return false;
  if (machine.teardown == Teardown::none) return !program.has_teardown();
  const bool removes = machine.teardown == Teardown::unbind || machine.teardown == Teardown::remove;
  return removes || !program.has(Part::remove);
}

// Of a program's steps none is that late, none waits so long, and none is left over at the end.
bool told_at_the_end(const WantedHarm& wanted) {
  using models::Kind;
  const auto kinds = {Kind::leak, Kind::teardown_stall, Kind::dma_to_freed_page, Kind::iommu_fault,
                      Kind::accounting};
  return std::any_of(kinds.begin(), kinds.end(), [&](Kind kind) { return wanted.names(kind); });
}

std::string unlike_of(const std::string& variant, const models::Parameters& machine,
                      const WantedHarm& wanted) {
  if (told_at_the_end(wanted)) return "no program lasts as long as such harm takes";
  if (!machine.rx_stopped || machine.hw_stop_lag > 0) return "their device stops when it is told";
  if (!machine.napi_quiesced || machine.napi_reused) return "their NAPI is disabled first";
  if (machine.queues > 1 || machine.cycles > 0 || machine.teardown == Teardown::resize)
    return "they have one pool, destroyed once";
  if (machine.rx_action != models::RxAction::stack) return "their pages go to the stack";
  const pool::VariantInfo& info = models::known_variant(variant).info();
  if (info.stalls_unregister && !machine.netdev_hooked) return "their pool is visible";
  return "";
}

// By what happened where: the order of its shortest schedule.
using Places = std::tuple<models::Kind, std::string, std::string>;
struct Found {
  std::int64_t programs = 0;
  const models::Found* shortest = nullptr;
  const models::Verdict* in = nullptr;
};

std::map<Places, Found> places_of(const std::vector<models::Verdict>& verdicts,
                                  const WantedHarm& wanted) {
  std::map<Places, Found> out;
  for (const models::Verdict& verdict : verdicts)
    for (const auto& found : verdict.found) {
      if (!found || !wanted.is(found->violation)) continue;
      const models::Violation& v = found->violation;
      Found& here = out[{v.kind, v.site, v.ended_by}];
      ++here.programs;
      if (here.shortest == nullptr || found->schedule.size() < here.shortest->schedule.size())
        here.shortest = &*found, here.in = &verdict;
    }
  return out;
}

// Where the last one to go on had been set aside; empty if it is no put's step that does harm.
std::string held_up_at(const Found& here) {
  const models::Retelling told = models::retell(here.in->task, here.shortest->schedule, false);
  if (told.steps.empty() || here.shortest->violation.put_began == ps_never) return "";
  std::size_t first = told.steps.size() - 1;
  while (first > 0 && told.steps[first - 1].context == told.steps.back().context) --first;
  return told.steps[first].site;
}

}  // namespace

Orders find_orders(const std::string& variant, const models::Parameters& machine,
                   const WantedHarm& wanted, int jobs) {
  std::vector<models::ExploreTask> tasks;
  for (const models::Program& program : models::program_table())
    if (done_here(program, machine))
      tasks.push_back({&program, variant, models::explore_config(machine)});
  models::ExploreOptions options;
  options.executions_max = executions_max;
  const Verdicts found = compute_verdicts(tasks, options, jobs);
  if (found.failure) std::rethrow_exception(found.failure);
  Orders out;
  out.unlike = unlike_of(variant, machine, wanted);
  out.interrupted = found.interrupted;
  out.programs = static_cast<std::int64_t>(tasks.size());
  if (!tasks.empty()) out.machine = config_text(tasks.front());
  for (const models::Verdict& verdict : found.verdicts) {
    out.complete += verdict.complete;
    out.harm += std::any_of(verdict.found.begin(), verdict.found.end(),
                            [&](const auto& f) { return f && wanted.is(f->violation); });
  }
  for (const auto& [places, here] : places_of(found.verdicts, wanted)) {
    const auto& [kind, site, ended_by] = places;
    out.windows.push_back(
        {kind, site, ended_by, held_up_at(here), here.programs,
         models::schedule_string(here.in->task, here.shortest->schedule, version())});
  }
  std::stable_sort(out.windows.begin(), out.windows.end(),
                   [](const auto& a, const auto& b) { return a.programs > b.programs; });
  return out;
}

}  // namespace poolrace::experiments
