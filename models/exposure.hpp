// SPDX-License-Identifier: MIT
// The exposure estimate of one run: see exposure.cpp.
#pragma once

#include <array>

#include "models/checker/kinds.hpp"
#include "models/dma.hpp"
#include "models/hold_time.hpp"

namespace poolrace::models {

struct ExposureInput {
  const HoldTime& hold;
  double puts_per_second = 0;  // in the stationary state: the load
  Ps rx_stopped = ps_never;    // from here on nothing new is handed up
  Ps unmapped = ps_never;      // destroy was through with its unmapping
  Ps destroyed = ps_never;     // destroy returned; the worker looks every second from here
  Ps unbound = ps_never;
  Ps horizon = ps_never;       // the run would have ended here
  bool destroy_unmaps = false;     // the variant's destroy ends mappings of pages in flight
  bool dma_sync_left_set = false;  // and puts go on syncing
  bool needs_sync = false;         // the device asks for syncs
  PutWindows windows = {};
};

// By kind: how many puts fall into the dangerous time that was measured, on average.
std::array<double, kind_count> exposure(const ExposureInput& in);

}  // namespace poolrace::models
