// SPDX-License-Identifier: MIT
// What a kernel tree's pool runs on in one execution of the explorer: every access of its code to
// shared memory, and every call of the table (pool/linux/ops.h), is a visible step of the machine.
//
// A hook comes before its access and does not know the value written: a step's value and what it
// changed of struct page are looked at when its context comes to the next one.
// The checker keeps its books as ever; the pool is asked nothing but what onlookers may see.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/explore/platform.hpp"
#include "models/linux/arena.hpp"
#include "models/linux/fault.hpp"
#include "models/linux/spin.hpp"
#include "models/linux/write_check.hpp"
#include "pool/linux/object.hpp"
#include "pool/platform.hpp"

namespace poolrace::models::linux_tree {

using pool::linux_tree::Object;  // of the tree; the explorer's things are models::Object

class Stage {
 public:
  Stage(Object& object, bool spins, ExplorePlatform& platform, Device& device,
        const pool::Limits& limits);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  static const pr_ops& ops();  // lead to the stage that there is
  static Stage& now();

  [[nodiscard]] ExplorePlatform& platform() { return platform_; }
  [[nodiscard]] const pr_glue& glue() const { return object_.glue(); }

  // Around every call into the object: what its last step did is looked at.
  // A fault of its code is a crash.
  template <class F>
  auto enter(F call) {
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

 private:
  friend struct Ops;
  struct Place {
    Piece* piece = nullptr;
    bool own_data = false;  // of the object: .data, .bss
    bool is_private = false;
    std::uint64_t number = 0;  // of its first byte, for footprints
    [[nodiscard]] bool wild() const { return piece == nullptr && !own_data && !is_private; }
  };
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
  void settle();
  void leave();  // back from the object
  Place place_of(const char* at);
  void touch(const Place& place, std::uint64_t size, int how);
  void check_alive(Piece& piece, sim::Site site);
  void check_page(Piece& piece, sim::Site site, const char* at, std::uint64_t size, bool writes);
  void use(Piece& piece);  // within a step: its lifetime
  static std::uint64_t region_of(const Piece& piece);
  [[noreturn]] void wild(const void* at, sim::Site site);
  [[noreturn]] void crash(const Fault& fault);
  [[noreturn]] void crash(const char* site, const char* what);
  Piece& known(const void* at, sim::Site site);
  [[nodiscard]] std::uint64_t shown(const char* at, std::uint64_t size);
  void count_step();
  Piece& allocate(std::uint64_t size, Holds holds);

  // ---- sites.cpp
  sim::Site site_of(const void* from, const char* verb, const Piece* piece, const char* at,
                    std::uint64_t size);
  std::string name_of(const Piece& piece, std::uint64_t offset, std::uint64_t size);
  sim::Site fault_site(const Fault& fault);
  sim::Site call_site(const void* from, const char* what) {
    return site_of(from, what, nullptr, nullptr, 0);
  }

  [[nodiscard]] Memory& memory() { return platform_.parts().memory; }
  [[nodiscard]] Checker& checker() { return platform_.parts().checker; }
  [[nodiscard]] std::uint32_t context() { return platform_.explore().self().id(); }
  void* bind(Page page);
  Page page_for(std::uint64_t addr);  // whose mapping a DMA call means

  Object& object_;
  ExplorePlatform& platform_;
  Device& device_;
  Arena& arena_;
  void* device_struct_ = nullptr;
  LastStep last_;
  Spin spin_;
  WriteCheck write_check_;
  std::vector<WriteCheck::Range> announced_;
  std::uint64_t steps_ = 0;
  std::vector<Page> dma_page_;  // by context: whose dma_addr it read last
  std::unordered_map<void*, std::unique_ptr<models::DelayedWork>> works_;
  std::unordered_map<void*, MachinePlatform::Region*> pools_;
  std::unordered_map<void*, std::function<void()>> disconnects_;
  std::vector<Piece::Inside> inside_;  // of the RCU callback that runs: whom it waited for
};

}  // namespace poolrace::models::linux_tree
