// SPDX-License-Identifier: MIT
// A fault of a tree's own code (a jump to nowhere, a trap, a division by zero, memory that is not
// there) ends the call into the object, not the process.  The handler leaves by longjmp() to the
// call that the stack pointer is within: in between are frames of C alone, which nothing holds.
// A fault of anybody else's code is handed on to whoever had the signal before.
#pragma once

#include "pool/linux/object.hpp"

namespace poolrace::models::linux_tree {

struct Fault {
  const char* what = nullptr;  // null: there was none
  const char* at = nullptr;    // the instruction, or the call that led nowhere
  bool called = false;         // the latter: `at` is where it would have returned to
};

// From now on, in this process.
void watch_faults(const pool::linux_tree::Object& object);

// Calls; exceptions pass.
Fault fault_of(void (*call)(void*), void* with);

// How much stack the call that runs has used up since it was entered.
std::size_t stack_used();

}  // namespace poolrace::models::linux_tree
