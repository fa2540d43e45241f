// SPDX-License-Identifier: MIT
// A file that is there whole or not at all, and the only place that opens one to write: a new file
// beside it, of a name that nobody can know before, renamed by commit().  A symbolic link is
// followed and stays.  Opened before the work begins, so that a path that cannot be written is an
// error at once.  Errors and signals take the unfinished file away; only SIGKILL leaves it.
#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "experiments/text/fd_buffer.hpp"

namespace poolrace::experiments {

class OutputFile {
 public:
  // ConfigError "poolrace trace: --output=/x/y: cannot be written: No such file or directory".
  OutputFile(std::string path, std::string what);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  std::ostream& stream() { return stream_; }
  void commit();  // ConfigError if what was written did not reach the disk (it is full)

 private:
  int open();  // its descriptor
  int open_beside(const char* name);
  [[noreturn]] void fail(int error) const;
  void give_up() noexcept;

  std::string path_, what_;
  std::string real_;                   // where path_ leads
  std::unique_ptr<std::string> part_;  // the unfinished file; none for a device or a pipe
  int fd_;
  FdBuffer buffer_;
  std::ostream stream_{&buffer_};
};

// Takes the files away that are not committed; returns whether there were any.  For a signal's
// handler that ends the process.
bool remove_unfinished_files() noexcept;

}  // namespace poolrace::experiments
