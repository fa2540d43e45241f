// SPDX-License-Identifier: MIT
// Numbers in a lesson's text: computed when the page is made, never typed.
#pragma once

#include <map>
#include <string>

#include "experiments/lesson/lesson.hpp"

namespace poolrace::experiments {

using Figures = std::map<std::string, double>;

// Every number that the text may name: the parameters of the run that Watch shows (else of what is
// measured, else of `steady`); stall_us, how long that run held somebody up; tries, how many runs it
// took to find it.
Figures figures_of(const Lesson& lesson, std::int64_t watched_run);

// "{iommu_map_ns}" becomes its number, "{a + b}" a sum; "{N}" stays, it is the page's.  ConfigError
// names what there is no number of.
std::string with_figures(const std::string& text, const Figures& figures, const std::string& label);

}  // namespace poolrace::experiments
