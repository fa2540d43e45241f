// SPDX-License-Identifier: MIT
// The names of all that is drawn in a timed run (sim/chance): a stream a purpose.  Replay strings
// name them, so a name that changes makes strings void.
#pragma once

#include <array>

namespace poolrace::models::drawn {

inline constexpr const char* traffic = "traffic";
inline constexpr const char* in_flight = "pages in flight";
inline constexpr const char* tick_phase = "tick phase";
inline constexpr const char* teardown_phase = "teardown phase";
inline constexpr const char* hold_times = "hold times";
inline constexpr const char* holders = "holders";
inline constexpr const char* workqueue = "workqueue";
inline constexpr const char* steals = "steals";  // an instance a CPU, as the three that follow
inline constexpr const char* foreign_irqs = "foreign irqs";
inline constexpr const char* irqs_off = "irqs off";
inline constexpr const char* background_tasks = "background tasks";
inline constexpr const char* evictions = "evictions";
inline constexpr const char* map_failures = "map failures";
inline constexpr const char* page_reuse = "page reuse";
inline constexpr const char* page_frames = "page frames";
inline constexpr const char* fault_share = "fault share";

inline constexpr std::array all = {traffic,      in_flight,  tick_phase,       teardown_phase,
                                   hold_times,   holders,    workqueue,        steals,
                                   foreign_irqs, irqs_off,   background_tasks, evictions,
                                   map_failures, page_reuse, page_frames,      fault_share};

// Never drawn.  A word of it that is given is a hold, in ps, in place of the drawn one; its index is the
// hold's order among all, from 1.
inline constexpr const char* holds = "holds";

}  // namespace poolrace::models::drawn
