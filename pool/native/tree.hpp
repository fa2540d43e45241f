// SPDX-License-Identifier: MIT
// A kernel tree's pool (pool/linux/, compiled for real threads) on this world's pages, IOMMU,
// worker and threads: what its code asks of a host.  Mirrors what NativePlatform does for the C++
// variants (tree_pool.hpp is its pool); a struct page stands beside each frame, and memory is malloc's, so that sanitizers see
// it.  Left out: page orders; a late write to a page, which nobody checks here.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "pool/linux/glue_pool.hpp"
#include "pool/linux/native.h"
#include "pool/native/platform.hpp"
#include "pool/native/readers.hpp"

namespace poolrace::pool::native {

class TreeWorld {
 public:
  TreeWorld(const std::string& folder, NativePlatform& p);  // of a Built; TreeError
  ~TreeWorld();
  TreeWorld(const TreeWorld&) = delete;
  TreeWorld& operator=(const TreeWorld&) = delete;

  // Worlds of one object take turns: its code asks this one from now on.
  void take_turn() { object_->host->self = this; }
  void wait_for_readers() { Readers::of(*object_).wait_for_others(); }
  // Body, as code of the tree.
  template <class F>
  void in_tree(F body) {
    enter([&] { body(Readers::of(*object_).mine()); });
  }
  [[nodiscard]] const pr_glue& glue() const { return *object_->glue; }

 private:
  friend class TreePool;
  template <class, class>
  friend class linux_tree::GluePool;
  friend struct TreeHost;
  struct Callback {
    void* head;
    void (*func)(void*);
  };

  template <class F>
  auto enter(F call) {
    const InTree in_tree(*object_);
    return call();
  }
  template <class F>
  void look(F call) {
    call();
  }
  [[nodiscard]] void* struct_of(Page page) const;
  [[nodiscard]] Page page_of(const void* page);
  void later(Callback callback);
  void run_callbacks();
  void forget(const void* pool);  // with no thread about: works and callbacks

  pr_native* object_;
  NativePlatform& p_;
  Device* device_ = nullptr;
  std::vector<char> device_struct_, napi_struct_;
  struct alignas(64) CacheLine {
    char bytes[64];
  };
  std::vector<CacheLine> pages_;
  std::mutex mutex_;
  std::map<const void*, NativePlatform::Region*> pools_;  // under the mutex
  std::map<void*, std::unique_ptr<DelayedWork>> works_;   // under the mutex
  std::vector<Callback> callbacks_;                       // under the mutex
  std::unique_ptr<DelayedWork> callback_work_;
};

}  // namespace poolrace::pool::native
