// SPDX-License-Identifier: MIT
#include "experiments/rare/orders.hpp"

#include <algorithm>
#include <compare>
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

// Of others, while a put is set aside: as many as a program takes, and some rounds of a destroy that waits.
constexpr std::size_t steps_meanwhile = 80;

bool does(const models::Retelling& told, models::Kind kind) {
  const auto& seen = told.execution.violations;
  return std::any_of(seen.begin(), seen.end(), [&](const auto& v) { return v.kind == kind; });
}

// Whether it does if that context, after its last step of the schedule, is set aside until others can't go on,
// or for as many of their steps as it takes.
bool does_set_aside(const models::ExploreTask& task, const models::Schedule& schedule,
                    std::uint32_t aside, models::Kind kind) {
  const models::Retelling told = models::retell(task, schedule, steps_meanwhile);
  if (does(told, kind)) return true;
  const models::Schedule whole(told.steps.begin(), told.steps.end());
  const auto its = [&](const sim::Pick& pick) { return pick.context == aside; };
  const auto given = std::min(schedule.size(), whole.size());
  const auto last =
      std::find_if(whole.rend() - static_cast<std::ptrdiff_t>(given), whole.rend(), its).base();
  for (auto until = last; until != whole.end(); ++until) {
    models::Schedule back(whole.begin(), until);
    back.insert(back.end(), whole.size(), sim::Pick(aside));
    if (does(models::retell(task, back, steps_meanwhile), kind)) return true;
  }
  return false;
}

// What harm came of, by the last step of the put that does it before it was set aside, and the one with which it
// went on; empty where it is no put that does.
struct SetAside {
  std::string after, before;
  auto operator<=>(const SetAside&) const = default;
};

SetAside set_aside(const std::vector<sim::Step>& steps, const models::Found& found) {
  if (steps.empty() || found.violation.put_began == ps_never) return {};
  const auto of_others = [&](const sim::Step& s) { return s.context != steps.back().context; };
  const auto others = std::find_if(steps.rbegin(), steps.rend(), of_others);
  const auto before = std::find_if_not(others, steps.rend(), of_others);
  return {before == steps.rend() ? "" : before->site, others.base()->site};
}

// The last step before which the put may still be set aside for any time; empty: before none.
std::string ready_at(const models::ExploreTask& task, const models::Found& found) {
  const auto steps = models::retell(task, found.schedule, 0).steps;
  if (steps.empty() || found.violation.put_began == ps_never) return "";
  const std::uint32_t put = steps.back().context;
  const auto of_others = [put](const sim::Step& s) { return s.context != put; };
  const auto aside = std::find_if(steps.rbegin(), steps.rend(), of_others).base();
  models::Schedule earlier(steps.begin(), aside);
  for (auto step = aside; step != steps.begin();) {
    --step;
    if (of_others(*step)) continue;
    earlier.erase(earlier.begin() + (step - steps.begin()));
    if (!does_set_aside(task, earlier, put, found.violation.kind)) return step->site;
  }
  return "";
}

// By what happened where: the order of its shortest schedule.
using Places = std::tuple<models::Kind, std::string, std::string, SetAside>;
struct Shortest {
  std::int64_t programs = 0;
  const models::Found* found = nullptr;
  const models::Verdict* in = nullptr;
  void add(const Shortest& other) {
    programs += other.programs;
    if (found == nullptr || other.found->schedule.size() < found->schedule.size())
      found = other.found, in = other.in;
  }
};

// The step after which it must be overtaken is sought once a place.
std::map<Places, Shortest> places_of(const std::vector<models::Verdict>& verdicts,
                                     const WantedHarm& wanted) {
  std::map<Places, Shortest> seen, out;
  for (const models::Verdict& verdict : verdicts)
    for (const auto& found : verdict.found) {
      if (!found || !wanted.is(found->violation)) continue;
      const models::Violation& v = found->violation;
      const auto steps = models::retell(verdict.task, found->schedule, 0).steps;
      seen[{v.kind, v.site, v.ended_by, set_aside(steps, *found)}].add({1, &*found, &verdict});
    }
  for (const auto& [places, here] : seen) {
    auto [kind, site, ended_by, aside] = places;
    aside.after = ready_at(here.in->task, *here.found);
    out[{kind, site, ended_by, aside}].add(here);
  }
  return out;
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
    const auto& [kind, site, ended_by, aside] = places;
    const bool of_put = here.found->violation.put_began != ps_never;
    out.windows.push_back(
        {kind, site, ended_by, aside.after, aside.before, of_put, here.programs,
         models::schedule_string(here.in->task, here.found->schedule, version())});
  }
  std::stable_sort(out.windows.begin(), out.windows.end(),
                   [](const auto& a, const auto& b) { return a.programs > b.programs; });
  return out;
}

}  // namespace poolrace::experiments
