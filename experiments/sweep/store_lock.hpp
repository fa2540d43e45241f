// SPDX-License-Identifier: MIT
// One writer a store, by whatever link it is named: a lock on a file FILE.lock beside where the path
// leads, which names the process that holds it.  The kernel lets go of it when that process ends,
// however it ends.  A file that is not such a lock, but somebody's own, is refused and not touched.
// (A lock on the store itself would be in the way of SQLite's own on a network file system.)
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
  void refuse(const std::string& why);

  std::string path_;
  int fd_ = -1;
};

}  // namespace poolrace::experiments
