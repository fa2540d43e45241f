// SPDX-License-Identifier: MIT
// What the kernel's line asks of the order of an access.  A platform that runs one access after the
// other need not care.
#pragma once

#include <cstdint>

namespace poolrace::pool {

enum class Ordering : std::uint8_t {
  plain,    // as it stands: a compiler may tear, fuse or repeat it
  once,     // READ_ONCE, WRITE_ONCE
  acquire,  // smp_load_acquire
  release,  // smp_store_release, rcu_assign_pointer
  relaxed,  // an atomic that returns nothing, or says _relaxed
  full,     // an atomic that returns a value
};

}  // namespace poolrace::pool
