// SPDX-License-Identifier: MIT
// A second opinion on random programs: the models as axioms over whole candidate executions.  Every
// way in which reads can find writes, writes of a place follow each other, critical sections follow
// each other and grace periods meet sections is put together, and kept if nothing goes in a circle.
// No scheduler, no step after step: it shares the model's words with the explorer, and no code.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>

#include "sim/weak/litmus.hpp"

namespace poolrace::sim::litmus {
namespace {

struct Node {
  const Act* act;
  std::size_t thread, at;
  bool sync_ends = false;
  [[nodiscard]] bool reads() const {
    return act->op == Op::read || act->op == Op::update || act->op == Op::lock;
  }
  [[nodiscard]] bool writes() const {
    return act->op == Op::write || act->op == Op::update || act->op == Op::lock ||
           act->op == Op::unlock;
  }
  [[nodiscard]] bool memory() const {
    return act->op == Op::read || act->op == Op::write || act->op == Op::update;
  }
};

class Relation {
 public:
  explicit Relation(std::size_t n) : n_(n), has_(n * n) {}
  void add(std::size_t a, std::size_t b) { has_[a * n_ + b] = true; }
  void add(const Relation& other) {
    for (std::size_t i = 0; i < has_.size(); ++i)
      if (other.has_[i]) has_[i] = true;
  }
  [[nodiscard]] bool acyclic() const {
    std::vector<bool> all = has_;
    for (std::size_t k = 0; k < n_; ++k)
      for (std::size_t i = 0; i < n_; ++i)
        if (all[i * n_ + k])
          for (std::size_t j = 0; j < n_; ++j)
            if (all[k * n_ + j]) all[i * n_ + j] = true;
    for (std::size_t i = 0; i < n_; ++i)
      if (all[i * n_ + i]) return false;
    return true;
  }

 private:
  std::size_t n_;
  std::vector<bool> has_;
};

class Arbiter {
 public:
  Arbiter(const Program& program, MemoryModel model) : program_(program), model_(model) {
    for (std::size_t t = 0; t < program.threads.size(); ++t)
      for (std::size_t i = 0; i < program.threads[t].size(); ++i) {
        const Act& act = program.threads[t][i];
        nodes_.push_back({&act, t, i});
        if (act.op == Op::sync) nodes_.push_back({&act, t, i, true});
      }
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      if (!nodes_[n].memory()) continue;
      if (nodes_[n].writes()) writers_[nodes_[n].act->place].push_back(n);
      if (nodes_[n].reads()) readers_.push_back(n);
    }
  }
  std::set<std::string> outcomes() {
    Relation fixed(nodes_.size());
    for (std::size_t a = 0; a < nodes_.size(); ++a)
      for (std::size_t b = 0; b < nodes_.size(); ++b)
        if (kept(a, b)) fixed.add(a, b);
    locks(fixed, 0);
    return out_;
  }

 private:
  [[nodiscard]] bool before(std::size_t a, std::size_t b) const {  // in program order
    return nodes_[a].thread == nodes_[b].thread && a < b;
  }
  [[nodiscard]] bool full(const Node& n) const {
    if (n.act->op == Op::sync) return true;
    if (n.act->op == Op::lock) return model_ != MemoryModel::arm;
    return n.act->op == Op::update &&
           (model_ != MemoryModel::arm || n.act->ordering == Ordering::full);
  }
  // Does the model keep a before b?
  [[nodiscard]] bool kept(std::size_t a, std::size_t b) const {
    if (!before(a, b)) return false;
    const Node &x = nodes_[a], &y = nodes_[b];
    if (x.act->op == Op::fence || y.act->op == Op::fence) return false;
    if (x.act->op == Op::enter || x.act->op == Op::leave) return false;
    if (y.act->op == Op::enter || y.act->op == Op::leave) return false;
    if (model_ == MemoryModel::sc || full(x) || full(y)) return true;
    // An unlock may still be on its way when the CPU takes the next lock.
    if (x.act->op == Op::unlock && y.act->op == Op::lock) return false;
    if (x.reads() && y.writes()) return true;
    if (x.act->ordering == Ordering::acquire || x.act->op == Op::lock) return true;
    if (y.act->ordering == Ordering::release || y.act->op == Op::unlock) return true;
    if (!y.act->address.empty() && x.act->reg == y.act->address) return true;
    if (model_ != MemoryModel::arm && x.reads()) return true;
    if (model_ == MemoryModel::tso && x.writes() && y.writes()) return true;
    bool unlocked = false;
    for (std::size_t n = a; n <= b; ++n) {
      const Act& act = *nodes_[n].act;
      if (act.op == Op::fence && n != a && n != b) {
        if (act.kind == Fence::mb) return true;
        if (act.kind == Fence::wmb && x.writes() && y.writes()) return true;
        if (act.kind == Fence::rmb && x.reads() && y.reads()) return true;
      }
      if (act.op == Op::unlock) unlocked = true;
      if (act.op == Op::lock && n != b && unlocked && (x.reads() || y.writes())) return true;
    }
    return false;
  }

  // ---- what can be chosen -------------------------------------------------------------------
  struct Pair {
    std::size_t begin, end;
  };
  [[nodiscard]] std::vector<Pair> pairs(Op from, Op to, char place) const {
    std::vector<Pair> out;
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      if (nodes_[n].act->op != from || (from == Op::lock && nodes_[n].act->place != place))
        continue;
      std::size_t end = n + 1;
      while (end < nodes_.size() && nodes_[end].act->op != to) ++end;
      out.push_back({n, end});
    }
    return out;
  }
  void locks(const Relation& order, std::size_t which) {
    constexpr std::array<char, 2> names{'s', 't'};
    if (which == names.size()) return sections(order, 0);
    std::vector<Pair> all = pairs(Op::lock, Op::unlock, names[which]);
    std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.begin < b.begin; });
    do {
      Relation now = order;
      bool possible = true;
      for (std::size_t i = 1; i < all.size(); ++i) {
        possible &= !before(all[i].begin, all[i - 1].begin);
        if (nodes_[all[i].begin].thread != nodes_[all[i - 1].begin].thread)
          now.add(all[i - 1].end, all[i].begin);
      }
      if (possible) locks(now, which + 1);
    } while (std::next_permutation(all.begin(), all.end(),
                                   [](auto& a, auto& b) { return a.begin < b.begin; }));
  }
  void sections(const Relation& order, std::size_t which) {
    const std::vector<Pair> all = pairs(Op::enter, Op::leave, 0);
    std::vector<std::size_t> syncs;
    for (std::size_t n = 0; n < nodes_.size(); ++n)
      if (nodes_[n].act->op == Op::sync && !nodes_[n].sync_ends) syncs.push_back(n);
    if (which == all.size() * syncs.size()) return writes(order, writers_.begin());
    const Pair section = all[which / syncs.size()];
    const std::size_t sync = syncs[which % syncs.size()];
    if (nodes_[section.begin].thread == nodes_[sync].thread) return sections(order, which + 1);
    Relation first = order, last = order;
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      if (before(n, section.end)) first.add(n, sync + 1);
      if (before(section.begin, n)) last.add(sync, n);
    }
    sections(first, which + 1);
    sections(last, which + 1);
  }
  void writes(const Relation& order, std::map<char, std::vector<std::size_t>>::iterator place) {
    if (place == writers_.end()) return reads(order, 0);
    std::vector<std::size_t>& all = place->second;
    std::sort(all.begin(), all.end());
    do {
      Relation now = order;
      for (std::size_t i = 1; i < all.size(); ++i) now.add(all[i - 1], all[i]);
      writes(now, std::next(place));
    } while (std::next_permutation(all.begin(), all.end()));
  }
  void reads(const Relation& order, std::size_t which) {
    if (which == readers_.size()) return judge(order);
    const std::size_t reader = readers_[which];
    const std::vector<std::size_t>& all = writers_[nodes_[reader].act->place];
    for (std::size_t i = 0; i <= all.size(); ++i) {  // i writes came before it
      if (i > 0 && all[i - 1] == reader) continue;
      if (nodes_[reader].writes() && (i == all.size() || all[i] != reader)) continue;
      found_[reader] = i;
      Relation now = order;
      if (i > 0 && nodes_[all[i - 1]].thread != nodes_[reader].thread) now.add(all[i - 1], reader);
      if (i < all.size() && all[i] != reader) now.add(reader, all[i]);
      if (now.acyclic()) reads(now, which + 1);
    }
  }
  void judge(const Relation& order) {
    if (!order.acyclic() || !coherent()) return;
    std::string text;
    std::map<std::string, int> registers;
    for (const std::size_t reader : readers_)
      registers[std::to_string(nodes_[reader].thread) + ":" + nodes_[reader].act->reg] =
          value(nodes_[reader].act->place, found_[reader]);
    for (const auto& [name, v] : registers) text += name + "=" + std::to_string(v) + " ";
    for (const char place : {'x', 'y', 'z'})
      text += std::string(1, place) + "=" + std::to_string(value(place, writers_[place].size())) +
              (place == 'z' ? "" : " ");
    out_.insert(text);
  }
  int value(char place, std::size_t i) {
    return i == 0 ? 0 : nodes_[writers_[place][i - 1]].act->value;
  }
  // Per place, nothing goes round against program order.
  bool coherent() {
    Relation loc(nodes_.size());
    for (std::size_t a = 0; a < nodes_.size(); ++a)
      for (std::size_t b = a + 1; b < nodes_.size(); ++b)
        if (before(a, b) && nodes_[a].memory() && nodes_[b].memory() &&
            nodes_[a].act->place == nodes_[b].act->place)
          loc.add(a, b);
    for (const auto& [place, all] : writers_)
      for (std::size_t i = 1; i < all.size(); ++i) loc.add(all[i - 1], all[i]);
    for (const std::size_t reader : readers_) {
      const std::vector<std::size_t>& all = writers_[nodes_[reader].act->place];
      const std::size_t i = found_[reader];
      if (i > 0) loc.add(all[i - 1], reader);
      if (i < all.size() && all[i] != reader) loc.add(reader, all[i]);
    }
    return loc.acyclic();
  }

  const Program& program_;
  MemoryModel model_;
  std::vector<Node> nodes_;
  std::map<char, std::vector<std::size_t>> writers_;
  std::vector<std::size_t> readers_;
  std::map<std::size_t, std::size_t> found_;
  std::set<std::string> out_;
};

struct Shape {
  std::size_t threads, acts;
  bool locks = false, rcu = false;
};

Program random_program(unsigned seed, const Shape& shape) {
  std::mt19937 draw(seed);
  const auto below = [&draw](unsigned n) { return static_cast<unsigned>(draw() % n); };
  Program program{"seed " + std::to_string(seed), {}};
  for (std::size_t t = 0; t < shape.threads; ++t) {
    std::vector<Act>& acts = program.threads.emplace_back();
    int reg = 0;
    const auto access = [&] {
      Act act{Op::write, "xyz"[below(3)], 1 + static_cast<int>(below(2))};
      const unsigned what = below(9);
      if (what < 4) {
        act.op = Op::read;
        act.ordering = below(4) == 0 ? Ordering::acquire : Ordering::once;
        if (reg > 0 && below(4) == 0) act.address = "r" + std::to_string(below(unsigned(reg)));
      } else if (what < 8) {
        act.ordering = below(4) == 0 ? Ordering::release : Ordering::once;
      } else {
        act.op = Op::update;
        constexpr std::array<Ordering, 4> kinds{Ordering::relaxed, Ordering::full,
                                                Ordering::acquire, Ordering::release};
        act.ordering = kinds[below(4)];
      }
      if (act.op != Op::write) act.reg = "r" + std::to_string(reg++);
      acts.push_back(act);
    };
    for (std::size_t i = 0; i < shape.acts; ++i) {
      const unsigned what = below(8);
      if (what < 2) {
        Act fence{Op::fence};
        fence.kind = static_cast<Fence>(below(3));
        acts.push_back(fence);
      }
      if (shape.locks && what == 2) {
        const char lock = "st"[below(2)];
        acts.push_back({Op::lock, lock});
        access();
        acts.push_back({Op::unlock, lock});
      } else if (shape.rcu && what == 3) {
        acts.push_back({Op::enter});
        access();
        access();
        acts.push_back({Op::leave});
      } else if (shape.rcu && what == 4) {
        acts.push_back({Op::sync});
      } else {
        access();
      }
    }
  }
  return program;
}

std::string text_of(const Program& program) {
  std::string out = "\n" + program.name;
  for (const auto& thread : program.threads) {
    out += "\n ";
    for (const Act& act : thread)
      out += " " + std::to_string(int(act.op)) + act.place + std::to_string(act.value) + act.reg +
             "/" + std::to_string(int(act.ordering)) + "/" + std::to_string(int(act.kind)) +
             act.address;
  }
  return out;
}

void compare(unsigned from, unsigned to, const Shape& shape) {
  std::array<std::uint64_t, 4> executions{}, cut{}, states{};
  for (unsigned seed = from; seed < to; ++seed) {
    const Program program = random_program(seed, shape);
    for (const MemoryModel model :
         {MemoryModel::sc, MemoryModel::tso, MemoryModel::pso, MemoryModel::arm}) {
      const Outcomes got = outcomes(program, model);
      const std::set<std::string> expected = Arbiter(program, model).outcomes();
      std::string differs;
      for (const std::string& one : got.all)
        if (!expected.contains(one)) differs += "\n  not allowed: " + one;
      for (const std::string& one : expected)
        if (!got.all.contains(one)) differs += "\n  missed: " + one;
      ASSERT_EQ(differs, "") << text_of(program) << " model " << int(model);
      const auto m = static_cast<std::size_t>(model);
      executions[m] += got.executions;
      cut[m] += got.cut;
      states[m] += expected.size();
    }
  }
  for (std::size_t m = 0; m < 4; ++m)
    std::printf("model %zu: %llu outcomes, %llu executions, %llu of them cut\n", m,
                static_cast<unsigned long long>(states[m]),
                static_cast<unsigned long long>(executions[m]),
                static_cast<unsigned long long>(cut[m]));
}

TEST(Arbiter, AgreesOnTwoThreads) {
  compare(0, 300, {2, 4});
}
TEST(Arbiter, AgreesOnThreeThreads) {
  compare(1000, 1200, {3, 3});
}
TEST(Arbiter, AgreesOnFourThreads) {
  compare(2000, 2060, {4, 2});
}
TEST(Arbiter, AgreesOnLocks) {
  compare(3000, 3150, {2, 3, true});
  compare(3200, 3260, {3, 2, true});
}
TEST(Arbiter, AgreesOnGracePeriods) {
  compare(4000, 4150, {2, 3, false, true});
  compare(4200, 4260, {3, 2, true, true});
}

// Programs of these that an order of effects which does not spread gets wrong.
TEST(Arbiter, AgreesWhereOneDecisionBearsOnAnother) {
  compare(21'110, 21'130, {3, 3});
}
TEST(ArbiterLong, AgreesOnMany) {
  compare(10'000, 16'000, {2, 5});
  compare(20'000, 24'000, {3, 3});
  compare(30'000, 31'500, {3, 4});
  compare(40'000, 41'000, {4, 2});
  compare(50'000, 54'000, {2, 4, true, true});
  compare(60'000, 62'000, {3, 2, true, true});
}

}  // namespace
}  // namespace poolrace::sim::litmus
