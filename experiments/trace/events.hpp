// SPDX-License-Identifier: MIT
// A recording in Chrome's trace-event format, which ui.perfetto.dev loads: the array form, an event
// a line.  A comma begins a line, not ends one, so that any prefix that ends with a line is JSON
// once a "]" follows, and loads without one too: importers take the bracket as optional.
//
//   process CPUs   a thread a CPU: who has it, and the puts within; every step as an instant
//   process Tasks  a thread a task: running, interrupted, preempted (asleep: a gap)
//   process NIC    transfers; a flow leads from each to the put of its page
//   process RCU    grace periods, and who waits for one; a flow from synchronize_rcu's begin to end
//   process Pages  an async slice a page, from its posting until it is back, its stages within
//   counters       pages in flight, pages with the stack, dma_sync as the steps saw it
//
// `ts` is microseconds with all six digits; args.ps is the exact date.  (A counter's args are its
// series, so its date stands beside them.)
#pragma once

#include <iosfwd>

#include "experiments/trace/spans.hpp"

namespace poolrace::experiments {

void write_trace_events(const Recording& recording, const Spans& spans, std::ostream& out);

}  // namespace poolrace::experiments
