// SPDX-License-Identifier: MIT
#include "models/linux/arena.hpp"

#include <sys/mman.h>

#include <cstring>
#include <new>

namespace poolrace::models::linux_tree {

namespace {

void* reserved(std::uint64_t bytes) {  // zeroed, and nobody's until it is touched
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  return at;
}

}  // namespace

Arena::Arena()
    : base_(static_cast<char*>(reserved(room))),
      covering_(static_cast<std::uint32_t*>(reserved(room / line_bytes * sizeof(std::uint32_t)))) {}

Arena::~Arena() {
  ::munmap(base_, room);
  ::munmap(covering_, room / line_bytes * sizeof(std::uint32_t));
}

void Arena::clear(std::size_t kept_back) {
  kept_back_ = kept_back;
  std::memset(covering_, 0, used_ / line_bytes * sizeof(std::uint32_t));
  used_ = gap;
  pieces_.clear();
  given_up_.clear();
  allocated_.clear();
}

Piece& Arena::take(std::uint64_t size, Holds holds) {
  const std::uint64_t taken = (size + line_bytes - 1) / line_bytes * line_bytes;
  if (size > room || used_ + taken + gap > room) throw std::bad_alloc();
  Piece& piece = pieces_.emplace_back();
  piece.begin = base_ + used_;
  piece.size = size;
  piece.holds = holds;
  for (std::uint64_t line = 0; line < taken / line_bytes; ++line)
    covering_[used_ / line_bytes + line] = static_cast<std::uint32_t>(pieces_.size());
  used_ += taken + gap;
  return piece;
}

Piece& Arena::allocate(std::uint64_t size, Holds holds, std::uint32_t context) {
  if (context >= allocated_.size()) allocated_.resize(context + 1);
  std::deque<Piece*>& ready = given_up_[{holds, size}];
  Piece* piece = nullptr;
  if (ready.size() > kept_back_) {
    piece = ready.front();
    ready.pop_front();
  } else {
    piece = &take(size, holds);
  }
  piece->number = (std::uint64_t{context} << 20) | ++allocated_[context];
  piece->freed = piece->given_up = false;
  piece->freed_by = "";
  std::memset(piece->begin, 0, size);
  return *piece;
}

}  // namespace poolrace::models::linux_tree
