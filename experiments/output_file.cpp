// SPDX-License-Identifier: MIT
#include "experiments/output_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sim/errors.hpp"

namespace poolrace::experiments {

OutputFile::OutputFile(std::string path, std::string what)
    : path_(std::move(path)), part_(path_ + ".part"), what_(std::move(what)) {
  struct stat there {};
  if (::stat(path_.c_str(), &there) == 0 && S_ISDIR(there.st_mode)) fail(EISDIR);
  // A device or a pipe (/dev/stdout) cannot be renamed onto: it is written as it is.
  if (::stat(path_.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) part_ = path_;
  errno = 0;
  stream_.open(part_, std::ios::binary | std::ios::trunc);
  if (!stream_) fail(errno);
}

OutputFile::~OutputFile() {
  if (!committed_ && stream_.is_open() && part_ != path_) ::unlink(part_.c_str());
}

void OutputFile::commit() {
  errno = 0;
  stream_.flush();
  stream_.close();
  if (!stream_) {
    const int error = errno;
    if (part_ != path_) ::unlink(part_.c_str());
    fail(error);
  }
  if (part_ != path_ && std::rename(part_.c_str(), path_.c_str()) != 0) {
    const int error = errno;
    ::unlink(part_.c_str());
    fail(error);
  }
  committed_ = true;
}

void OutputFile::fail(int error) const {
  throw ConfigError(what_ + "=" + path_ +
                    ": cannot be written: " + std::strerror(error != 0 ? error : EIO));
}

}  // namespace poolrace::experiments
