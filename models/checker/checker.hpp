// SPDX-License-Identifier: MIT
// The checker: keeps its own books of page owners, live mappings and what ended them, fed by the
// machine at the moment of each effect, and never asks the pool.  It separates misuse (a rule
// broke) from harm (something came of it).  A crash ends the run: the machine is dead.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/checker/violation.hpp"
#include "models/ids.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

class Checker {
 public:
  // Where the present step stands; the machine answers.
  struct Here {
    Ps at;
    std::string context;
    Ps put_began;  // ps_never outside a put
    CpuId cpu = no_cpu;
  };
  struct Mapping {
    Iova addr = 0;
    FrameId frame = no_frame;
    std::uint32_t life = 0;
    Ps ended_at = ps_never;
    const char* ended_by = "";
  };
  struct Hooks {
    std::function<Here()> here;
    std::function<void()> crashed;  // ends the run; does not return
  };
  explicit Checker(Hooks hooks) : hooks_(std::move(hooks)) {}

  void make_deaf(Kind kind) { deaf_[static_cast<std::size_t>(kind)] = true; }  // tests of tests

  void end_at_any_harm() { any_harm_ends_ = true; }  // explore: what follows is no verdict

  // ---- books ----------------------------------------------------------------------------------
  void page_allocated(FrameId frame, std::uint32_t pool);
  void page_freed(FrameId frame, const char* site);  // free-while-mapped
  void mapped(Iova addr, FrameId frame, std::uint32_t life);
  void unmapped(Iova addr, const char* by);
  [[nodiscard]] const Mapping* live_at(Iova addr) const;
  [[nodiscard]] const Mapping* last_of(FrameId frame) const;
  [[nodiscard]] std::uint64_t live_mappings() const { return live_.size(); }
  [[nodiscard]] std::uint64_t pages_out(std::uint32_t pool) const;
  [[nodiscard]] Ps last_page_freed() const { return last_page_freed_; }
  [[nodiscard]] const std::vector<Mapping>& mappings() const { return mappings_; }

  void late_read() { ++late_reads_; }  // read and discarded: counted apart, no misuse

  // ---- reports --------------------------------------------------------------------------------
  void report(Kind kind, Harm harm, const char* site, const std::string& ended_by = {},
              FrameId frame = no_frame);

  [[nodiscard]] const std::array<KindCount, kind_count>& counts() const { return counts_; }
  [[nodiscard]] const std::vector<Violation>& firsts() const { return firsts_; }
  [[nodiscard]] std::uint64_t late_reads() const { return late_reads_; }
  [[nodiscard]] bool any_harm(Harm harm) const { return harmed_[static_cast<std::size_t>(harm)]; }

 private:
  void note_put(Violation& violation, KindCount& count) const;

  Hooks hooks_;
  std::array<bool, kind_count> deaf_{};
  std::array<KindCount, kind_count> counts_{};
  std::array<bool, harm_count> harmed_{};
  bool any_harm_ends_ = false;
  std::vector<Violation> firsts_;  // the first of each kind, and its first with harm
  std::vector<Mapping> mappings_;
  std::unordered_map<Iova, std::size_t> live_;  // looked up, never walked
  std::vector<std::size_t> last_by_frame_;      // index + 1 into mappings_
  std::vector<std::uint32_t> pool_of_;          // by frame, 0: in the page allocator
  std::vector<std::uint64_t> out_;              // by pool
  Ps last_page_freed_ = 0;
  std::uint64_t late_reads_ = 0;
};

}  // namespace poolrace::models
