// SPDX-License-Identifier: MIT
// The figure of a harm: who had each CPU, the page, transfers and grace periods, up to the
// violation.
#pragma once

#include <string>

#include "experiments/report/told_harm.hpp"

namespace poolrace::experiments {

std::string timeline_figure(const ToldHarm& harm);

}  // namespace poolrace::experiments
