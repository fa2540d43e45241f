// SPDX-License-Identifier: MIT
// What stands in a trace file, in its order, before it is text (see events.hpp).
#pragma once

#include <vector>

#include "experiments/trace/spans.hpp"

namespace poolrace::experiments {

// Thread ids are unique among all processes: some importers know a thread by it alone.
enum Pid { pid_cpus = 1, pid_tasks, pid_nic, pid_rcu, pid_pages, pid_counters };
inline constexpr std::uint32_t tid_cpu = 1, tid_task = 1000, tid_nic = 2'000'000,
                               tid_grace = 3'000'000, tid_wait = 3'000'010, tid_pages = 4'000'000,
                               tid_counters = 5'000'000;

struct Place {
  Pid pid;
  std::uint32_t tid;
};

Place place_of(const Span& span);

// One line of the file, before it is text: what, and where in its list.
struct Item {
  enum What : std::uint8_t { end, begin, flow_out, flow_in, mark, step, dma_sync, violation };
  Ps at;
  What what;
  int depth;  // inner slices end before and begin after the outer ones of their date
  std::size_t index;
};

struct Flow {
  const char* name;
  Place from, to;
  Ps out, in;
};

struct Items {
  std::vector<Item> items;  // by date; ends first, then begins, then what binds to them
  std::vector<Flow> flows;
};

Items items_of(const Recording& recording, const Spans& spans);

}  // namespace poolrace::experiments
