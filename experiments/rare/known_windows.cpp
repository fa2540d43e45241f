// SPDX-License-Identifier: MIT
#include "experiments/rare/known_windows.hpp"

#include "experiments/rare/uses.hpp"

namespace poolrace::experiments {

bool is_known(const Orders::Window& w) {
  return w.of_put && !w.ready_at.empty() && !w.held_up_at.empty() && use_of(w.kind, w.site);
}

bool is_held_up_for(const Orders::Window& w) {
  return is_known(w) && *use_of(w.kind, w.site) != sync_of_rewritten;
}

KnownWindows windows_of(const Orders& orders) {
  KnownWindows out;
  for (const Orders::Window& w : orders.windows) {
    if (!orders.exhausted() || !(is_known(w) || w.of_walk())) return {};
    if (!w.of_put) {
      out.of_walk = true;
      continue;
    }
    out.of_puts.push_back(w);
    out.of_rewritten = out.of_rewritten || *use_of(w.kind, w.site) == sync_of_rewritten;
  }
  return out;
}

}  // namespace poolrace::experiments
