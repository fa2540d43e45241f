// SPDX-License-Identifier: MIT
// By how long would a put have to be held up to come to harm?  The explorer's orders say where it was overtaken
// (orders.hpp); in plain runs one put after the other is held up there, the ones just before a date of the
// teardown first, until harm comes of it; and that hold-up is made shorter by halves.  So where none is
// seen, this is by how much it was missed, and the same runs show the harm with the reason taken away.
// Nothing here is a probability: what holds it up need not be anything that this machine has.
// Left out: puts that more than one hold-up must meet; harm that a longer hold-up does not do.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/rare/orders.hpp"
#include "experiments/rare/sample.hpp"

namespace poolrace::experiments {

// The shortest found with which the plain run of that number comes to a window's harm; its length is
// ps_never if none did.
models::HoldUp shortest_hold_up(const Sampler& sampler, std::int64_t run,
                                const Orders::Window& window);

// Of a window, over runs.
struct HoldUps {
  std::int64_t runs = 0, harmed = 0;
  models::HoldUp shortest{{}, 0, ps_never};
  std::int64_t run = 0;  // which that was
  void add(std::int64_t of_run, const models::HoldUp& found);
};

}  // namespace poolrace::experiments
