// SPDX-License-Identifier: MIT
// What the kernel's line asks of the order of an access, said at every site of the pool.  Of a patch
// that was never merged: of the line that it edits, or plain, as C has it.  A platform that runs one
// access after the other need not care.
#pragma once

#include <cstdint>

namespace poolrace::pool {

enum class Ordering : std::uint8_t {
  plain,    // as it stands: a compiler may tear, fuse or repeat it; of a sum, x++
  once,     // READ_ONCE, WRITE_ONCE, atomic_read, atomic_set
  acquire,  // smp_load_acquire
  release,  // smp_store_release, rcu_assign_pointer
  relaxed,  // an atomic that returns nothing, or says _relaxed
  full,     // an atomic that returns a value
};

// What a site says at its end.  acquire and release are rare enough to be said in full: the pool has
// a release() of its own.
using Ordering::full;
using Ordering::once;
using Ordering::plain;
using Ordering::relaxed;

}  // namespace poolrace::pool
