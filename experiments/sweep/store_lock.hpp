// SPDX-License-Identifier: MIT
// One writer a store: a lock on a file FILE.lock beside it, which names the process that holds it.
// The kernel lets go of it when that process ends, however it ends.
#pragma once

#include <string>

namespace poolrace::experiments {

class StoreLock {
 public:
  // ConfigError if another holds it (a second later still: its workers may be on their way out).
  explicit StoreLock(const std::string& store);
  ~StoreLock();
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;

  // In a forked child: so that the lock ends with its parent and not with the last of its children.
  void leave_to_parent();

 private:
  bool take();  // false: another has it

  std::string path_;
  int fd_ = -1;
};

}  // namespace poolrace::experiments
