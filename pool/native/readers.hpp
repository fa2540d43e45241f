// SPDX-License-Identifier: MIT
// RCU of a tree's object (pool/linux/native.h): its read sections are a counter of the thread, or
// nothing at all, without a barrier; who waits for them makes every thread pass one (membarrier)
// and then looks at each.  Mirrors that a section is left by a store, and that who is waited for
// finds out at the end of its outermost section.  Left out: stalls, boosting, expedited ones.
#pragma once

#include <mutex>
#include <vector>

#include "pool/linux/native.h"

namespace poolrace::pool::native {

class Readers {
 public:
  explicit Readers(pr_native& object) : object_(object) {}
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;
  static Readers& of(pr_native& object);  // the one that there is

  pr_context& mine();      // of the calling thread, known from its first call to its end
  void wait_for_others();  // until each has been outside of its sections once

 private:
  friend struct Registration;
  pr_native& object_;
  std::mutex mutex_;
  std::vector<pr_context*> known_;  // under the mutex
};

// The calling thread runs the tree's code meanwhile, as what `context` says that it is.  Where read
// sections cannot be preempted, all of it is one.
class InTree {
 public:
  explicit InTree(pr_native& object);
  ~InTree();
  InTree(const InTree&) = delete;
  InTree& operator=(const InTree&) = delete;

 private:
  pr_context& me_;
  int nesting_before_;
  unsigned int count_before_;
};

}  // namespace poolrace::pool::native
