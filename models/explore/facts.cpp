// SPDX-License-Identifier: MIT
// The machine's state in words, for people: replay, the state graph, the lesson page.  Nothing here
// decides anything.
#include <algorithm>
#include <bit>
#include <cstdio>

#include "models/explore/machine.hpp"

namespace poolrace::models {

namespace {

std::string hex(std::uint64_t value) {
  char text[20];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::string lines_in_words(const FrameLines& lines) {
  if (lines.dirty != 0) {
    const int n = std::popcount(lines.dirty);
    const bool over = (lines.dirty & lines.stale) != 0;
    return std::to_string(n) + (n == 1 ? " line dirty" : " lines dirty") +
           (over ? ", older than what the device wrote" : ", not in memory yet");
  }
  if (lines.stale != 0) return "older than memory: the device wrote";
  return lines.valid != 0 ? "clean" : "not cached";
}

}  // namespace

std::string ExploreMachine::name_of(Page page) const {
  if (!page) return "none";
  for (std::size_t i = 0; i < in_flight_.size(); ++i)
    if (in_flight_[i] == page) return std::string("page ") + static_cast<char>('A' + i);
  if (fragmented_ == page) return "the fragmented page";
  if (taken_back_ == page) return "the NIC's page";
  return "frame " + std::to_string(page.frame().id);
}

std::string ExploreMachine::list_of(const std::vector<Page>& pages) const {
  std::string out;
  for (Page page : pages) out += (out.empty() ? "" : ", ") + name_of(page);
  return out.empty() ? "empty" : out;
}

std::string ExploreMachine::whereabouts(Page page) const {
  if (page.stale()) return page.frame().allocated ? "somebody else" : "page allocator";
  const auto in = [&page](const std::vector<Page>& pages) {
    return std::find(pages.begin(), pages.end(), page) != pages.end();
  };
  if (in(pool_->peek_ring())) return "the pool's ring";
  if (in(pool_->peek_cache())) return "the pool's alloc cache";
  for (const Posted& buffer : posted_)
    if (buffer.page == page) return "posted to the NIC";
  return "the stack, or on its way";
}

void ExploreMachine::page_facts(std::vector<Fact>& out, const std::string& group, Page page) {
  const Frame& frame = page.frame();
  const Checker::Mapping* mapping = checker_.last_of(frame.id);
  const bool live = mapping != nullptr && mapping->ended_at == ps_never;
  const std::string ended = mapping == nullptr ? "never mapped"
                            : live             ? "live at " + hex(mapping->addr)
                                               : std::string("ended by ") + mapping->ended_by;
  out.push_back({group, "owner", whereabouts(page)});
  out.push_back({group, "_refcount", std::to_string(frame.refcount.peek())});
  out.push_back({group, "pp_ref_count", std::to_string(frame.pp_ref_count.peek())});
  out.push_back({group, "pp", frame.pp.peek() != nullptr ? "the pool" : "NULL"});
  out.push_back({group, "dma_addr", hex(frame.dma_addr.peek())});
  out.push_back({group, "mapping", ended});
  const bool cached = mapping != nullptr && iommu_.mode() != IommuMode::none &&
                      iommu_.iotlb().contains(mapping->addr);
  out.push_back({group, "IOTLB", cached ? (live ? "entry" : "stale entry") : "no entry"});
  out.push_back({group, "cache", cache_.coherent() ? "coherent" : lines_in_words(frame.lines)});
}

void ExploreMachine::pool_facts(std::vector<Fact>& out) {
  out.push_back({"pool", "life", platform_.pool_freed() ? "freed" : "alive"});
  for (const auto& [name, value] : pool_->peek_words()) out.push_back({"pool", name, value});
  out.push_back({"pool", "in flight", std::to_string(pool_->peek_inflight())});
  out.push_back({"pool", "alloc cache", list_of(pool_->peek_cache())});
  out.push_back({"pool", "ring", list_of(pool_->peek_ring())});
}

std::vector<Fact> ExploreMachine::facts() {
  std::vector<Fact> out;
  pool_facts(out);
  for (Page page : in_flight_) page_facts(out, name_of(page), page);
  for (Page page : {fragmented_, taken_back_})
    if (page) page_facts(out, name_of(page), page);
  const char* phase = !device_.region.alive() ? "freed"
                      : !device_.group_valid  ? "removed"
                      : !device_.bound        ? "unbound"
                                              : "bound";
  out.push_back({"device", "phase", phase});
  out.push_back({"device", "references", std::to_string(device_.refcount.peek())});
  if (task_.program->has(Part::nic) || task_.program->has(Part::napi)) {
    std::vector<Page> posted;
    for (const Posted& buffer : posted_) posted.push_back(buffer.page);
    out.push_back({"device", "posted", list_of(posted)});
  }
  std::string readers, locks;
  for (const auto& c : world_.contexts())
    if (platform_.reading(c->id())) readers += (readers.empty() ? "" : ", ") + c->name();
  std::vector<std::string> held;  // sorted: who took his first says nothing of the state
  for (const auto& [name, object] : platform_.locks())
    if (const std::uint32_t* by = world_.holder_of(object))
      held.push_back(name + " (" + world_.contexts()[*by]->name() + ")");
  std::sort(held.begin(), held.end());
  for (const std::string& lock : held) locks += (locks.empty() ? "" : ", ") + lock;
  out.push_back({"RCU", "readers", readers.empty() ? "none" : readers});
  out.push_back({"locks", "held", locks.empty() ? "none" : locks});
  return out;
}

std::string ExploreMachine::name_of_object(std::uint64_t object) const {
  for (const auto& [name, lock] : platform_.locks())
    if (lock == object) return name;
  const std::uint64_t number = object & 0x00ff'ffff'ffff'ffffULL;
  const auto frame = [this, number](const char* what) {
    for (Page page : in_flight_)
      if (page.frame().id == number) return name_of(page) + what;
    return "frame " + std::to_string(number) + what;
  };
  switch (static_cast<Object>(object >> 56)) {
    case Object::frame:
      return frame("'s life");
    case Object::frame_map:
      return frame("'s mapping");
    case Object::lines:
      return frame("'s cache lines");
    case Object::address:
      return "DMA address " + hex(number << 12);
    case Object::iotlb:
      return "the IOTLB";
    case Object::device:
      return "the device's phase";
    case Object::cpu:
      return "CPU " + std::to_string(number);
    case Object::reader:
    case Object::left:
      return "RCU";
    case Object::page_list:
    case Object::iova_list:
    case Object::shared_lists:
      return "the free lists";
    case Object::bounce_slots:
      return "the bounce slots";
    case Object::work:
      return "the delayed work";
    default:
      return "";
  }
}

// What a step touches beside the word that its site names.
std::string ExploreMachine::describe(const sim::Footprint& touched) {
  std::string out;
  for (const sim::Touched& t : touched) {
    const std::string name = name_of_object(t.object);
    if (name.empty() || out.find(name) != std::string::npos) continue;
    out += (out.empty() ? "" : ", ") + name;
  }
  return out;
}

Standing ExploreMachine::standing(const sim::Context& c) {
  if (c.finished()) return {Standing::Status::done, ""};
  const sim::Explore::Obstacle it = world_.obstacle(c);
  if (it.object == 0 && it.why == nullptr) return {};
  std::string why = it.why == nullptr ? "" : it.why;
  if (it.object != 0) {
    const std::uint32_t* by = world_.holder_of(it.object);
    why = name_of_object(it.object) + ", which " +
          (by == nullptr ? "nobody" : world_.contexts()[*by]->name()) + " has";
  } else if (const std::string awaited = platform_.awaited_by(c.id()); !awaited.empty()) {
    why = "the grace period: " + awaited + " still inside";
  }
  return {Standing::Status::blocked, why};
}

}  // namespace poolrace::models
