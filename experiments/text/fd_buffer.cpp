// SPDX-License-Identifier: MIT
#include "experiments/text/fd_buffer.hpp"

#include <unistd.h>

#include <cerrno>

namespace poolrace::experiments {

bool FdBuffer::write(std::string_view text) {
  while (error_ == 0 && !text.empty()) {
    const ssize_t n = ::write(fd_, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      error_ = n < 0 ? errno : ENOSPC;
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

int FdBuffer::sync() {
  const std::string_view held(pbase(), static_cast<std::size_t>(pptr() - pbase()));
  const bool written = write(held);
  empty();
  return written ? 0 : -1;
}

FdBuffer::int_type FdBuffer::overflow(int_type c) {
  if (sync() != 0) return traits_type::eof();
  if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
  return traits_type::not_eof(c);
}

std::streamsize FdBuffer::xsputn(const char* text, std::streamsize n) {
  if (n <= epptr() - pptr()) return std::streambuf::xsputn(text, n);
  const bool written = sync() == 0 && write({text, static_cast<std::size_t>(n)});
  return written ? n : 0;
}

}  // namespace poolrace::experiments
