// SPDX-License-Identifier: MIT
// A file that is there whole or not at all: written under NAME.part beside it, renamed by commit().
// Opened before the work begins, so that a path that cannot be written is an error at once.  If we
// are killed the .part stays; if an error ends us it goes.
#pragma once

#include <fstream>
#include <ostream>
#include <string>

namespace poolrace::experiments {

// Remembers why the first write failed: a stream says only that one did, and long after.
class FileBuffer final : public std::filebuf {
 public:
  [[nodiscard]] int error() const { return error_; }

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* text, std::streamsize n) override;
  int sync() override;

 private:
  void note(bool failed);
  int error_ = 0;
};

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
  [[noreturn]] void fail(int error) const;
  std::string path_, part_, what_;
  FileBuffer buffer_;
  std::ostream stream_{&buffer_};
  bool committed_ = false;
};

}  // namespace poolrace::experiments
