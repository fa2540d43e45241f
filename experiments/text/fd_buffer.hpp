// SPDX-License-Identifier: MIT
// What a stream writes to an open descriptor, and why the first write that failed did: a stream
// says only that one did, and long after.  After that all else is dropped.
#pragma once

#include <array>
#include <streambuf>
#include <string_view>

namespace poolrace::experiments {

class FdBuffer final : public std::streambuf {
 public:
  explicit FdBuffer(int fd) : fd_(fd) { empty(); }

  [[nodiscard]] int error() const { return error_; }  // errno, 0: none so far

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* text, std::streamsize n) override;
  int sync() override;

 private:
  void empty() { setp(bytes_.data(), bytes_.data() + bytes_.size()); }
  bool write(std::string_view text);  // false only where it fails, not when that is known already

  int fd_;
  int error_ = 0;
  std::array<char, 65536> bytes_{};
};

}  // namespace poolrace::experiments
