// SPDX-License-Identifier: MIT
// Seeded faults: deliberate bugs of the machine around the pool, switched on by name for one run,
// so that every detector has something it must find, and lessons have something to show.  A fault
// drops, repeats or delays what happens at a site, or throws a switch of a model; pool/ knows
// nothing of it.  For each kind of violation the table has at least one, with the configuration
// that shows it.  "deaf:KIND" is no fault of the machine but of the checker: it stops reporting
// that kind, which is how the tests of the detectors are tested.
// World `explore` has a table of its own: explore/faults.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/checker/kinds.hpp"
#include "models/faults/site_faults.hpp"
#include "models/memory/pages.hpp"

namespace poolrace::models {

enum class FaultSwitch : std::uint8_t {
  none,
  lose_invalidate,  // IOMMU: see IommuFaults
  lose_flush,
  release_iova_early,
  leak_iova,
  lose_queued,
  keep_pte,
  lose_map,
  iova_twice,  // DmaFaults
  late_clean,
  ignore_stop,  // NicFaults
  complete_first,
  lose_completion,
  fetch_early,
  lose_wakeups,      // Rcu::lose_wakeups
  free_pools_early,  // PlatformFaults
  short_sync,
  shifted_sync,
  last_sync_address,
  double_unmap_size,
  wrong_cpu,
  unbind_first,  // Driver::Faults
  remove_first,
  refill_in_task,
  put_in_hardirq,
  post_last_address,
  sync_after_unbind,
  sync_for_cpu_after_unbind,
  map_after_unbind,
  put_to_wrong_pool,  // put_wrongly()
  free_past_pool,
  write_after_put,
};

// Common to all: pages come back after 2 ms on average, so that a run is over soon.
inline constexpr const char* fault_settings = "hold=exponential hold_median_us=2000 horizon_s=3";

struct Fault {
  const char* name;
  Kind kind;  // what it must be caught as
  const char* help;
  const char* variant;   // a configuration that shows it, and raises nothing without it
  const char* settings;  // "name=value …", after fault_settings
  int runs;              // caught within so many
  const char* also;      // kinds it may lead to besides
  SiteFault sites[5];
  FaultSwitch flip = FaultSwitch::none;
};

std::span<const Fault> fault_table();
// ConfigError "unknown fault 'NAME' (nearest: …)".
const Fault& find_fault(std::string_view name);

// The faults of one run.
class Faults {
 public:
  explicit Faults(const std::vector<std::string>& names);  // ConfigError as find_fault()
  [[nodiscard]] bool at_sites() const { return sites_.any(); }
  [[nodiscard]] bool on(FaultSwitch flip) const;
  [[nodiscard]] const std::vector<Kind>& deaf() const { return deaf_; }
  // Those that found nothing to act on so far.  Of the switches only those of put_of_stack() tell;
  // the parts that have the others do not say whether they came to it.
  [[nodiscard]] std::vector<std::string> idle() const;
  void page_came() { page_came_ = true; }  // to put_of_stack(), and is put as it should be:
  bool spares_page() { return share_ && share_->below(1'000'000) >= share_ppm_; }
  // Of the pages that come there, and of the calls at a site.  ConfigError: a fault that cannot.
  void act_on_share(std::uint32_t ppm, sim::Stream draws);
  Ps delay(sim::Site site) { return sites_.delay(site); }
  int effects(sim::Site site) {
    const int effects = sites_.effects(site);
    return effects != 1 && spares_page() ? 1 : effects;
  }

 private:
  SiteFaults sites_;
  std::vector<const Fault*> faults_;
  std::vector<FaultSwitch> flips_;
  bool page_came_ = false;
  std::uint32_t share_ppm_ = 0;
  std::optional<sim::Stream> share_;  // none: all pages
  std::vector<Kind> deaf_;
};

class Checker;
class Driver;
class Dma;
class Nic;
class Rcu;
class SimPlatform;
struct FaultyParts {
  Dma& dma;
  Nic& nic;
  Rcu& rcu;
  SimPlatform& platform;
  Driver& driver;
  Checker& checker;
};
// Throws the switches of the parts.
void install(const Faults& faults, const FaultyParts& parts);

// The last reference to an skb goes, and its page with it: as it should (once), or as a fault says.
void put_of_stack(Faults& faults, const FaultyParts& parts, Page page);

}  // namespace poolrace::models
