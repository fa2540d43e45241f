// SPDX-License-Identifier: MIT
// The exposure estimate of one run: see exposure.cpp.
#pragma once

#include <array>

#include "models/checker/kinds.hpp"
#include "models/dma/dma.hpp"
#include "models/nic/driver.hpp"
#include "models/traffic/hold_time.hpp"

namespace poolrace::models {

struct ExposureInput {
  const HoldTime& hold;
  double puts_per_second = 0;  // in the stationary state: the load
  // Whether pages come back as a Poisson process.  With traffic that comes in trains, flows or on
  // times, by a clock, or from a file, and with a number of pages that the user chose, they do not:
  // there is no estimate.
  bool poisson = true;
  const TeardownTimes* times = nullptr;
  Ps scanned = ps_never;          // the scan's first unmap, for a run that crashed during destroy
  Ps looked = ps_never;           // and when that destroy had looked what is in flight,
  Ps waited = ps_never;           // and waited for its grace period
  Ps scan = 0;                    // how long a scan of all memory takes; 0: the variant walks
  Ps horizon = ps_never;          // the run would have ended here
  bool destroy_unmaps = false;    // the variant's destroy ends mappings of pages in flight
  bool clears_dma_sync = false;   // and keeps later puts from syncing
  bool skips_unmap = false;       // nor unmapping
  bool removed = false;           // with the driver goes what an IOMMU's syncs ask for
  Ps removal_delay = 0;           // from the end of destroy; for a run that did not get so far
  bool needs_sync = false;        // the device asks for syncs
  bool waits_in_destroy = false;  // destroy ends when all pages are back: none is late
  bool sync_crashes = false;      // a late one does, before the page gets as far as an unmap
  PutWindows windows = {};
};

inline constexpr double no_estimate = -1;

// By kind: how many puts fall into the dangerous time that was measured, on average; no_estimate
// where nothing tells (a guard that works leaves no window, one that fails none that is known).
std::array<double, kind_count> exposure(const ExposureInput& in);

}  // namespace poolrace::models
