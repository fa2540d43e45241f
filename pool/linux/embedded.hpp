// SPDX-License-Identifier: MIT
// Our own C that every tree is compiled with, carried in the binary: an installed program has no
// source tree beside it.  Written by cmake/embed_linux.cmake.
#pragma once

#include <span>

namespace poolrace::pool::linux_tree {

struct EmbeddedC {
  const char* name;  // "glue.c", "shim/pr_base.h"
  const char* text;
};
std::span<const EmbeddedC> embedded_c();

}  // namespace poolrace::pool::linux_tree
