// SPDX-License-Identifier: MIT
#include "experiments/rare/orders.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "experiments/explore/compute.hpp"
#include "experiments/explore/verdicts.hpp"
#include "experiments/scenario/version.hpp"
#include "models/explore/schedule_string.hpp"

namespace poolrace::experiments {

namespace {

using models::Part;
using models::Teardown;

constexpr std::uint64_t executions_max = 20'000;  // of a program: most need hundreds

bool done_here(const models::Program& program, const models::Parameters& machine) {
  if (!program.contract_kept || program.large) return false;
  if (machine.teardown == Teardown::none) return !program.has_teardown();
  const bool removes = machine.teardown == Teardown::unbind || machine.teardown == Teardown::remove;
  return removes || !program.has(Part::remove);
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
        {kind, site, ended_by, here.programs,
         models::schedule_string(here.in->task, here.shortest->schedule, version())});
  }
  std::stable_sort(out.windows.begin(), out.windows.end(),
                   [](const auto& a, const auto& b) { return a.programs > b.programs; });
  return out;
}

}  // namespace poolrace::experiments
