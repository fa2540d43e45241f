// SPDX-License-Identifier: MIT
#include "models/linux/arena.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace poolrace::models::linux_tree {

Arena::Arena() {
  void* at = ::mmap(nullptr, room, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  base_ = static_cast<char*>(at);
  pieces_.reserve(256);
}

Arena::~Arena() {
  ::munmap(base_, room);
}

void Arena::clear() {
  used_ = gap;
  pieces_.clear();
  allocated_.clear();
}

Piece& Arena::allocate(std::uint64_t size, Holds holds, std::uint32_t context) {
  constexpr std::uint64_t line = 64;
  const std::uint64_t taken = (size + line - 1) / line * line + gap;
  if (size > room || used_ + taken > room) throw std::bad_alloc();
  if (context >= allocated_.size()) allocated_.resize(context + 1);
  Piece piece;
  piece.begin = base_ + used_;
  piece.size = size;
  piece.number = (std::uint64_t{context} << 20) | ++allocated_[context];
  piece.holds = holds;
  used_ += taken;
  std::memset(piece.begin, 0, size);
  pieces_.push_back(std::move(piece));
  return pieces_.back();
}

Piece* Arena::find(const char* at) {
  const auto after =
      std::upper_bound(pieces_.begin(), pieces_.end(), at,
                       [](const char* a, const Piece& piece) { return a < piece.begin; });
  if (after == pieces_.begin()) return nullptr;
  Piece& piece = *(after - 1);
  return piece.has(at) ? &piece : nullptr;
}

}  // namespace poolrace::models::linux_tree
