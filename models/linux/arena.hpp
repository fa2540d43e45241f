// SPDX-License-Identifier: MIT
// The memory that a kernel tree's pool shares: each allocation a piece of its own, nothing used
// twice within an execution, so that what is used after its end is known for certain.
//
// A piece is numbered by (who allocated it, its count there): the same in whatever order the others
// came.  Left out: running out of memory for want of a seeded fault.
#pragma once

#include <cstdint>
#include <vector>

#include "models/dma/device.hpp"
#include "models/memory/pages.hpp"

namespace poolrace::models::linux_tree {

enum class Holds : std::uint8_t { other, pool, array, per_cpu, node, page, device, napi, data };

struct Piece {
  char* begin = nullptr;
  std::uint64_t size = 0;
  std::uint64_t number = 0;
  Holds holds = Holds::other;
  bool freed = false;
  const char* freed_by = "";
  // Freed once those readers have left that were inside when it was given up.
  struct Inside {
    std::uint32_t context;
    std::uint64_t sections;
  };
  bool given_up = false;
  std::vector<Inside> inside;
  Page page;             // of a page
  Napi* napi = nullptr;  // of a napi
  [[nodiscard]] bool has(const char* at) const { return at >= begin && at < begin + size; }
};

class Arena {
 public:
  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void clear();
  Piece& allocate(std::uint64_t size, Holds holds, std::uint32_t context);  // zeroed
  [[nodiscard]] Piece* find(const char* at);  // null: between the pieces, or elsewhere
  [[nodiscard]] bool has(const char* at) const { return at >= base_ && at < base_ + room; }
  std::vector<Piece>& pieces() { return pieces_; }

 private:
  static constexpr std::uint64_t room = 64 << 20, gap = 64;
  char* base_;
  std::uint64_t used_ = 0;
  std::vector<Piece> pieces_;             // by address
  std::vector<std::uint32_t> allocated_;  // so far, by context
};

}  // namespace poolrace::models::linux_tree
