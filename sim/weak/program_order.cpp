// SPDX-License-Identifier: MIT
#include "sim/weak/program_order.hpp"

namespace poolrace::sim {

EventSet ProgramOrder::all() const {
  EventSet out = for_writes_;
  out.join(for_reads_);
  out.join(reads_);
  out.join(writes_);
  return out;
}

EventSet ProgramOrder::before_write(Ordering ordering) const {
  return ordering == Ordering::release ? all() : for_writes_;
}

EventSet ProgramOrder::before_update(Ordering ordering) const {
  if (updates_are_full(ordering) || ordering == Ordering::release) return all();
  EventSet out = for_writes_;
  out.join(for_reads_);
  return out;
}

EventSet ProgramOrder::before_step() const {
  EventSet out = for_reads_;
  out.join(reads_);
  return out;
}

void ProgramOrder::read(Event e, Ordering ordering) {
  reads_.add(e);
  for_writes_.add(e);
  if (model_ != MemoryModel::arm || ordering == Ordering::acquire) for_reads_.add(e);
}

void ProgramOrder::wrote(Event e) {
  writes_.add(e);
  if (model_ == MemoryModel::sc || model_ == MemoryModel::tso) for_writes_.add(e);
  if (model_ == MemoryModel::sc) for_reads_.add(e);
}

void ProgramOrder::updated(Event e, Ordering ordering) {
  read(e, ordering);
  wrote(e);
  if (updates_are_full(ordering)) follow(e);
}

// After an unlock of any lock: all before it comes before all after this, but a write before a read.
void ProgramOrder::locked(Event e) {
  updated(e, Ordering::acquire);
  for_reads_.join(unlock_reads_);
  for_writes_.join(unlock_all_);
}

void ProgramOrder::unlocked(Event e) {
  unlock_reads_ = reads_;
  unlock_all_ = all();
  wrote(e);
}

void ProgramOrder::fence(Fence fence) {
  if (fence != Fence::wmb) for_reads_.join(reads_);
  if (fence != Fence::rmb) for_writes_.join(writes_);
  if (fence == Fence::mb) for_reads_.join(writes_);
}

void ProgramOrder::follow(Event e) {
  for_reads_.add(e);
  for_writes_.add(e);
}

}  // namespace poolrace::sim
