// SPDX-License-Identifier: MIT
// A recording as spans of time: who had each CPU, what became of each task, page, transfer and
// grace period.  The trace, the text timeline and the report's figures are drawn from these.
#pragma once

#include <map>
#include <set>

#include "experiments/trace/recording.hpp"

namespace poolrace::experiments {

struct Span {
  enum class Row : std::uint8_t {
    cpu,    // lane: the CPU.  One at a time: idle, a task, softirq, hardirq
    task,   // lane: its context.  running, interrupted, preempted; asleep is a gap
    put,    // lane: the CPU.  A put, cut where its context lost the CPU; lies within a cpu span
    trip,   // lane: trip.  A page from its posting to the NIC until it is back
    stage,  // lane: trip.  One after the other within it
    dma,    // lane: the first that is free
    grace,  // lane: 0 normal, 1 expedited
    wait,   // lane: the caller's context.  synchronize_rcu
  };
  Row row;
  std::uint32_t lane;
  Ps from, to;  // within the window
  Ps began;     // may be earlier
  std::string name;
  std::string detail;
  models::CpuMode mode = models::CpuMode::idle;
  std::uint32_t context = models::no_context;
  std::uint32_t frame = models::no_frame;
  std::uint32_t trip = 0;  // of a page: numbers from 1
  bool ended = true;       // false: cut off by the end of the window
};

struct Spans {
  std::vector<Span> spans;
  // The two counters, and unmapped, whose value is the page's trip, or 0; may be from before.
  std::vector<models::Seen> marks;
  std::map<std::uint32_t, std::uint32_t> cpu_of;  // context → CPU
  std::set<std::uint32_t> tasks;                  // contexts
  [[nodiscard]] std::vector<const Span*> of(Span::Row row) const;
  // The last unmap of its frame before that, if there was any; a run may go on behind a violation.
  [[nodiscard]] const models::Seen* unmap_before(const models::Violation& violation) const;
};

Spans spans_of(const Recording& recording);

const char* stage_name(models::PageStage stage);
std::string context_name(const Recording& recording, std::uint32_t context);

}  // namespace poolrace::experiments
