// SPDX-License-Identifier: MIT
// Keeps what a run shows (watch.hpp) for whoever tells of it afterwards.
// A window bounds what is kept; what stands open where it begins (a page with the stack, a task on
// its CPU) comes first, with its own earlier date; so does each frame's last unmap.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "models/cpu/watch.hpp"

namespace poolrace::models {

class Recorder final : public Watcher {
 public:
  explicit Recorder(Ps from = 0, Ps to = ps_never) : from_(from), to_(to) {}

  void see(const Seen& seen) override;

  // What was kept, in order of time.  Once, after the run.
  std::vector<Seen> take();
  [[nodiscard]] Ps from() const { return from_; }
  [[nodiscard]] Ps to() const { return to_; }

 private:
  using Key = std::pair<int, std::uint32_t>;
  void add(const Seen& seen);
  void note_open(const Seen& seen);
  void flush_open();

  Ps from_, to_;
  bool inside_ = false;
  std::uint64_t in_flight_ = 0;
  std::map<Key, Seen> open_;  // what began before the window and has not ended
  std::vector<Seen> kept_;
};

}  // namespace poolrace::models
