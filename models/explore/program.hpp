// SPDX-License-Identifier: MIT
// Programs: small closed scenarios for the explorer.  Each is a handful of parts that run
// at once, one CPU each; a page in flight for every part that puts one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/iommu.hpp"

namespace poolrace::models {

enum class Part : std::uint8_t {
  none,
  destroy,      // page_pool_destroy() in a task, from RX stopped and NAPI disabled on
  remove,       // the same task goes on: unbind, removal, last reference of the driver core
  put_softirq,  // one page comes back in a softirq
  put_bh_off,   // … in a task with bottom halves off
  put_task,     // … in a task
  put_bulk,     // two pages come back through the bulk interface, in a softirq
  put_return,   // one page comes back that cannot be recycled (pfmemalloc), in a task
  put_late,     // one page comes back in a task, after destroy has returned
  worker,       // the retry worker, up to two passes
};

struct Program {
  const char* name;
  const char* help;
  Part parts[4] = {};
  bool contract_kept = true;
};

std::span<const Program> program_table();
// ConfigError "unknown program 'NAME' (nearest: …)".
const Program& find_program(std::string_view name);

// What a verdict belongs to.
struct ExploreConfig {
  bool coherent = false;
  IommuMode iommu = IommuMode::strict;
  bool swiotlb = false, dma_debug = false;
  bool preempt = true;  // full, with preemptible RCU; else none
  bool ram_at_zero = false;
  bool operator==(const ExploreConfig&) const = default;
};

// As it stands in schedules and tables: "coherent=0 iommu=strict …", or with another separator.
std::string text_of(const ExploreConfig& config, std::string_view separator = " ");
// Sets one "name=value" of those; ConfigError if there is no such name or value.
void set_config(ExploreConfig& config, std::string_view name, std::string_view value);
// Those in which a program is explored unless one is named.
std::span<const ExploreConfig> config_table();

}  // namespace poolrace::models
