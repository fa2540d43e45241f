// SPDX-License-Identifier: MIT
// How a part shows what it does: at the present date, by the running context, if anybody watches.
#pragma once

#include "models/cpu/cpu.hpp"
#include "models/cpu/watch.hpp"
#include "models/ids.hpp"

namespace poolrace::models {

inline void show(Cpus& cpus, const Seen& seen) {
  if (cpus.watched()) [[unlikely]]
    cpus.tell(seen);
}
inline void show_page(Cpus& cpus, FrameId frame, PageStage stage, const char* text = nullptr) {
  show(cpus, {Event::page, frame, static_cast<std::uint64_t>(stage), text});
}
inline void show_in_flight(Cpus& cpus, int more) {
  show(cpus, {Event::in_flight, 0, static_cast<std::uint64_t>(std::int64_t{more})});
}

}  // namespace poolrace::models
