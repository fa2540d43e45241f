// SPDX-License-Identifier: MIT
// The search over all orders of visible steps of a small program.  It is stateless: each execution
// starts afresh and follows the choices of a stack of nodes to where the next untried one stands.
//
// `reduced`: source sets and sleep sets (Abdulla, Aronis, Jonsson, Sagonas, "Optimal dynamic
// partial order reduction", POPL 2014): of the orders that differ only in commuting steps one
// is executed.  Footprints are those observed.  Additions of ours: acquires race with acquires
// across the release between them; where a race asks for a context that is not enabled, all that
// are enabled are tried; a step that ended the execution is tried after every step of the others.
// `plain`: every order, or every one with at most `preemptions` switches away from a context that
// could have gone on.  No reduction, so nothing to get wrong: the yardstick.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/explore/races.hpp"
#include "sim/explore/step.hpp"

namespace poolrace::sim {

struct SearchOptions {
  bool reduced = true;
  int preemptions = -1;  // plain only; -1: no bound
};

class Explore;

class Search final : public Scheduler {
 public:
  explicit Search(const SearchOptions& options = {}) : options_(options) {}

  std::uint32_t next(const std::vector<Step>& taken, ContextSet enabled) override;
  std::uint32_t choose(const std::vector<Step>& taken, std::uint64_t allowed) override;
  // After each execution.  False: there is no other order to try.
  bool another(const Explore& world, ExecutionEnd end);

  [[nodiscard]] std::uint64_t executions() const { return executions_; }
  [[nodiscard]] std::uint64_t cut() const { return cut_; }  // of those, begun in vain
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  struct Asleep {
    std::uint32_t context;
    Footprint next;
  };
  struct Node {
    ContextSet enabled = 0, backtrack = 0, done = 0;
    std::uint32_t chosen = nobody;
    int preemptions = 0;  // on the way here
    std::vector<Asleep> sleep;
    std::uint32_t way = 0;      // of the chosen context's step
    std::uint64_t ways = 1;     // all that it has
    Footprint touched_in_ways;  // by those that were tried
  };

  static bool another_way(Node& node, const Step& step);
  void fall_asleep(const Node& parent, const Step& taken, Node& node) const;
  void find_races(const std::vector<Step>& steps, const std::vector<Step>& blocked);
  void reverse(const Races& races, const Races::Before& before, const Step& second);

  SearchOptions options_;
  std::vector<Node> nodes_;
  std::size_t prefix_ = 0;  // nodes whose choice is made
  std::uint64_t executions_ = 0, cut_ = 0, steps_ = 0;
};

// Follows a list, then lets each go on as long as it can.
class Replay final : public Scheduler {
 public:
  explicit Replay(std::vector<Pick> picks) : picks_(std::move(picks)) {}
  std::uint32_t next(const std::vector<Step>& taken, ContextSet enabled) override;
  std::uint32_t choose(const std::vector<Step>& taken, std::uint64_t allowed) override;
  [[nodiscard]] bool astray() const { return astray_; }  // something asked for could not be

 private:
  std::vector<Pick> picks_;
  bool astray_ = false;
};

}  // namespace poolrace::sim
