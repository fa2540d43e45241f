// SPDX-License-Identifier: MIT
// Programs: small closed scenarios for the explorer.  Each is a handful of parts that run at
// once; a page in flight for every part that puts one.  Parts have a CPU each, unless the program
// says that they share one: then the softirqs among them interrupt the tasks.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace poolrace::models {

enum class Part : std::uint8_t {
  none,
  destroy,             // page_pool_destroy() in a task, from RX stopped and NAPI disabled on
  remove,              // the same task goes on: unbind, removal, last reference of the driver core
  put_softirq,         // one page comes back in a softirq
  put_bh_off,          // … in a task with bottom halves off
  put_task,            // … in a task
  put_bulk,            // two pages come back through the bulk interface, in a softirq
  put_frag,            // a fragment of a page that has two; alone in its program it puts both
  put_return,          // one page comes back that cannot be recycled (pfmemalloc), in a task
  put_return_softirq,  // … in a softirq
  put_return_bh_off,   // … in a task with bottom halves off
  put_late,            // one page comes back in a task, once destroy has returned, or sleeps
  worker,              // the retry worker: whenever something has changed since its last pass
  napi,                // a NAPI poll allocates a page and posts it; of the next pool, if one goes
  nic,                 // the NIC writes twice into a posted buffer (of the next pool, if one goes)
  writeback,           // the cache writes back a dirty line of page A when it likes
  flush_timer,         // lazy mode's flush, once, when it likes
  free_lists,          // somebody else takes the last freed frame and address, once
  napi_left_on,        // broken: a NAPI poll goes on, in the pool that is destroyed
  nic_left_on,         // broken: the NIC writes into a buffer that the driver has taken back
};

struct Program {
  std::string name;
  std::string help;
  std::vector<Part> parts;
  bool contract_kept = true;
  bool one_cpu = false;
  bool large = false;  // a minute or so for all variants: left out by --quick

  [[nodiscard]] bool has(Part part) const;
  [[nodiscard]] bool has_teardown() const { return has(Part::destroy) || has(Part::remove); }
};

std::span<const Program> program_table();
// ConfigError "WHERE: unknown program 'NAME' (nearest: …)".
const Program& find_program(std::string_view name, std::string_view where = "");

}  // namespace poolrace::models
