// SPDX-License-Identifier: MIT
// Receive livelock: frames that cost their CPU work before anybody knows that nobody will have time
// for them (Mogul and Ramakrishnan, 1997).  NAPI and the application share one CPU.
#pragma once

#include "experiments/scenario/common_options.hpp"
#include "models/parameters.hpp"

namespace poolrace::experiments {

// Thousands a second, in a measured stretch.
struct Livelock {
  double offered_kpps = 0, received_kpps = 0;  // sent by the peer; taken by the driver
  double delivered_kpps = 0;                   // handed back by the application
  double ring_drops_kpps = 0, socket_drops_kpps = 0;
};
std::vector<Setting> livelock_scene();
// What one CPU could carry if nothing but the work itself cost time.
double livelock_capacity_pps(const models::Parameters& p);
Livelock livelock(models::Parameters p, double load, int repetitions);  // load: times capacity

}  // namespace poolrace::experiments
