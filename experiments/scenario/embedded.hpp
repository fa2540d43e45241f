// SPDX-License-Identifier: MIT
// The shipped profiles (models/profiles/*.ini), scenarios (experiments/scenarios/*.ini), lessons
// (experiments/lesson/texts/*.md) and the lesson page (experiments/lesson/page/page.html), carried
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
std::span<const EmbeddedFile> embedded_lessons();
std::span<const EmbeddedFile> embedded_pages();

}  // namespace poolrace::experiments
