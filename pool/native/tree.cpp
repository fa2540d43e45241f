// SPDX-License-Identifier: MIT
#include "pool/native/tree.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

#include "pool/linux/tree.hpp"

namespace poolrace::pool::native {

using linux_tree::TreeError;

// The table that the object's code calls: the first argument is the world whose turn it is.
struct TreeHost {
  static TreeWorld& at(void* self) { return *static_cast<TreeWorld*>(self); }

  static void* alloc(void*, unsigned long size) {
    constexpr unsigned long line = 64;
    const unsigned long whole = (size + line - 1) / line * line;
    void* at = std::aligned_alloc(line, whole);
    if (at != nullptr) std::memset(at, 0, whole);
    return at;
  }
  static void free(void* self, void* p) {
    TreeWorld& it = at(self);
    {
      const std::lock_guard guard(it.mutex_);
      if (const auto pool = it.pools_.find(p); pool != it.pools_.end()) {
        it.p_.kfree(*pool->second);
        it.pools_.erase(pool);
      }
    }
    std::free(p);
  }
  static void rcu_call(void* self, void* head, void (*func)(void*)) {
    at(self).later({head, func});
  }
  static void free_later(void* self, void* p) {
    if (p != nullptr) at(self).later({p, std::free});
  }
  // A reader that waited for itself would wait for ever.
  static void grace(void* self) {
    TreeWorld& it = at(self);
    Readers& readers = Readers::of(*it.object_);
    const auto& me = readers.mine().inside;
    if (me.preempt_count != 0 || (it.object_->preempt_rcu != 0 && me.rcu_nesting != 0))
      it.p_.reports.add(Kind::wrong_context);
    else
      readers.wait_for_others();
  }

  static unsigned int pages(void* self, unsigned int count, void** out) {
    TreeWorld& it = at(self);
    const std::vector<Page> got = it.p_.alloc_pages_bulk(count, 0);
    for (std::size_t i = 0; i < got.size(); ++i) out[i] = it.struct_of(got[i]);
    return static_cast<unsigned int>(got.size());
  }
  static void page_free(void* self, void* page) {
    TreeWorld& it = at(self);
    it.p_.pages.free(it.page_of(page));
  }
  static unsigned long long map(void* self, void* page) {
    TreeWorld& it = at(self);
    return it.p_.dma.map(*it.device_, it.page_of(page));
  }
  static void unmap(void* self, unsigned long long addr) {
    TreeWorld& it = at(self);
    it.p_.dma_unmap_page(*it.device_, addr, 0, it.p_.dma.page_at(addr));
  }
  static void sync(void* self, unsigned long long addr) {
    TreeWorld& it = at(self);
    it.p_.maybe_yield();
    it.p_.dma.sync_for_device(*it.device_, addr, it.p_.dma.page_at(addr));
  }
  static void device(void* self, int by) {
    TreeWorld& it = at(self);
    if (by > 0)
      it.p_.get_device(*it.device_);
    else
      it.p_.put_device(*it.device_);
  }

  static unsigned long now(void* self) { return static_cast<unsigned long>(at(self).p_.now_ms()); }
  static void work(void* self, void* work, void (*func)(void*), unsigned long delay) {
    TreeWorld& it = at(self);
    const std::lock_guard guard(it.mutex_);
    auto& known = it.works_[work];
    if (known == nullptr)
      known = std::make_unique<DelayedWork>(it.p_,
                                            [&it, work, func] { it.enter([&] { func(work); }); });
    it.p_.schedule_delayed_work(*known, static_cast<std::int64_t>(delay));
  }
  static void sleep(void* self, unsigned int ms) { at(self).p_.msleep("msleep", ms); }
  static void yield(void*) { std::this_thread::yield(); }
  static void warn(void* self, const char* sentence) { at(self).p_.warn(sentence); }
};

namespace {

pr_native* load(const std::string& folder) {
  const std::string file = folder + "/pool.so";
  void* handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);  // for good
  if (handle == nullptr) throw TreeError(file + ": cannot be loaded: " + ::dlerror());
  const auto of = reinterpret_cast<pr_native* (*)()>(::dlsym(handle, "poolrace_native"));
  if (of == nullptr)
    throw TreeError(
        file + ": is no pool for real threads (poolrace linux clean forgets what was compiled)");
  return of();
}

}  // namespace

TreeWorld::TreeWorld(const std::string& folder, NativePlatform& p)
    : object_(load(folder)),
      p_(p),
      device_struct_(object_->glue->device_size),
      napi_struct_(object_->glue->napi_size),
      pages_(p.pages.size() * object_->page_size / sizeof(CacheLine)) {
  const int nobody = -1;
  std::memcpy(napi_struct_.data() + glue().napi_list_owner, &nobody, sizeof nobody);
  *object_->host = {this,
                    TreeHost::alloc,
                    TreeHost::free,
                    TreeHost::rcu_call,
                    TreeHost::free_later,
                    TreeHost::grace,
                    TreeHost::pages,
                    TreeHost::page_free,
                    TreeHost::map,
                    TreeHost::unmap,
                    TreeHost::sync,
                    TreeHost::device,
                    TreeHost::now,
                    TreeHost::work,
                    TreeHost::sleep,
                    TreeHost::yield,
                    TreeHost::warn};
}

TreeWorld::~TreeWorld() {
  p_.worker.cancel_all();
  run_callbacks();
}

void* TreeWorld::struct_of(Page page) const {
  return const_cast<char*>(pages_.data()->bytes) + p_.pages.number(page) * object_->page_size;
}

Page TreeWorld::page_of(const void* page) {
  if (page == nullptr) return {};
  const auto bytes = static_cast<const char*>(page) - pages_.data()->bytes;
  return p_.pages.at(
      static_cast<std::uint32_t>(static_cast<std::size_t>(bytes) / object_->page_size));
}

// ---- after a grace period -----------------------------------------------------------------------

void TreeWorld::later(Callback callback) {
  const std::lock_guard guard(mutex_);
  callbacks_.push_back(callback);
  if (callback_work_ == nullptr)
    callback_work_ = std::make_unique<DelayedWork>(p_, [this] { run_callbacks(); });
  if (callbacks_.size() == 1) p_.schedule_delayed_work(*callback_work_, 1);
}

void TreeWorld::run_callbacks() {
  std::vector<Callback> now;
  {
    const std::lock_guard guard(mutex_);
    now.swap(callbacks_);
  }
  if (now.empty()) return;
  Readers::of(*object_).wait_for_others();
  for (const Callback& one : now) enter([&] { one.func(one.head); });
}

void TreeWorld::forget(const void* pool) {
  p_.worker.cancel_all();
  run_callbacks();
  const std::lock_guard guard(mutex_);
  pools_.erase(pool);
  works_.clear();
  callback_work_.reset();
}

}  // namespace poolrace::pool::native
