// SPDX-License-Identifier: MIT
// A tree's pool in one execution of the explorer: a lock that is held, a reader that is awaited are
// conditions on who may take the next step; footprints are of bytes.
#pragma once

#include <vector>

#include "models/explore/platform.hpp"
#include "models/linux/spin.hpp"
#include "models/linux/stage.hpp"
#include "models/linux/weak_bytes.hpp"

namespace poolrace::models::linux_tree {

class ExploreStage final : public StageOn<ExplorePlatform> {
 public:
  ExploreStage(Object& object, bool spins, ExplorePlatform& platform, Device& device,
               const pool::Limits& limits);

 private:
  void begin_step(sim::Site site, const Place& place, const char* at, std::uint64_t size,
                  int how) override;
  void touch(const Place& place, std::uint64_t size, int how) override;
  void end_step() override {}  // at the next one
  void counted() override;
  void open(const Place& place, const char* at, std::uint64_t size, int how, int ordering,
            sim::Site site) override;
  void close() override;
  void fence(sim::Fence fence) override;
  void quiet(int by) override;
  std::optional<sim::Site> late_store(const Piece& piece) override;
  bool may_still_use(const Piece& given_up) override;
  void note_readers(Piece& given_up) override;
  void give_up(Piece&) override {}  // whom it waits for is noted
  void lock(void* lock, bool bh, const void* from) override;
  void unlock(void* lock, bool bh, const void* from) override;
  void bh(bool disable) override;
  void rcu_read(bool lock, const void* from) override;
  void relax(const void* from) override;

  std::uint64_t lock_object(const void* lock, sim::Site site);
  void use_lock(const void* lock, sim::Site site);

  Spin spin_;
  std::optional<WeakBytes> weak_;  // none where one access comes after the other
  std::uint64_t steps_ = 0;
};

}  // namespace poolrace::models::linux_tree
