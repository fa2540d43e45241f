// SPDX-License-Identifier: MIT
// A tree's pool in a run with time (worlds `timed` and `reference`): an access costs what its cache
// line costs from this CPU, by the addresses that the tree's own structs have.
//
// The C++ pools name a handful of accesses; real code has ten for each of them, most to a line that
// the same call has just touched, where an out-of-order core sees next to nothing.  So a line is
// paid for once a call, and again whenever another CPU has taken it; a read-modify-write always.
// Left out: what instructions cost that touch no shared memory.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "models/linux/stage.hpp"
#include "models/memory/locks.hpp"
#include "models/platform.hpp"

namespace poolrace::models::linux_tree {

class TimedStage final : public StageOn<SimPlatform> {
 public:
  TimedStage(Object& object, SimPlatform& platform, Device& device, const pool::Limits& limits);

 private:
  void entered() override;
  void begin_step(sim::Site site, const Place& place, const char* at, std::uint64_t size,
                  int how) override;
  void touch(const Place&, std::uint64_t, int) override {}
  void end_step() override { parts().cpus.step_end(); }
  bool may_still_use(const Piece&) override { return true; }  // until its grace period is over
  void give_up(Piece& piece) override;
  void lock(void* lock, bool bh, const void* from) override;
  void unlock(void* lock, bool bh, const void* from) override;
  void bh(bool disable) override;
  void rcu_read(bool lock, const void* from) override;
  void relax(const void* from) override;
  void warn(const char* sentence) override;

  models::SpinLock& lock_at(void* lock, sim::Site site);
  Line& line_at(const Place& place, const char* at);
  Ps cost_of(Line& line, int how);
  std::vector<const Line*>& paid();  // by this context, in this call

  std::unordered_map<const void*, std::unique_ptr<models::SpinLock>> locks_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Line>> own_lines_;  // of the object's data
  std::vector<std::vector<const Line*>> paid_;                          // in this call, by context
};

}  // namespace poolrace::models::linux_tree
