// SPDX-License-Identifier: MIT
// The memory that a kernel tree's pool shares: each allocation a piece of its own.  What is used after
// its end is known: for certain where nothing is used twice (an execution of the explorer), else
// (a long run) until as many more pieces of its size have been given up as are kept back.
//
// A piece is numbered by (who allocated it, its count there): the same in whatever order the others
// came.  Left out: running out of memory for want of a seeded fault.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <utility>
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
  // Where there is time: its lifetime to the machine, and its lines as the caches have them.
  std::unique_ptr<models::Region> region;
  std::vector<models::Line> lines;
  [[nodiscard]] bool has(const char* at) const { return at >= begin && at < begin + size; }
};

class Arena {
 public:
  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // From now on a piece may be used again once `kept_back` others of its kind and size have been
  // given up after it.
  void clear(std::size_t kept_back);
  Piece& allocate(std::uint64_t size, Holds holds, std::uint32_t context);  // zeroed
  void give_up(Piece& piece) { given_up_[{piece.holds, piece.size}].push_back(&piece); }
  [[nodiscard]] Piece* find(const char* at) {  // null: between the pieces, or elsewhere
    if (!has(at)) return nullptr;
    const std::uint32_t nth = covering_[static_cast<std::uint64_t>(at - base_) / line_bytes];
    return nth != 0 && pieces_[nth - 1].has(at) ? &pieces_[nth - 1] : nullptr;
  }
  [[nodiscard]] bool has(const char* at) const { return at >= base_ && at < base_ + room; }
  std::deque<Piece>& pieces() { return pieces_; }  // by address

 private:
  static constexpr std::uint64_t room = 1 << 30, gap = line_bytes;
  Piece& take(std::uint64_t size, Holds holds);
  char* base_;
  std::uint32_t* covering_;  // by line: which piece, from 1; 0: none
  std::uint64_t used_ = 0;
  std::size_t kept_back_ = 0;
  std::deque<Piece> pieces_;
  std::map<std::pair<Holds, std::uint64_t>, std::deque<Piece*>> given_up_;
  std::vector<std::uint32_t> allocated_;  // so far, by context
};

}  // namespace poolrace::models::linux_tree
