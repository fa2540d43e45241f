// SPDX-License-Identifier: MIT
// Who watches the watcher: every kind of violation has a seeded fault that must be reported as that
// kind, and as nothing the table does not expect; the same configuration without the fault reports
// nothing at all; and with the detector deaf the fault goes unnoticed, so these tests can fail.
#include "models/faults/faults.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "models/machine.hpp"

namespace poolrace::models {
namespace {

Parameters configured(const std::string& text) {
  auto settings = parameter_table().defaults();
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    parameter_table().set(settings, word.substr(0, equals), word.substr(equals + 1), "test");
  }
  check_together(settings.values);
  return settings.values;
}

std::string common() {
  return std::string(fault_settings) + " ";
}

using Names = std::set<std::string>;

// The kinds that runs 0 … runs-1 report.
Names reported(const Parameters& p, RunOptions options, int runs) {
  Names kinds;
  for (int run = 0; run < runs; ++run) {
    options.run = static_cast<std::uint64_t>(run);
    const RunResult result = run_machine(p, options);
    for (std::size_t k = 0; k < kind_count; ++k)
      if (result.kinds[k].misuse > 0) kinds.insert(kind_table[k].name);
  }
  return kinds;
}

Names reported(const Fault& fault, std::vector<std::string> faults) {
  RunOptions options;
  options.variant = fault.variant;
  options.faults = std::move(faults);
  return reported(configured(common() + fault.settings), options, fault.runs);
}

Names expected_of(const Fault& fault) {
  Names kinds{kind_info(fault.kind).name};
  std::istringstream words(fault.also);
  for (std::string word; words >> word;) kinds.insert(word);
  return kinds;
}

Names without(Names kinds, const Names& taken) {
  for (const std::string& name : taken) kinds.erase(name);
  return kinds;
}

// ---- the matrix ------------------------------------------------------------------------------

class FaultMatrix : public testing::TestWithParam<const Fault*> {};

TEST_P(FaultMatrix, IsCaughtAsItsKindAndOnlyAsExpected) {
  const Fault& fault = *GetParam();
  const Names seen = reported(fault, {fault.name});
  EXPECT_EQ(seen.count(kind_info(fault.kind).name), 1u) << "in " << fault.runs << " runs";
  EXPECT_EQ(without(seen, expected_of(fault)), Names{});
}

TEST_P(FaultMatrix, TheHealthyMachineRaisesNothing) {
  EXPECT_EQ(reported(*GetParam(), {}), Names{});
}

TEST_P(FaultMatrix, ADeafDetectorIsNoticed) {
  const Fault& fault = *GetParam();
  const std::string kind = kind_info(fault.kind).name;
  EXPECT_EQ(reported(fault, {fault.name, "deaf:" + kind}).count(kind), 0u);
}

std::vector<const Fault*> all_faults() {
  std::vector<const Fault*> faults;
  for (const Fault& fault : fault_table()) faults.push_back(&fault);
  return faults;
}

std::string test_name(const testing::TestParamInfo<const Fault*>& info) {
  std::string name = info.param->name;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultMatrix, testing::ValuesIn(all_faults()), test_name);

// ---- every kind's detector is needed ----------------------------------------------------------

class FaultKinds : public testing::TestWithParam<const KindInfo*> {};

// When a run first reports anything; ps_never: it does not.
Ps first_report(const Fault& fault, std::vector<std::string> faults) {
  RunOptions options;
  options.variant = fault.variant;
  options.faults = std::move(faults);
  Ps first = ps_never;
  for (int run = 0; run < fault.runs; ++run) {
    options.run = static_cast<std::uint64_t>(run);
    for (const Violation& v :
         run_machine(configured(common() + fault.settings), options).violations)
      first = std::min(first, v.at);
    if (first != ps_never) break;
  }
  return first;
}

// Does nobody notice the fault once the checker is deaf to its kind, or (`until_later`) only later,
// by what it leads to?
bool missed_by_the_deaf(const Fault& fault, bool until_later) {
  const std::string deaf = std::string("deaf:") + kind_info(fault.kind).name;
  const Ps noticed = first_report(fault, {fault.name, deaf});
  if (!until_later && noticed != ps_never) return false;
  return first_report(fault, {fault.name}) < noticed;
}

// No other detector stands in for a deaf one, so the matrix above must turn red.  Two kinds cannot
// stand alone: whoever loses its mapping to a stranger unmaps it once more, and a driver that syncs
// on a device without a driver will unmap there as well.
TEST_P(FaultKinds, DeafToItSomeFaultGoesUnnoticed) {
  const Kind kind = GetParam()->kind;
  const bool drags = kind == Kind::unmap_foreign || kind == Kind::sync_after_unbind;
  const auto faults = fault_table();
  EXPECT_TRUE(std::any_of(faults.begin(), faults.end(), [&](const Fault& fault) {
    return fault.kind == kind && missed_by_the_deaf(fault, drags);
  }));
}

std::vector<const KindInfo*> all_kinds() {
  std::vector<const KindInfo*> kinds;
  for (const KindInfo& info : kind_table) kinds.push_back(&info);
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(Kinds, FaultKinds, testing::ValuesIn(all_kinds()), [](const auto& tested) {
  std::string name = tested.param->name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// ---- the table --------------------------------------------------------------------------------

TEST(FaultTable, HasAFaultForEveryKind) {
  Names covered, kinds;
  for (const KindInfo& info : kind_table) kinds.insert(info.name);
  for (const Fault& fault : fault_table()) covered.insert(kind_info(fault.kind).name);
  EXPECT_EQ(covered, kinds);
}

TEST(FaultTable, HoldsAtLeastFortyTwoBugs) {
  EXPECT_GE(fault_table().size(), 42u);
}

TEST(FaultTable, NamesAreUniqueAndWhatAFaultMayLeadToAreKinds) {
  Names names, kinds;
  for (const KindInfo& info : kind_table) kinds.insert(info.name);
  for (const Fault& fault : fault_table()) {
    EXPECT_TRUE(names.insert(fault.name).second) << fault.name;
    EXPECT_EQ(without(expected_of(fault), kinds), Names{}) << fault.name;
  }
}

TEST(FaultTable, AnUnknownNameIsAnErrorThatNamesTheNearest) {
  const auto message = [](const std::string& name) -> std::string {
    try {
      const Faults faults({name});
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(message("skip-unmpa"), "unknown fault 'skip-unmpa' (nearest: skip-unmap)");
  EXPECT_EQ(message("deaf:laek"), "fault 'deaf:laek': unknown kind 'laek' (nearest: leak)");
  EXPECT_EQ(message("deaf:leak"), "no error");
}

TEST(FaultSites, ALimitedFaultEndsAfterItsHits) {
  Faults faults({"miss-release"});
  EXPECT_EQ(faults.effects("another site"), 1);
  EXPECT_EQ(faults.effects("raise pages_state_release_cnt"), 0);
  EXPECT_EQ(faults.effects("raise pages_state_release_cnt"), 1);
}

// ---- mechanisms that must hold where a fault would show ----------------------------------------

// What skip-grace-period does not wait for is there in the healthy machine too: it waits.
TEST(FaultFree, TheGracePeriodProtectsADelayedPut) {
  const Fault& fault = find_fault("skip-grace-period");
  RunOptions options;
  options.variant = fault.variant;
  options.stalls = {{fault.sites[1].site, fault.sites[1].delay}};
  EXPECT_EQ(reported(configured(common() + fault.settings), options, fault.runs), Names{});
}

// The IOMMU turns what ignore-stop does into faults that are reported and harm nobody.
TEST(FaultSeen, AnIommuStopsADeviceThatDoesNot) {
  RunOptions options;
  options.variant = "xarray-fixed";
  options.faults = {"ignore-stop"};
  const Parameters p = configured(common() + "teardown=destroy iommu=strict");
  const RunResult result = run_machine(p, options);
  EXPECT_GT(result.kinds[static_cast<std::size_t>(Kind::iommu_fault)].misuse, 0u);
  EXPECT_FALSE(result.crashed || result.corrupted || result.leaked);
}

// Bottom halves off during a scan of 8 TB: no fault at all, the variant's own.
TEST(FaultSeen, AScanOfHugeMemoryRingsTheSoftLockupAlarm) {
  RunOptions options;
  options.variant = "scan";
  const std::string settings = common() +
                               "teardown=destroy coherent=true load_mpps=0.001 "
                               "hold_median_us=1000000 horizon_s=1 ram_gib=";
  EXPECT_EQ(reported(configured(settings + "8192"), options, 1), Names{"teardown-stall"});
  EXPECT_EQ(reported(configured(settings + "64"), options, 1), Names{});
}

class FaultHealthy : public testing::TestWithParam<const char*> {};

TEST_P(FaultHealthy, RaisesNothing) {
  RunOptions options;
  options.variant = "xarray-fixed";
  EXPECT_EQ(reported(configured(common() + GetParam()), options, 4), Names{});
}

INSTANTIATE_TEST_SUITE_P(Configurations, FaultHealthy,
                         testing::Values("iommu=none", "iommu=lazy cycles=2",
                                         "coherent=true dma_debug=true", "swiotlb=true iommu=none",
                                         "swiotlb=true iommu=none coherent=true", "teardown=resize",
                                         "teardown=unbind ops_cleared_on_unbind=true",
                                         "rx_action=tx", "queues=4 cycles=1", "preempt=none",
                                         "put_deferred_ppm=300000",
                                         "coalesce_us=1000 coalesce_frames=1000"));

}  // namespace
}  // namespace poolrace::models
