// SPDX-License-Identifier: MIT
// The table of calls that a tree's code makes: each names its line and is a step, or several, of
// the machine.
#include "models/linux/stage.hpp"
#include "models/linux/watchdog.hpp"
#include "sim/errors.hpp"

#define FROM __builtin_return_address(0)

namespace poolrace::models::linux_tree {

using sim::Touch;
using Thing = models::Object;

struct Ops {
  static Stage& stage() {
    Stage& it = Stage::now();
    Watchdog::in_private = 0;
    it.settle();
    return it;
  }
  static Stage& named(const void* from, const char* what) {
    Stage& it = stage();
    it.memory().step(it.call_site(from, what), 0, 0);  // the line that calls; commutes with all
    return it;
  }
  static const char* at(const void* p) { return static_cast<const char*>(p); }

  static void access(const volatile void* p, unsigned long size, int how, const void* from) {
    Stage::now().access(at(const_cast<const void*>(p)), size, how, from);
  }
  static void mark(int ordering) { Stage::now().marked_ = ordering; }
  static void fence(int fence) {
    Stage& it = Stage::now();
    it.settle();  // what came before it is done
    it.fence(static_cast<sim::Fence>(fence));
  }
  static void quiet(int by) {
    Stage& it = Stage::now();
    it.settle();
    it.quiet(by);
  }

  // ---- locks, RCU -------------------------------------------------------------------------------
  static void lock(void* lock, int bh) { stage().lock(lock, bh != 0, FROM); }
  static void unlock(void* lock, int bh) { stage().unlock(lock, bh != 0, FROM); }
  static void bh(int disable) { stage().bh(disable != 0); }
  static void rcu_read(int lock) { stage().rcu_read(lock != 0, FROM); }
  static void grace(int net) {
    Stage& it = stage();
    it.synchronize(it.call_site(FROM, net != 0 ? "synchronize_net" : "synchronize_rcu"), net != 0);
  }
  static void rcu_call(void* head, void (*func)(void*)) {
    Stage& it = stage();
    const sim::Site site = it.call_site(FROM, "call_rcu");
    if (func != it.glue().node_rcu_free)
      throw ConfigError(
          std::string(site.text()) +
          ": a callback of its own is not modelled, only kfree_rcu() and the xarray's");
    func(head);
  }
  static void free_later(const void* p) {
    if (p == nullptr) return;
    Stage& it = stage();
    const sim::Site site = it.call_site(FROM, "freed after a grace period");
    it.count_step();
    it.memory().step_begin(site, 0);
    Piece& piece = it.known(p, site);
    it.check_alive(piece, site);
    piece.given_up = true;
    piece.freed_by = site.text();
    it.note_readers(piece);
    it.memory().touch(Thing::region, Stage::region_of(piece), Touch::write);
    it.memory().end(site, 0);
    it.give_up(piece);
  }

  // ---- memory -----------------------------------------------------------------------------------
  static void* alloc(unsigned long size, int what) {
    static constexpr Holds holds[] = {Holds::other, Holds::array, Holds::per_cpu, Holds::node};
    Stage& it = stage();
    return it.allocate(size, holds[what]).begin;
  }
  static void free(const void* p) {
    if (p == nullptr) return;
    Stage& it = stage();
    const sim::Site site = it.site_of(FROM, "free", it.arena_.find(at(p)), at(p), 0);
    it.count_step();
    it.memory().step_begin(site, 0);
    Piece& piece = it.known(p, site);
    it.check_alive(piece, site);
    it.memory().touch(Thing::region, Stage::region_of(piece), Touch::write);
    it.free(piece, site.text());
    const auto pool = it.pools_.find(piece.begin);
    if (pool != it.pools_.end()) it.platform_.kfree(*pool->second);
    it.memory().end(site, 0);
  }

  // ---- pages ------------------------------------------------------------------------------------
  static Page& page(Stage& it, const void* p, const void* from, const char* what) {
    const sim::Site site = it.call_site(from, what);
    Piece& piece = it.known(p, site);
    if (piece.holds != Holds::page) it.wild(p, site);
    return piece.page;
  }
  static void* page_alloc(int nid, unsigned int order) {
    Stage& it = stage();
    return it.bind(it.platform_.alloc_pages(order, nid));
  }
  static unsigned int page_bulk(int nid, unsigned int count, void** pages) {
    Stage& it = stage();
    const std::vector<Page> got = it.platform_.alloc_pages_bulk(count, nid);
    for (std::size_t i = 0; i < got.size(); ++i) {
      void* bound = it.bind(got[i]);
      it.access(reinterpret_cast<const char*>(pages + i), sizeof(void*), PR_WRITE, FROM);
      pages[i] = bound;
    }
    return static_cast<unsigned int>(got.size());
  }
  static void page_put(void* p) {
    Stage& it = named(FROM, "put_page");
    it.platform_.put_page_ref(page(it, p, FROM, "put_page"));
  }
  static int page_refs(void* p) {
    Stage& it = stage();
    return static_cast<int>(page(it, p, FROM, "read page._refcount")
                                .page_refcount()
                                .read(it.call_site(FROM, "read page._refcount"), Ordering::once));
  }
  static void page_ref(void* p, int by) {
    Stage& it = stage();
    page(it, p, FROM, "update page._refcount")
        .page_refcount()
        .add_return(it.call_site(FROM, "update page._refcount"), by, Ordering::full);
  }
  static int page_nid(void* p) {
    Stage& it = stage();
    return page(it, p, FROM, "page_to_nid").nid();
  }
  static int page_reserve(void* p) {
    Stage& it = stage();
    return page(it, p, FROM, "page_is_pfmemalloc").pfmemalloc() ? 1 : 0;
  }
  static unsigned long page_pfn(void* p) {
    Stage& it = stage();
    return page(it, p, FROM, "page_to_pfn").frame().pfn;
  }

  // ---- DMA and the device -----------------------------------------------------------------------
  static unsigned long long map(void*, void* p, unsigned int order) {
    Stage& it = named(FROM, "dma_map_page");
    return it.platform_.dma_map_page(it.device_, page(it, p, FROM, "dma_map_page"), order);
  }
  static void unmap(void*, unsigned long long addr, unsigned int order) {
    Stage& it = named(FROM, "dma_unmap_page");
    it.platform_.dma_unmap_page(it.device_, addr, order, it.page_for(addr));
  }
  static void sync(void*, unsigned long long addr, unsigned long offset, unsigned long size) {
    Stage& it = named(FROM, "dma_sync_for_device");
    const unsigned long long base = addr & ~(static_cast<unsigned long long>(page_bytes) - 1);
    it.platform_.dma_sync_for_device(it.device_, base,
                                     static_cast<std::uint32_t>(offset + (addr - base)),
                                     static_cast<std::uint32_t>(size), it.page_for(base));
  }
  static int need_sync(void*) {
    Stage& it = stage();
    return it.platform_.dma_dev_need_sync(it.device_) ? 1 : 0;
  }
  static void device(void*, int by) {
    Stage& it = stage();
    if (by > 0)
      it.platform_.get_device(it.device_);
    else
      it.platform_.put_device(it.device_);
  }
  static void napi_idle(void* p) {
    Stage& it = stage();
    Piece& piece = it.known(p, it.call_site(FROM, "napi_assert_will_not_race"));
    if (piece.napi == nullptr) return;
    Napi& napi = *piece.napi;
    if (!napi.sched.read(it.call_site(FROM, "read napi state"), Ordering::once) ||
        napi.list_owner.read(it.call_site(FROM, "read napi.list_owner"), Ordering::once) != -1)
      it.platform_.warn("NAPI may still run while its page_pool is destroyed");
  }

  // ---- where and when ---------------------------------------------------------------------------
  static int softirq() { return stage().platform_.in_softirq() ? 1 : 0; }
  static int cpu() { return stage().platform_.smp_processor_id(); }
  static void not_hardirq() { stage().platform_.assert_not_hardirq("page_pool_put_page"); }
  static unsigned long now() { return static_cast<unsigned long>(stage().now_ms()); }
  static void work(void* p, void (*func)(void*), unsigned long delay) {
    Stage& it = stage();
    auto& work = it.works_[p];
    if (work == nullptr)
      work = std::make_unique<models::DelayedWork>(
          it.platform_, [p, func] { Stage::now().enter([p, func] { func(p); }); });
    it.schedule(*work, static_cast<std::int64_t>(delay));
  }
  static void sleep(unsigned int ms) {
    Stage& it = stage();
    it.sleep(it.call_site(FROM, "msleep"), ms);
  }
  static void relax() { stage().relax(FROM); }
  static void warn(const char* sentence) { stage().warn(sentence); }
};

const pr_ops& Stage::ops() {
  static const pr_ops table = {
      .access = Ops::access,
      .mark = Ops::mark,
      .fence = Ops::fence,
      .quiet = Ops::quiet,
      .lock = Ops::lock,
      .unlock = Ops::unlock,
      .bh = Ops::bh,
      .rcu_read = Ops::rcu_read,
      .grace = Ops::grace,
      .rcu_call = Ops::rcu_call,
      .free_later = Ops::free_later,
      .alloc = Ops::alloc,
      .free = Ops::free,
      .page_alloc = Ops::page_alloc,
      .page_bulk = Ops::page_bulk,
      .page_put = Ops::page_put,
      .page_refs = Ops::page_refs,
      .page_ref = Ops::page_ref,
      .page_nid = Ops::page_nid,
      .page_reserve = Ops::page_reserve,
      .page_pfn = Ops::page_pfn,
      .map = Ops::map,
      .unmap = Ops::unmap,
      .sync = Ops::sync,
      .need_sync = Ops::need_sync,
      .device = Ops::device,
      .napi_idle = Ops::napi_idle,
      .softirq = Ops::softirq,
      .cpu = Ops::cpu,
      .not_hardirq = Ops::not_hardirq,
      .now = Ops::now,
      .work = Ops::work,
      .sleep = Ops::sleep,
      .relax = Ops::relax,
      .warn = Ops::warn,
  };
  return table;
}

}  // namespace poolrace::models::linux_tree
