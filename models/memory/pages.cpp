// SPDX-License-Identifier: MIT
#include "models/memory/pages.hpp"

#include <algorithm>
#include <set>

#include "models/cpu/show.hpp"
#include "models/drawn.hpp"
#include "sim/chance/distributions.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {

namespace {

bool by_number(const Frame* frame, Pfn pfn) {
  return frame->pfn < pfn;
}

}  // namespace

Pages::Pages(Memory& memory, Checker& checker, const PagesParams& params,
             const sim::Streams& streams)
    : memory_(memory),
      checker_(checker),
      params_(params),
      reuse_(streams.stream(drawn::page_reuse)),
      place_(streams.stream(drawn::page_frames)),
      ram_pages_(params.ram_bytes >> page_shift),
      per_cpu_(memory.cpus().size()) {
  check(params.frames > 0 && params.frames <= ram_pages_, "frames fit into the RAM");
  const std::uint64_t stride = ram_pages_ / params.frames;
  first_pfn_ = params.ram_at_zero ? 0 : (1U << 30) >> page_shift;
  frames_.reserve(params.frames);
  for (FrameId id = 0; id < params.frames; ++id) {
    const auto pfn = static_cast<Pfn>(first_pfn_ + id * stride + place_.below(stride));
    frames_.push_back(std::make_unique<Frame>(memory, id, std::max<Pfn>(pfn, 1)));
    by_pfn_.push_back(frames_.back().get());
    free_.push_back(id);
  }
  for (std::size_t i = free_.size(); i > 1; --i) std::swap(free_[i - 1], free_[place_.below(i)]);
}

// As many again, anywhere in the RAM; a quarter of that is never ours.
bool Pages::grow() {
  const std::size_t old = frames_.size(), room = ram_pages_ / 4 * 3;
  const std::size_t wanted = std::min(2 * old, room);
  if (wanted <= old) return false;
  std::set<Pfn> drawn;
  while (frames_.size() < wanted) {
    const auto pfn = static_cast<Pfn>(first_pfn_ + 1 + place_.below(ram_pages_ - 1));
    const auto known = by_pfn_.begin() + static_cast<std::ptrdiff_t>(old);
    const auto found = std::lower_bound(by_pfn_.begin(), known, pfn, by_number);
    if ((found != known && (*found)->pfn == pfn) || !drawn.insert(pfn).second) continue;
    const auto id = static_cast<FrameId>(frames_.size());
    frames_.push_back(std::make_unique<Frame>(memory_, id, pfn));
    by_pfn_.push_back(frames_.back().get());
    free_.push_back(id);
  }
  std::sort(by_pfn_.begin(), by_pfn_.end(),
            [](const Frame* a, const Frame* b) { return a->pfn < b->pfn; });
  return true;
}

Page Pages::take(std::uint32_t order, int nid, std::uint32_t pool) {
  auto& mine = per_cpu_[list_cpu()];
  if (mine.empty() && free_.empty() && !grow()) return {};
  auto& list = mine.size() <= pick_ && !free_.empty() ? free_ : mine;
  pick_ = &list == &mine ? std::min<std::uint32_t>(pick_, mine.size() - 1) : pick_;
  const auto taken = list.end() - 1 - (&list == &mine ? pick_ : 0);
  Frame& frame = *frames_[*taken];
  list.erase(taken);
  pick_ = 0;
  frame.allocated = true;
  memory_.touch(Object::frame, frame.id, sim::Touch::write);
  if (WeakWords* weak = memory_.weak()) weak->order().takes(object(Object::frame, frame.id));
  ++frame.life;
  frame.order = order;
  frame.nid = nid_ >= 0 ? nid_ : nid;
  frame.reowned_at = ps_never;
  frame.pp_magic.poke(0);
  frame.pp.poke(nullptr);
  frame.dma_addr.poke(0);
  frame.pp_ref_count.poke(0);
  frame.refcount.poke(1);
  checker_.page_allocated(frame.id, pool);
  show_in_flight(memory_.cpus(), 1);
  return Page(*this, frame);
}

CpuId Pages::list_cpu() const {
  return params_.one_list || !memory_.cpus().on_cpu() ? 0 : memory_.cpus().self().cpu->id();
}

// What an allocation finds depends on this CPU's list, and on the one behind it.
void Pages::touch_lists() {
  memory_.touch(Object::page_list, list_cpu(), sim::Touch::write);
  memory_.touch(Object::shared_lists, 0, sim::Touch::write);
}

Page Pages::alloc_at_start(std::uint32_t pool) {
  return take(0, 0, pool);
}

Page Pages::alloc(std::uint32_t order, int nid) {
  memory_.step_begin("page allocator: alloc", params_.alloc);
  touch_lists();
  Page page = failing_ ? Page{} : take(order, nid, memory_.cpus().self().pool);
  memory_.end("page allocator: alloc", page.trace_value());
  return page;
}

std::vector<Page> Pages::alloc_bulk(std::uint32_t count, int nid) {
  memory_.step_begin("page allocator: alloc in bulk",
                     params_.alloc + params_.alloc_bulk_each * count);
  touch_lists();
  std::vector<Page> pages;
  if (!failing_)
    for (std::uint32_t i = 0; i < count; ++i)
      if (Page page = take(0, nid, memory_.cpus().self().pool)) pages.push_back(page);
  memory_.end("page allocator: alloc in bulk", pages.size());
  return pages;
}

void Pages::put_ref(Page page) {
  if (page.page_refcount().add_return("put_page: drop _refcount", -1, Ordering::full) != 0) return;
  memory_.step_begin("page allocator: free", params_.free);
  Frame& frame = page.frame();
  memory_.touch(Object::page_list, list_cpu(), sim::Touch::write);
  memory_.touch(Object::frame, frame.id, sim::Touch::write);
  memory_.touch(Object::frame_map, frame.id, sim::Touch::read);
  if (page.stale()) {
    checker_.report(Kind::page_use_after_free, Harm::corruption, "page allocator: free",
                    "freed before", frame.id);
  } else {
    frame.allocated = false;
    if (WeakWords* weak = memory_.weak()) weak->order().gives(object(Object::frame, frame.id));
    frame.reowned_at = memory_.cpus().world().now() + sim::exponential(reuse_, params_.reuse_mean);
    checker_.page_freed(frame.id, "page allocator: free");
    show_page(memory_.cpus(), frame.id, PageStage::returned, "freed");
    show_in_flight(memory_.cpus(), -1);
    per_cpu_[list_cpu()].push_back(frame.id);
  }
  memory_.end("page allocator: free", frame.id);
}

void Pages::stale_write(const Frame& frame, sim::Site site) {
  checker_.report(Kind::page_use_after_free, Harm::corruption, site.text(), "page allocator: free",
                  frame.id);
}

bool Pages::reowned(const Frame& frame) const {
  return !frame.allocated && memory_.cpus().world().now() >= frame.reowned_at;
}

Frame* Pages::frame_at(Pfn pfn) {
  const auto found = std::lower_bound(by_pfn_.begin(), by_pfn_.end(), pfn, by_number);
  return found != by_pfn_.end() && (*found)->pfn == pfn ? *found : nullptr;
}

// Foreign frames are one stretch of private time: nobody could tell the looks apart.
void Pages::for_each_populated(const std::function<bool(Page)>& visit) {
  Pfn passed = first_pfn_;
  Ps stretch = 0;
  for (std::size_t i = 0; i < by_pfn_.size(); ++i) {
    const std::size_t known = by_pfn_.size();
    Frame* frame = by_pfn_[i];
    stretch += static_cast<Ps>(frame->pfn - passed) * params_.scan_per_page;
    passed = frame->pfn;
    memory_.touch(Object::frame, frame->id, sim::Touch::read);
    if (!frame->allocated) continue;  // free, or another owner's: as foreign as the rest
    memory_.cpus().compute(stretch);
    stretch = 0;
    if (!visit(Page(*this, *frame))) return;
    if (by_pfn_.size() != known)  // more came meanwhile: behind this one again
      i = static_cast<std::size_t>(
          std::lower_bound(by_pfn_.begin(), by_pfn_.end(), passed, by_number) - by_pfn_.begin());
  }
  memory_.cpus().compute(stretch);
}

}  // namespace poolrace::models
