// SPDX-License-Identifier: MIT
// Names of members by offset, out of the compiler's BTF: "alloc.count" of struct page_pool at 64.
// Mirrors as much of the format as names need; without BTF (clang, gcc before 12) there are none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace poolrace::pool::linux_tree {

class Members {
 public:
  explicit Members(std::string btf);  // a .BTF section; empty or not understood: knows nothing
  // Of the bytes [offset, offset + size) of that struct; empty: not known.
  [[nodiscard]] std::string at(const std::string& structure, std::uint64_t offset,
                               std::uint64_t size) const;

 private:
  struct Member {
    std::uint32_t name, type, bit, bits;  // bits: of a bit field, or 0
  };
  struct Type {
    std::uint32_t kind = 0, name = 0, size = 0;  // size, or the type it refers to
    std::uint32_t count = 0;                     // of an array
    std::vector<Member> members;
  };
  void read();
  [[nodiscard]] std::uint32_t u32(std::uint64_t at) const;
  [[nodiscard]] std::string text(std::uint32_t name) const;
  [[nodiscard]] std::uint32_t bare(std::uint32_t type) const;  // without const, typedef, …
  [[nodiscard]] std::uint64_t size_of(std::uint32_t type) const;
  [[nodiscard]] std::string within(std::uint32_t type, std::uint64_t offset,
                                   std::uint64_t size) const;

  std::string btf_;
  std::uint64_t strings_ = 0;
  std::vector<Type> types_{Type{}};  // by id; 0 is void
};

}  // namespace poolrace::pool::linux_tree
