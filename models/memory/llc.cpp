// SPDX-License-Identifier: MIT
#include "models/memory/llc.hpp"

#include <algorithm>
#include <bit>

namespace poolrace::models {

namespace {

LineMask lines_of(ByteRange range) {
  if (range.bytes == 0) return 0;
  const std::uint32_t first = range.offset / line_bytes;
  const std::uint32_t count = (range.offset + range.bytes - 1) / line_bytes - first + 1;
  return (~LineMask{0} >> (lines_per_page - count)) << first;
}

std::uint32_t count(LineMask lines) {
  return static_cast<std::uint32_t>(std::popcount(lines));
}

}  // namespace

Llc::Buffer& Llc::buffer(FrameId frame) {
  if (frame >= buffers_.size()) buffers_.resize(frame + 1);
  return buffers_[frame];
}

void Llc::device_write(FrameId frame, ByteRange range, Ps now) {
  const LineMask lines = lines_of(range);
  Buffer& written = buffer(frame);
  written.read &= ~lines;
  if (params_.ddio_lines == 0) {
    occupy_memory(count(lines), now);
    return;
  }
  if (written.ddio != 0) unlink(frame);
  used_lines_ += count(lines & ~written.ddio);
  written.ddio |= lines;
  written.older = newest_;
  written.newer = none;
  (newest_ == none ? oldest_ : buffers_[newest_].newer) = frame;
  newest_ = frame;
  evict_to(params_.ddio_lines, now);
}

// The newest stays, however large it is.
void Llc::evict_to(std::uint32_t lines, Ps now) {
  while (used_lines_ > lines && oldest_ != newest_) {
    const FrameId frame = oldest_;
    const std::uint32_t gone = count(buffers_[frame].ddio);
    unlink(frame);
    buffers_[frame].ddio = 0;
    used_lines_ -= gone;
    occupy_memory(gone, now);
  }
}

void Llc::unlink(FrameId frame) {
  const Buffer& leaving = buffers_[frame];
  (leaving.older == none ? oldest_ : buffers_[leaving.older].newer) = leaving.newer;
  (leaving.newer == none ? newest_ : buffers_[leaving.newer].older) = leaving.older;
}

Ps Llc::touch(FrameId frame, ByteRange range, Ps now) {
  Buffer& touched = buffer(frame);
  const LineMask lines = lines_of(range) & ~touched.read;
  if (lines == 0) return 0;
  touched.read |= lines;
  const LineMask missing = lines & ~touched.ddio;
  if (missing == 0) {
    ++hits_;
    return params_.hit;
  }
  ++misses_;
  return occupy_memory(count(missing), now) - now + params_.miss;
}

// The date at which the first of the lines has its turn.
Ps Llc::occupy_memory(std::uint32_t lines, Ps now) {
  const Ps turn = std::max(now, memory_free_at_);
  memory_free_at_ = turn + lines * params_.line_time;
  lines_moved_ += lines;
  return turn;
}

}  // namespace poolrace::models
