// SPDX-License-Identifier: MIT
// The reduction against plain enumeration: on random small programs both must reach the same set
// of final states.  Programs mix shared words, locks, bottom-half sections, an interrupt on a
// task's CPU, and read sections with a grace period that waits for them.
#include "sim/search.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>
#include <string>

namespace poolrace::sim {
namespace {

enum class Op : std::uint8_t { read, write, add, lock, unlock, bh_off, bh_on, enter, leave, grace };
struct Act {
  Op op;
  std::uint32_t object = 0;
  int value = 0;
};
struct Program {
  std::vector<std::vector<Act>> contexts;
  std::vector<bool> irq;  // shares CPU 0 with context 0
};

constexpr std::uint64_t word_object = 0x100, lock_object = 0x200, cpu_object = 0x300,
                        reader_object = 0x400, left_object = 0x500;

// The machine of one execution, as small as it can be.
struct Machine {
  Explore& world;
  std::array<int, 3> words{};
  std::array<int, 4> nesting{}, sections{};
  std::array<std::string, 4> log{};

  void act(std::uint32_t me, const Act& a) {
    switch (a.op) {
      case Op::read:
        world.give_up_turn();
        world.touch(word_object + a.object, Touch::read);
        log[me] += std::to_string(words[a.object]) + ",";
        return;
      case Op::write:
        world.give_up_turn();
        world.touch(word_object + a.object, Touch::write);
        words[a.object] = a.value;
        if (a.value == 13) world.stop();  // harm
        return;
      case Op::add:
        world.give_up_turn();
        world.touch(word_object + a.object, Touch::write);
        words[a.object] += a.value;
        return;
      case Op::lock:
        world.acquire(lock_object + a.object);
        return;
      case Op::unlock:
        world.give_up_turn();
        world.release(lock_object + a.object);
        return;
      case Op::bh_off:
        world.acquire(cpu_object);
        return;
      case Op::bh_on:
        world.give_up_turn();
        world.release(cpu_object);
        return;
      case Op::enter:
        world.give_up_turn();
        world.touch(reader_object + me, Touch::write);
        ++nesting[me];
        return;
      case Op::leave:
        world.give_up_turn();
        world.touch(reader_object + me, Touch::write);
        world.touch(left_object + me, Touch::signal);
        --nesting[me];
        ++sections[me];
        return;
      case Op::grace:
        return grace();
    }
  }
  void grace() {
    world.give_up_turn();
    std::array<int, 4> wanted{};
    for (std::uint32_t p = 0; p < nesting.size(); ++p) {
      world.touch(reader_object + p, Touch::read);
      wanted[p] = nesting[p] > 0 ? sections[p] + 1 : 0;
    }
    world.wait([this, wanted] {
      for (std::uint32_t p = 0; p < wanted.size(); ++p)
        if (sections[p] < wanted[p]) return false;
      return true;
    });
    for (std::uint32_t p = 0; p < nesting.size(); ++p)
      if (wanted[p] > 0) world.touch(left_object + p, Touch::join);
  }
  std::string state() const {
    std::string out;
    for (int w : words) out += std::to_string(w) + " ";
    for (const std::string& l : log) out += "| " + l;
    return out;
  }
};

struct Outcome {
  std::set<std::string> states;
  std::uint64_t executions = 0, cut = 0;
};

Outcome search(const Program& program, const SearchOptions& options) {
  Search all(options);
  Outcome outcome;
  for (bool more = true; more;) {
    Explore world(all);
    Machine machine{world};
    for (std::uint32_t c = 0; c < program.contexts.size(); ++c) {
      Context& context = world.spawn("c" + std::to_string(c), Priority::task, [&, c] {
        if (program.irq[c]) world.acquire(cpu_object);
        for (const Act& a : program.contexts[c]) machine.act(c, a);
        if (program.irq[c]) {
          world.give_up_turn();
          world.release(cpu_object);
        }
      });
      if (c == 0) world.needs(context, cpu_object);
    }
    const Explore::End end = world.execute();
    if (end == Explore::End::finished) outcome.states.insert(machine.state());
    // Of an execution that a harm has cut short, only that it happened is of interest.
    if (end == Explore::End::stopped) outcome.states.insert("harm");
    if (end == Explore::End::deadlock) outcome.states.insert("deadlock " + machine.state());
    more = all.another(world, end);
  }
  outcome.executions = all.executions();
  outcome.cut = all.cut();
  return outcome;
}

Program random_program(std::mt19937& draw) {
  const auto below = [&draw](unsigned n) { return static_cast<std::uint32_t>(draw() % n); };
  Program program;
  const std::uint32_t contexts = 2 + below(2);
  for (std::uint32_t c = 0; c < contexts; ++c) {
    program.irq.push_back(c > 0 && below(4) == 0);
    std::vector<Act> acts;
    const auto plain = [&] {
      const std::uint32_t kind = below(8);
      const std::uint32_t word = below(3);
      if (kind < 3)
        acts.push_back({Op::read, word});
      else if (kind < 5)
        acts.push_back({Op::write, word, static_cast<int>(c * 10 + acts.size())});
      else if (kind < 7)
        acts.push_back({Op::add, word, 1 + static_cast<int>(c)});
      else
        acts.push_back({Op::write, word, below(6) == 0 ? 13 : 5});
    };
    const std::uint32_t blocks = 1 + below(contexts == 2 ? 3 : 2);
    for (std::uint32_t b = 0; b < blocks; ++b) {
      const std::uint32_t lock = below(2);
      switch (below(6)) {
        case 0:
          acts.push_back({Op::lock, lock});
          plain();
          if (below(3) == 0) {  // nested, so that deadlocks occur
            acts.push_back({Op::lock, 1 - lock});
            acts.push_back({Op::unlock, 1 - lock});
          }
          acts.push_back({Op::unlock, lock});
          break;
        case 1:
          acts.push_back({Op::enter});
          plain();
          acts.push_back({Op::leave});
          break;
        case 2:
          if (!program.irq[c]) acts.push_back({Op::grace});
          plain();
          break;
        case 3:
          if (c == 0) {
            acts.push_back({Op::bh_off});
            plain();
            acts.push_back({Op::bh_on});
            break;
          }
          [[fallthrough]];
        default:
          plain();
      }
    }
    program.contexts.push_back(acts);
  }
  return program;
}

std::string text_of(const Program& program) {
  static const char* names[] = {"read",   "write", "add",   "lock",  "unlock",
                                "bh_off", "bh_on", "enter", "leave", "grace"};
  std::string out;
  for (std::size_t c = 0; c < program.contexts.size(); ++c) {
    out += program.irq[c] ? "\n irq:" : "\n task:";
    for (const Act& a : program.contexts[c])
      out += std::string(" ") + names[static_cast<std::size_t>(a.op)] + " " +
             std::to_string(a.object) + "=" + std::to_string(a.value) + ";";
  }
  return out;
}

TEST(Search, ReachesWhatPlainEnumerationReaches) {
  std::uint64_t reduced_executions = 0, plain_executions = 0, cut = 0;
  std::size_t states = 0;
  for (unsigned seed = 0; seed < 240; ++seed) {
    std::mt19937 draw(seed);
    const Program program = random_program(draw);
    const Outcome reduced = search(program, {true, -1});
    const Outcome plain = search(program, {false, -1});
    ASSERT_EQ(reduced.states, plain.states) << "seed " << seed << text_of(program);
    ASSERT_LE(reduced.executions, plain.executions + 1) << "seed " << seed;
    reduced_executions += reduced.executions;
    plain_executions += plain.executions;
    cut += reduced.cut;
    states += plain.states.size();
  }
  RecordProperty("reduced", std::to_string(reduced_executions));
  std::printf(
      "240 programs, %zu final states: %llu executions reduced (%llu of them cut), %llu plain\n",
      states, static_cast<unsigned long long>(reduced_executions),
      static_cast<unsigned long long>(cut), static_cast<unsigned long long>(plain_executions));
}

// Closed forms: n steps each of two contexts on one word, and on a word of their own.
Program counters(bool shared, std::size_t steps) {
  Program program;
  program.irq = {false, false};
  for (std::uint32_t c = 0; c < 2; ++c)
    program.contexts.emplace_back(steps, Act{Op::add, shared ? 0 : c, 1});
  return program;
}

TEST(Search, CountsWhatTheClosedFormSays) {
  EXPECT_EQ(search(counters(true, 4), {false, -1}).executions, 70U);  // 8 choose 4
  EXPECT_EQ(search(counters(true, 4), {true, -1}).executions, 70U);   // all conflict
  EXPECT_EQ(search(counters(false, 4), {true, -1}).executions, 1U);
  EXPECT_EQ(search(counters(false, 4), {false, 0}).executions, 2U);  // no preemption: two orders
}

// Each context writes what the other reads: without both orders a state is missed.
TEST(Search, AnUnsoundReductionWouldBeNoticed) {
  Program program;
  program.irq = {false, false};
  program.contexts = {{{Op::write, 0, 1}, {Op::read, 1}}, {{Op::write, 1, 1}, {Op::read, 0}}};
  EXPECT_EQ(search(program, {true, -1}).states.size(), 3U);  // never 0 and 0
}

}  // namespace
}  // namespace poolrace::sim
