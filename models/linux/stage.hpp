// SPDX-License-Identifier: MIT
// What a kernel tree's pool runs on in one execution or run: every access of its code to shared
// memory, and every call of the table (pool/linux/ops.h), is a visible step of the machine.
//
// A hook comes before its access and does not know the value written: a step's value and what it
// changed of struct page are looked at, and the step ends, when its context comes to the next one.
// The checker keeps its books as ever; the pool is asked nothing but what onlookers may see.
// Left to the worlds (ExploreStage, TimedStage): what a step costs, locks, RCU, deferred work.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/linux/arena.hpp"
#include "models/linux/fault.hpp"
#include "models/linux/write_check.hpp"
#include "models/machine_platform.hpp"
#include "pool/linux/object.hpp"
#include "pool/platform.hpp"

namespace poolrace::models::linux_tree {

using pool::linux_tree::Object;  // of the tree; the explorer's things are models::Object

class Stage {
 public:
  virtual ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  static const pr_ops& ops();  // lead to the stage that there is
  static Stage& now();

  [[nodiscard]] MachinePlatform& platform() { return platform_; }
  [[nodiscard]] const pr_glue& glue() const { return object_.glue(); }

  // Around every call into the object: what its last step did is looked at.
  // A fault of its code is a crash.
  template <class F>
  auto enter(F call) {
    entered();
    if constexpr (std::is_void_v<decltype(call())>) {
      guarded(call);
      leave();
    } else {
      decltype(call()) result{};
      const auto keep = [&] { result = call(); };
      guarded(keep);
      leave();
      return result;
    }
  }
  // What an onlooker cannot read, because a tree has spoilt it, stays as it was.
  template <class F>
  static void look(F call) {
    fault_of([](void* it) { (*static_cast<F*>(it))(); }, &call);
  }
  void shorten(pr_seen& seen);  // to what is there
  void* device_struct() { return device_struct_; }
  void* napi_struct(Napi* napi);
  void is_pool(void* pool, MachinePlatform::Region& region);  // that struct is a pool
  void when_disconnected(void* pool, std::function<void()> body) { disconnects_[pool] = body; }
  static void disconnect(void* pool);

  [[nodiscard]] void* struct_of(Page page);      // the page as the object knows it
  [[nodiscard]] Page page_of(const void* page);  // a null one for a null one
  [[nodiscard]] std::uint64_t byte_object(const void* at);

 protected:
  Stage(Object& object, MachinePlatform& platform, const MachineParts& parts, Device& device,
        const pool::Limits& limits, std::size_t kept_back);

  struct Place {
    Piece* piece = nullptr;
    bool own_data = false;  // of the object: .data, .bss
    bool is_private = false;
    std::uint64_t number = 0;  // of its first byte, for footprints
    [[nodiscard]] bool wild() const { return piece == nullptr && !own_data && !is_private; }
  };

  // ---- the world's
  virtual void entered() {}  // the object, from outside
  virtual void begin_step(sim::Site site, const Place& place, const char* at, std::uint64_t size,
                          int how) = 0;
  virtual void touch(const Place& place, std::uint64_t size, int how) = 0;
  virtual void end_step() = 0;  // what it did can be seen
  virtual void counted() {}     // one more step
  // Where memory is weak: the access comes next, with what it asks of its order; it is done.
  virtual void open(const Place&, const char*, std::uint64_t, int, int, sim::Site) {}
  virtual void close() {}
  virtual void fence(sim::Fence) {}
  virtual void quiet(int) {}  // data_race()
  // The running step frees the piece: a store of another CPU that comes after it, if one does.
  virtual std::optional<sim::Site> late_store(const Piece&) { return std::nullopt; }
  virtual bool may_still_use(const Piece& given_up) = 0;
  virtual void note_readers(Piece&) {}     // within the step that gives it up
  virtual void give_up(Piece& piece) = 0;  // behind it: freed after a grace period
  virtual void lock(void* lock, bool bh, const void* from) = 0;
  virtual void unlock(void* lock, bool bh, const void* from) = 0;
  virtual void bh(bool disable) = 0;
  virtual void rcu_read(bool lock, const void* from) = 0;
  virtual void synchronize(sim::Site site, bool net) = 0;
  virtual void sleep(sim::Site site, unsigned int ms) = 0;
  virtual std::int64_t now_ms() = 0;
  virtual void schedule(models::DelayedWork& work, std::int64_t delay_ms) = 0;
  virtual void relax(const void* from) = 0;
  virtual void warn(const char* sentence) { platform_.warn(sentence); }

  // ---- for them
  Place place_of(const char* at);
  void check_alive(Piece& piece, sim::Site site);
  void use(Piece& piece);  // within a step: its lifetime
  static std::uint64_t region_of(const Piece& piece);
  void free(Piece& piece, const char* by);
  void count_step();
  [[noreturn]] void wild(const void* at, sim::Site site);
  [[noreturn]] void crash(const char* site, const char* what);
  sim::Site site_of(const void* from, const char* verb, const Piece* piece, const char* at,
                    std::uint64_t size);
  sim::Site call_site(const void* from, const char* what) {
    return site_of(from, what, nullptr, nullptr, 0);
  }
  sim::Site lock_site(const void* from, const char* verb, const void* lock) {
    const auto* at = static_cast<const char*>(lock);
    return site_of(from, verb, place_of(at).piece, at, sizeof(int));
  }
  [[nodiscard]] const MachineParts& parts() const { return parts_; }
  [[nodiscard]] Memory& memory() { return parts_.memory; }
  [[nodiscard]] Arena& arena() { return arena_; }
  [[nodiscard]] Checker& checker() { return parts_.checker; }
  [[nodiscard]] std::uint32_t context() { return parts_.cpus.world().self().id(); }

 private:
  friend struct Ops;
  struct LastStep {
    bool any = false;
    sim::Site site{""};
    const char* at = nullptr;
    std::uint64_t size = 0;
    bool writes = false;
    Piece* piece = nullptr;
    const void* range_from = nullptr;  // a range whose pair may follow
  };

  template <class F>
  void guarded(F& call) {
    const Fault fault = fault_of([](void* it) { (*static_cast<F*>(it))(); },
                                 const_cast<void*>(static_cast<const void*>(&call)));
    if (fault.what != nullptr) crash(fault);
  }

  // ---- access.cpp
  void access(const char* at, std::uint64_t size, int how, const void* from);
  void settle(bool goes_on = false);
  void show_words(const Piece& piece);  // of struct page, to the machine
  void leave();                         // back from the object
  void look_at(Piece& piece, sim::Site site, const char* at, std::uint64_t size, bool writes);
  void check_page(Piece& piece, sim::Site site, const char* at, std::uint64_t size, bool writes);
  [[noreturn]] void crash(const Fault& fault);
  Piece& known(const void* at, sim::Site site);
  [[nodiscard]] std::uint64_t shown(const char* at, std::uint64_t size);
  Piece& allocate(std::uint64_t size, Holds holds);

  // ---- sites.cpp
  std::string name_of(const Piece& piece, std::uint64_t offset, std::uint64_t size);
  sim::Site fault_site(const Fault& fault);

  void* bind(Page page);
  Page page_for(std::uint64_t addr);  // whose mapping a DMA call means

  Object& object_;
  MachinePlatform& platform_;
  MachineParts parts_;
  Device& device_;
  Arena& arena_;
  void* device_struct_ = nullptr;
  LastStep last_;
  static constexpr int unmarked = -1;
  int marked_ = unmarked;  // pr_ordering of the next access, whatever it says
  WriteCheck write_check_;
  std::vector<WriteCheck::Range> announced_;
  std::vector<Page> dma_page_;    // by context: whose dma_addr it read last
  std::vector<Piece*> of_frame_;  // by frame: the struct of its last life
  std::unordered_map<void*, std::unique_ptr<models::DelayedWork>> works_;
  std::unordered_map<void*, MachinePlatform::Region*> pools_;
  std::unordered_map<void*, std::function<void()>> disconnects_;
};

// What either world's platform does under the same name.
template <class Platform>
class StageOn : public Stage {
 protected:
  StageOn(Object& object, Platform& platform, Device& device, const pool::Limits& limits,
          std::size_t kept_back)
      : Stage(object, platform, platform.parts(), device, limits, kept_back), platform_(platform) {}

  void synchronize(sim::Site site, bool net) override {
    if (net)
      platform_.synchronize_net(site);
    else
      platform_.synchronize_rcu(site);
  }
  void sleep(sim::Site site, unsigned int ms) override { platform_.msleep(site, ms); }
  std::int64_t now_ms() override { return platform_.now_ms(); }
  void schedule(models::DelayedWork& work, std::int64_t delay_ms) override {
    platform_.schedule_delayed_work(work, delay_ms);
  }

  Platform& platform_;
};

}  // namespace poolrace::models::linux_tree
