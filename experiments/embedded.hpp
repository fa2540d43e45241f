// SPDX-License-Identifier: MIT
// The shipped profiles (models/profiles/*.ini) and scenarios (experiments/scenarios/*.ini), carried
// in the binary so that it runs from anywhere.  Defined in a file that cmake/embed.cmake writes
// anew whenever one of them changes.  Sorted by name.
#pragma once

#include <span>

namespace poolrace::experiments {

struct EmbeddedFile {
  const char* name;  // the file's stem: "seed-race"
  const char* text;
};

std::span<const EmbeddedFile> embedded_profiles();
std::span<const EmbeddedFile> embedded_scenarios();

}  // namespace poolrace::experiments
