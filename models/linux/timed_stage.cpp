// SPDX-License-Identifier: MIT
#include "models/linux/timed_stage.hpp"

#include <algorithm>
#include <cstdlib>
#include <regex>

namespace poolrace::models::linux_tree {

namespace {

constexpr std::size_t kept_back = 4096;  // pieces, before one is used again

Access access_of(int how) {
  return how == PR_READ ? Access::read : how == PR_WRITE ? Access::write : Access::rmw;
}

}  // namespace

TimedStage::TimedStage(Object& object, SimPlatform& platform, Device& device,
                       const pool::Limits& limits)
    : StageOn(object, platform, device, limits, kept_back) {}

// ---- steps --------------------------------------------------------------------------------------

std::vector<const Line*>& TimedStage::paid() {
  if (context() >= paid_.size()) paid_.resize(context() + 1);
  return paid_[context()];
}

void TimedStage::entered() {
  paid().clear();
}

Line& TimedStage::line_at(const Place& place, const char* at) {
  Piece* piece = place.piece;
  if (piece == nullptr) {
    auto& line = own_lines_[place.number / line_bytes];
    if (line == nullptr) line = std::make_unique<Line>(memory());
    return *line;
  }
  if (piece->holds == Holds::page) return piece->page.frame().line;  // the machine's own, too
  const std::uint64_t nth = static_cast<std::uint64_t>(at - piece->begin) / line_bytes;
  if (piece->region == nullptr) {
    const auto kind = piece->holds == Holds::node ? Region::tracker : Region::pool;
    piece->region = std::make_unique<Region>(memory(), kind);
    piece->lines.reserve((piece->size + line_bytes - 1) / line_bytes);
    while (piece->lines.size() < piece->lines.capacity())
      piece->lines.emplace_back(memory(), *piece->region);
  }
  return piece->lines[nth];
}

Ps TimedStage::cost_of(Line& line, int how) {
  const Ps cost = memory().cost(line, access_of(how));
  std::vector<const Line*>& lines = paid();
  if (std::find(lines.begin(), lines.end(), &line) == lines.end()) {
    lines.push_back(&line);
    return cost;
  }
  const Ps again = memory().costs().local + (how == PR_RMW ? memory().costs().atomic : 0);
  return cost == again ? cost - memory().costs().local : cost;
}

// The lines of a range are fetched one after the other.
void TimedStage::begin_step(sim::Site site, const Place& place, const char* at, std::uint64_t size,
                            int how) {
  Ps cost = 0;
  if (!place.wild())
    for (std::uint64_t done = 0; done < size;) {
      cost += cost_of(line_at(place, at + done), how);
      done += line_bytes - reinterpret_cast<std::uintptr_t>(at + done) % line_bytes;
    }
  Ready word;  // which word of the line it is, nobody says: no chain goes through it
  if (cost > 0) cost = memory().issued(cost, access_of(how), word);
  memory().step_begin(site, cost);
}

void TimedStage::relax(const void* from) {
  memory().step(call_site(from, "cpu_relax"), memory().costs().local, 0);
  entered();  // it looks again
}

// The sentence that people report is counted with its numbers: pages in flight, seconds.
void TimedStage::warn(const char* sentence) {
  static const std::regex stalled(R"(stalled pool shutdown.*?(\d+) inflight (\d+) sec)",
                                  std::regex::icase);
  std::cmatch found;
  if (!std::regex_search(sentence, found, stalled)) return platform_.warn(sentence);
  platform_.stalled_pool_shutdown(std::atoi(found[1].str().c_str()),
                                  std::atoll(found[2].str().c_str()));
}

// ---- locks --------------------------------------------------------------------------------------

models::SpinLock& TimedStage::lock_at(void* lock, sim::Site site) {
  const Place place = place_of(static_cast<const char*>(lock));
  if (place.wild() || place.is_private) wild(lock, site);
  auto& it = locks_[lock];
  if (it == nullptr)
    it = std::make_unique<models::SpinLock>(memory(),
                                            line_at(place, static_cast<const char*>(lock)));
  return *it;
}

void TimedStage::lock(void* lock, bool bh, const void* from) {
  const sim::Site site = lock_site(from, "lock", lock);
  if (bh) parts().cpus.local_bh_disable();
  lock_at(lock, site).lock(site);
}

void TimedStage::unlock(void* lock, bool bh, const void* from) {
  const sim::Site site = lock_site(from, "unlock", lock);
  lock_at(lock, site).unlock(site);
  if (bh) parts().cpus.local_bh_enable();
}

void TimedStage::bh(bool disable) {
  if (disable)
    parts().cpus.local_bh_disable();
  else
    parts().cpus.local_bh_enable();
}

// ---- RCU ----------------------------------------------------------------------------------------

void TimedStage::rcu_read(bool lock, const void*) {
  if (lock)
    platform_.rcu_read_lock();
  else
    platform_.rcu_read_unlock();
}

void TimedStage::give_up(Piece& piece) {
  platform_.call_rcu([this, &piece] { free(piece, piece.freed_by); });
}

}  // namespace poolrace::models::linux_tree
