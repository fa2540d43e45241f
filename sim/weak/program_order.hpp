// SPDX-License-Identifier: MIT
// What of a CPU's program order the others can rely on: the memory model, in one place.  For each
// kind of access, which of the CPU's earlier events it must follow.  Beside reads and writes there
// are steps that are no access to memory (a call into the DMA layer, a test of a condition): they
// take place where they stand, behind the reads before them and in front of the writes after them,
// and order nothing else.
//
// Left out, as the models are: a write before a read that it follows (ARMv8 and the kernel's model
// allow it), dependencies (who knows of one adds
// it to what an access must follow).
#pragma once

#include "sim/weak/event_order.hpp"
#include "sim/weak/model.hpp"

namespace poolrace::sim {

class ProgramOrder {
 public:
  explicit ProgramOrder(MemoryModel model) : model_(model) {}

  // What an access that comes now must follow.
  [[nodiscard]] const EventSet& before_read() const { return for_reads_; }
  [[nodiscard]] const EventSet& reads() const { return reads_; }
  [[nodiscard]] EventSet before_write(Ordering ordering) const;
  [[nodiscard]] EventSet before_update(Ordering ordering) const;
  [[nodiscard]] EventSet before_lock() const { return before_update(Ordering::relaxed); }
  [[nodiscard]] EventSet before_step() const;
  [[nodiscard]] EventSet all() const;  // of an unlock, a grace period

  // It came.
  void read(Event e, Ordering ordering);
  void wrote(Event e);
  void updated(Event e, Ordering ordering);
  void locked(Event e);
  void unlocked(Event e);
  void stepped(Event e) { read(e, Ordering::once); }

  void fence(Fence fence);
  void follow(Event e);  // all that comes must: the beginning of a grace period

 private:
  [[nodiscard]] bool updates_are_full(Ordering ordering) const {
    return model_ != MemoryModel::arm || ordering == Ordering::full;
  }

  MemoryModel model_;
  EventSet reads_, writes_;             // all so far
  EventSet for_reads_, for_writes_;     // what reads and writes from now on must follow
  EventSet unlock_reads_, unlock_all_;  // before the last unlock
};

}  // namespace poolrace::sim
