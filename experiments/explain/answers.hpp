// SPDX-License-Identifier: MIT
// What can be said of a kind of failure once it is recognised: which rule broke, what that means,
// which kernels and variants have it, what closes it, and the command that shows it here.  One row
// an answer; signatures.hpp says which log leads to which.  Facts are the domain's (commits by
// their first twelve digits); that each command shows its kind, and under which variants, is
// tested.
#pragma once

#include <span>
#include <string_view>

#include "models/checker/kinds.hpp"

namespace poolrace::experiments {

struct Answer {
  const char* name;
  pool::Kind kind;
  const char* also;   // kinds that the same log may be, or that come next; may be empty
  models::Harm harm;  // on a real kernel that shows this log
  const char* means;
  const char* kernels;
  const char* variants;  // that have it, "A,B"; empty: none by itself
  const char* closed_by;
  const char* command;   // behind "poolrace "
  const char* explored;  // words of `explore` that show it under `variants` and no other
};

std::span<const Answer> answers();
const Answer& answer(std::string_view name);  // InternalError if there is none

}  // namespace poolrace::experiments
