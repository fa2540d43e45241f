// SPDX-License-Identifier: MIT
#include "experiments/text/output_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sim/errors.hpp"

namespace poolrace::experiments {

void FileBuffer::note(bool failed) {
  if (failed && error_ == 0) error_ = errno;
}

FileBuffer::int_type FileBuffer::overflow(int_type c) {
  errno = 0;
  const int_type result = std::filebuf::overflow(c);
  note(traits_type::eq_int_type(result, traits_type::eof()));
  return result;
}

std::streamsize FileBuffer::xsputn(const char* text, std::streamsize n) {
  errno = 0;
  const std::streamsize written = std::filebuf::xsputn(text, n);
  note(written != n);
  return written;
}

int FileBuffer::sync() {
  errno = 0;
  const int result = std::filebuf::sync();
  note(result != 0);
  return result;
}

OutputFile::OutputFile(std::string path, std::string what)
    : path_(std::move(path)), part_(path_ + ".part"), what_(std::move(what)) {
  struct stat there {};
  if (::stat(path_.c_str(), &there) == 0 && S_ISDIR(there.st_mode)) fail(EISDIR);
  // A device or a pipe (/dev/stdout) cannot be renamed onto: it is written as it is.
  if (::stat(path_.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) part_ = path_;
  errno = 0;
  if (buffer_.open(part_, std::ios::out | std::ios::binary | std::ios::trunc) == nullptr)
    fail(errno);
}

OutputFile::~OutputFile() {
  if (!committed_ && buffer_.is_open() && part_ != path_) ::unlink(part_.c_str());
}

void OutputFile::commit() {
  stream_.flush();
  if (buffer_.close() == nullptr || !stream_) {
    if (part_ != path_) ::unlink(part_.c_str());
    fail(buffer_.error());
  }
  if (part_ != path_ && std::rename(part_.c_str(), path_.c_str()) != 0) {
    const int error = errno;
    ::unlink(part_.c_str());
    fail(error);
  }
  committed_ = true;
}

void OutputFile::fail(int error) const {
  throw ConfigError(what_ + "=" + path_ + ": cannot be written: " +
                    (error != 0 ? std::strerror(error) : "no space, or not writable"));
}

}  // namespace poolrace::experiments
