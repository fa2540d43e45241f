// SPDX-License-Identifier: MIT
// The last-level cache between device and CPU.  What the device writes is put into the few ways
// that it may fill (DDIO: about a tenth of the cache), the buffer written longest ago making room
// through memory.  The first touch of a frame then costs a hit, or, where its lines have gone, a
// read from memory, which waits its turn at the memory channels behind all that is on its way.
// So a ring whose waiting frames do not fit makes every packet pay for memory ("leaky DMA").
// A device that does not snoop writes to memory, and every first touch is a miss.
// Leaves out: hits by other ways than DDIO's, eviction by the CPUs' own data, the end of the stay
// of lines that a CPU has read, writes that wait for memory.  By frames, not by sets.
#pragma once

#include <cstdint>
#include <vector>

#include "models/memory/cache.hpp"

namespace poolrace::models {

struct LlcParams {
  std::uint32_t ddio_lines = 0;  // that device writes may fill; 0: they go to memory
  Ps hit = 0, miss = 0;          // until the first line of a frame is in the core
  Ps line_time = 0;              // a line on the memory channels
};

class Llc {
 public:
  explicit Llc(const LlcParams& params) : params_(params) {}

  void device_write(FrameId frame, ByteRange range, Ps now);
  // What the CPU waits for lines that it has not read since the device wrote them.
  Ps touch(FrameId frame, ByteRange range, Ps now);

  [[nodiscard]] std::uint64_t hits() const { return hits_; }
  [[nodiscard]] std::uint64_t misses() const { return misses_; }
  [[nodiscard]] std::uint64_t lines_moved() const { return lines_moved_; }  // from or to memory

 private:
  static constexpr FrameId none = no_frame;
  struct Buffer {
    LineMask ddio = 0;  // lines in the device's ways
    LineMask read = 0;  // by a CPU, since the device wrote them
    FrameId older = none, newer = none;
  };
  Buffer& buffer(FrameId frame);
  void evict_to(std::uint32_t lines, Ps now);
  void unlink(FrameId frame);
  Ps occupy_memory(std::uint32_t lines, Ps now);

  LlcParams params_;
  std::vector<Buffer> buffers_;
  FrameId oldest_ = none, newest_ = none;
  std::uint32_t used_lines_ = 0;
  Ps memory_free_at_ = 0;
  std::uint64_t hits_ = 0, misses_ = 0, lines_moved_ = 0;
};

}  // namespace poolrace::models
