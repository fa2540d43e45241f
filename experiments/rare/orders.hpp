// SPDX-License-Identifier: MIT
// Whether the harm can come about at all: the explorer's programs of what this machine does (a put beside
// destroy, the removal only where there is one), in all orders, under the same variant.  Where some order
// does it, the sites between which it must fall are named; where none does, that is the reason for a none.
// Left out: programs that break the driver's contract themselves, those too large for all orders, and
// what these small programs do not do: where it is known that a machine does such a thing, or that harm is of
// none of their steps, none is no reason.  Plain runs stand beside it in any case.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "experiments/rare/wanted_harm.hpp"
#include "models/parameters.hpp"

namespace poolrace::experiments {

struct Orders {
  std::string machine;  // as the explorer tells machines apart
  std::string unlike;   // what this machine or harm has that no program has; empty: nothing
  std::int64_t programs = 0, complete = 0, harm = 0;  // complete: in all orders
  struct Window {
    models::Kind kind;
    std::string site, ended_by;  // where the late one was, and what came before it
    // If it is a put: between which of its steps it must be overtaken.  From the first on others count on it (its
    // page is in the ring, it has looked); it had been set aside before the second.  Empty: none.
    std::string ready_at, held_up_at;
    bool of_put = true;         // who is late
    std::int64_t programs = 0;  // of them
    std::string replay;         // the shortest order
    // What destroy's walk has in hand a put gives back meanwhile.
    [[nodiscard]] bool of_walk() const {
      return !of_put &&
             (ended_by == "the item was given back" || ended_by == "page allocator: free");
    }
  };
  std::vector<Window> windows;  // those of most programs first
  int interrupted = 0;          // the signal, or 0

  [[nodiscard]] bool exhausted() const {
    return programs > 0 && complete == programs && unlike.empty();
  }
  // As far as the windows say.
  [[nodiscard]] bool walk_may_be_late() const {
    return std::any_of(windows.begin(), windows.end(), [](const Window& w) { return w.of_walk(); });
  }
  [[nodiscard]] bool none() const { return harm == 0 && exhausted(); }
};

// Takes a second or so, with a kernel tree more.
Orders find_orders(const std::string& variant, const models::Parameters& machine,
                   const WantedHarm& wanted, int jobs);

}  // namespace poolrace::experiments
