// SPDX-License-Identifier: MIT
// A schedule as one self-contained line, for replays, lessons and the files of regressions/:
// "poolrace/VERSION;program=…;variant=…;iommu=…;…;schedule=1x12,2,1x3", where 1x12 is twelve steps
// of context 1, and 1/2 one step of it in the second of its other ways (Scheduler::choose).
#pragma once

#include <string>
#include <string_view>

#include "models/explore/task.hpp"

namespace poolrace::models {

std::string schedule_string(const ExploreTask& task, const Schedule& schedule,
                            const std::string& version);

// Whether a replay string tells a schedule, and not a run: it is one that has a field schedule=.
bool is_schedule(std::string_view text);

struct ScheduledTask {
  ExploreTask task;
  Schedule schedule;
  std::string version;
};
// ConfigError that names the field; `text` begins with "poolrace/".  If a version is given, another
// one is refused first: its programs may have other names, and take other steps.
ScheduledTask parse_schedule_string(const std::string& text, const std::string& version = "");

}  // namespace poolrace::models
