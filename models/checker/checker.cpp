// SPDX-License-Identifier: MIT
#include "models/checker/checker.hpp"

namespace poolrace::models {

namespace {
template <class T>
T& at_grown(std::vector<T>& v, std::size_t i) {
  if (i >= v.size()) v.resize(i + 1);
  return v[i];
}
}  // namespace

void Checker::page_allocated(FrameId frame, std::uint32_t pool) {
  at_grown(pool_of_, frame) = pool;
  ++at_grown(out_, pool);
}

void Checker::page_freed(FrameId frame, const char* site) {
  std::uint32_t& pool = at_grown(pool_of_, frame);
  last_page_freed_ = hooks_.here().at;
  if (pool != 0) --out_[pool];
  pool = 0;
  const Mapping* mapping = last_of(frame);
  if (mapping != nullptr && mapping->ended_at == ps_never)
    report(Kind::free_while_mapped, Harm::none, site, "still mapped", frame);
}

std::uint64_t Checker::pages_out(std::uint32_t pool) const {
  return pool < out_.size() ? out_[pool] : 0;
}

void Checker::mapped(Iova addr, FrameId frame, std::uint32_t life) {
  mappings_.push_back({addr, frame, life, ps_never, ""});
  live_[addr] = mappings_.size() - 1;
  at_grown(last_by_frame_, frame) = mappings_.size();
}

void Checker::unmapped(Iova addr, const char* by) {
  const auto found = live_.find(addr);
  if (found == live_.end()) return;
  Mapping& mapping = mappings_[found->second];
  mapping.ended_at = hooks_.here().at;
  mapping.ended_by = by;
  live_.erase(found);
}

const Checker::Mapping* Checker::live_at(Iova addr) const {
  const auto found = live_.find(addr);
  return found == live_.end() ? nullptr : &mappings_[found->second];
}

const Checker::Mapping* Checker::last_of(FrameId frame) const {
  if (frame >= last_by_frame_.size() || last_by_frame_[frame] == 0) return nullptr;
  return &mappings_[last_by_frame_[frame] - 1];
}

// Did the put that tripped begin before the page's mapping ended?  That is the race proper; a put
// that began afterwards is a late put, which no window could have saved.
void Checker::note_put(Violation& violation, KindCount& count) const {
  const Here here = hooks_.here();
  const Mapping* mapping = last_of(violation.frame);
  if (here.put_began == ps_never || mapping == nullptr || mapping->ended_at == ps_never) return;
  violation.has_put = true;
  violation.put_began_before_unmap = here.put_began < mapping->ended_at;
  ++(violation.put_began_before_unmap ? count.put_before_unmap : count.put_after_unmap);
}

void Checker::report(Kind kind, Harm harm, const char* site, const std::string& ended_by,
                     FrameId frame) {
  const auto index = static_cast<std::size_t>(kind);
  if (deaf_[index]) return;
  KindCount& count = counts_[index];
  const Here here = hooks_.here();
  Violation violation{kind,  harm,  here.at, here.context,   site,    ended_by,
                      false, false, frame,   here.put_began, here.cpu};
  note_put(violation, count);
  const bool first = count.misuse++ == 0;
  const bool first_harm = harm != Harm::none && count.harm++ == 0;
  if (first || first_harm) firsts_.push_back(violation);
  harmed_[static_cast<std::size_t>(harm)] = true;
  if (harm == Harm::crash || (any_harm_ends_ && harm != Harm::none)) hooks_.crashed();
}

}  // namespace poolrace::models
