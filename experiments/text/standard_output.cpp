// SPDX-License-Identifier: MIT
#include "experiments/text/standard_output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

namespace poolrace::experiments {

StandardOutput::StandardOutput() : buffer_(STDOUT_FILENO), before_(std::cout.rdbuf(&buffer_)) {
  std::cout.exceptions(std::ios::badbit);
}

StandardOutput::~StandardOutput() {
  std::cout.exceptions(std::ios::goodbit);
  std::cout.rdbuf(before_);  // clears its state as well
}

int StandardOutput::finish() {
  std::cout.exceptions(std::ios::goodbit);  // stderr is tied to it, and has something to say now
  buffer_.pubsync();
  return buffer_.error();
}

void open_standard_descriptors() {
  for (int fd = 0; fd <= STDERR_FILENO; ++fd) {
    const bool closed = ::fcntl(fd, F_GETFD) < 0;
    if (closed && ::open("/dev/null", O_RDWR) != fd) std::abort();  // the lowest that is free
  }
}

}  // namespace poolrace::experiments
