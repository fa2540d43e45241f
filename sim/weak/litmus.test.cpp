// SPDX-License-Identifier: MIT
// The machine of litmus programs, and what it makes of those whose outcomes are known: all outcomes
// of generated programs (outcomes.json), verdicts on the classic ones, and sequential consistency by
// plain interleaving.
#include "sim/weak/litmus.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/weak/memory_order.hpp"
#include "source_paths.hpp"

namespace poolrace::sim::litmus {

namespace {

constexpr std::uint64_t place_object = 1000, lock_object = 2000, reader_object = 3000,
                        left_object = 4000;

class Machine {
 public:
  Machine(const Program& program, MemoryModel model, Scheduler& scheduler)
      : program_(program), world_(scheduler), order_(world_, model, [](std::uint64_t object) {
          return object >= place_object && object < lock_object ? object : MemoryOrder::nowhere;
        }) {
    const std::size_t threads = program.threads.size();
    inside_.resize(threads);
    left_.resize(threads);
    registers_.resize(threads);
    events_.resize(threads);
    for (std::size_t t = 0; t < threads; ++t)
      world_.spawn("thread", Priority::task, [this, t] { run(t); });
  }
  Explore& world() { return world_; }
  [[nodiscard]] std::string outcome() const {
    std::string out;
    for (std::size_t t = 0; t < registers_.size(); ++t)
      for (const auto& [name, value] : registers_[t])
        out += std::to_string(t) + ":" + name + "=" + std::to_string(value) + " ";
    for (const char place : {'x', 'y', 'z'}) {
      const auto values = values_.find(place);
      const int value = values == values_.end() ? 0 : values->second[order_.newest(of(place))];
      out += std::string(1, place) + "=" + std::to_string(value) + (place == 'z' ? "" : " ");
    }
    return out;
  }

 private:
  static MemoryOrder::Place of(char place) { return place_object + static_cast<unsigned>(place); }
  std::vector<int>& values(char place) {
    return values_.try_emplace(place, std::vector<int>{0}).first->second;
  }

  EventSet address_of(std::size_t t, const Act& act) {
    EventSet out;
    if (!act.address.empty()) out.add(events_[t].at(act.address));
    return out;
  }
  void run(std::size_t t) {
    for (const Act& act : program_.threads[t]) step(t, act);
  }
  void step(std::size_t t, const Act& act) {
    const std::uint64_t lock = lock_object + static_cast<unsigned>(act.place);
    switch (act.op) {
      case Op::read:
        world_.give_up_turn();
        world_.touch(of(act.place), Touch::read);
        registers_[t][act.reg] = values(
            act.place)[order_.read(of(act.place), all_bytes, act.ordering, address_of(t, act))];
        events_[t][act.reg] = order_.last_read();
        return;
      case Op::write:
        world_.give_up_turn();
        world_.touch(of(act.place), Touch::write);
        order_.write(of(act.place), act.ordering);
        values(act.place).push_back(act.value);
        return;
      case Op::update: {
        world_.give_up_turn();
        world_.touch(of(act.place), Touch::write);
        const auto done =
            order_.update(of(act.place), act.ordering, [](std::uint32_t) { return true; });
        registers_[t][act.reg] = values(act.place)[done.found];
        events_[t][act.reg] = order_.last_read();
        values(act.place).push_back(act.value);
        return;
      }
      case Op::fence:
        return order_.fence(act.kind);
      case Op::lock:
        world_.acquire(lock);
        return order_.lock(lock);
      case Op::unlock:
        world_.give_up_turn();
        order_.unlock(lock);
        return world_.release(lock);
      case Op::enter:
        world_.give_up_turn();
        world_.touch(reader_object + t, Touch::write);
        inside_[t] = true;
        return order_.enter_section();
      case Op::leave:
        world_.give_up_turn();
        world_.touch(reader_object + t, Touch::write);
        inside_[t] = false;
        world_.touch(left_object + 100 * t + ++left_[t], Touch::signal);
        return order_.leave_section();
      case Op::sync:
        return sync(t);
    }
  }
  void sync(std::size_t t) {
    world_.give_up_turn();
    std::vector<std::pair<std::size_t, unsigned>> awaited;
    for (std::size_t other = 0; other < inside_.size(); ++other) {
      if (other == t) continue;
      world_.touch(reader_object + other, Touch::read);
      if (inside_[other]) awaited.emplace_back(other, left_[other] + 1);
    }
    order_.grace_period_begins();
    world_.wait([this, awaited] {
      return std::all_of(awaited.begin(), awaited.end(),
                         [this](const auto& a) { return left_[a.first] >= a.second; });
    });
    for (const auto& [other, section] : awaited)
      world_.touch(left_object + 100 * other + section, Touch::join);
    order_.grace_period_ends();
  }

  const Program& program_;
  Explore world_;
  MemoryOrder order_;
  std::vector<bool> inside_;
  std::vector<unsigned> left_;
  std::vector<std::map<std::string, int>> registers_;
  std::vector<std::map<std::string, Event>> events_;
  std::map<char, std::vector<int>> values_;  // by version
};

Ordering ordering_of(const std::string& word) {
  if (word == "acq" || word == "acquire") return Ordering::acquire;
  if (word == "rel" || word == "release") return Ordering::release;
  if (word == "relaxed") return Ordering::relaxed;
  if (word == "full") return Ordering::full;
  EXPECT_TRUE(word.empty() || word.starts_with("addr:") || word == "once") << word;
  return Ordering::once;
}

Act act_of(const std::vector<std::string>& w) {
  const auto word = [&w](std::size_t i) { return i < w.size() ? w[i] : std::string(); };
  const auto place = [&](std::size_t i) { return word(i).at(0); };
  if (w[0] == "W") return {Op::write, place(1), std::stoi(w[2]), "", ordering_of(word(3))};
  if (w[0] == "R") {
    Act act{Op::read, place(2), 0, w[1], ordering_of(word(3))};
    if (word(3).starts_with("addr:")) act.address = word(3).substr(5);
    return act;
  }
  if (w[0] == "X") return {Op::update, place(2), std::stoi(w[3]), w[1], ordering_of(word(4))};
  if (w[0] == "lock") return {Op::lock, place(1)};
  if (w[0] == "unlock") return {Op::unlock, place(1)};
  if (w[0] == "rl") return {Op::enter};
  if (w[0] == "ru") return {Op::leave};
  if (w[0] == "sync") return {Op::sync};
  Act fence{Op::fence};
  EXPECT_TRUE(w[0] == "mb" || w[0] == "wmb" || w[0] == "rmb") << w[0];
  fence.kind = w[0] == "mb" ? Fence::mb : w[0] == "wmb" ? Fence::wmb : Fence::rmb;
  return fence;
}

}  // namespace

Program parse(const std::string& name, const std::vector<std::string>& threads) {
  Program program{name, {}};
  for (const std::string& text : threads) {
    std::vector<Act>& acts = program.threads.emplace_back();
    std::istringstream items(text);
    for (std::string item; std::getline(items, item, ';');) {
      std::istringstream words(item);
      std::vector<std::string> w{std::istream_iterator<std::string>(words), {}};
      acts.push_back(act_of(w));
    }
  }
  return program;
}

Outcomes outcomes(const Program& program, MemoryModel model, const SearchOptions& options) {
  Search search(options);
  Outcomes out;
  for (bool more = true; more;) {
    Machine machine(program, model, search);
    const ExecutionEnd end = machine.world().execute();
    EXPECT_NE(end, ExecutionEnd::deadlock) << program.name;
    if (end == ExecutionEnd::finished) out.all.insert(machine.outcome());
    more = search.another(machine.world(), end);
  }
  out.executions = search.executions();
  out.cut = search.cut();
  return out;
}

namespace {

using nlohmann::json;

struct Known {
  Program program;
  std::map<std::string, std::set<std::string>> outcomes;  // by model
};

std::vector<Known> known() {
  std::ifstream file(POOLRACE_SOURCE_DIR "/sim/weak/outcomes.json");
  std::vector<Known> out;
  for (const json& one : json::parse(file)) {
    Known it{{one["name"], {}}, {}};
    for (const json& thread : one["threads"]) {
      std::vector<Act>& acts = it.program.threads.emplace_back();
      for (const json& act : thread) {
        std::vector<std::string> words;
        for (const json& word : act)
          words.push_back(word.is_string() ? word.get<std::string>() : word.dump());
        acts.push_back(act_of(words));
      }
    }
    for (const auto& [model, all] : one["outcomes"].items())
      for (const json& outcome : all) {
        std::string text;
        for (const auto& [name, value] : outcome.items())
          text += (text.empty() ? "" : " ") + name + "=" + value.dump();
        it.outcomes[model].insert(text);
      }
    out.push_back(std::move(it));
  }
  return out;
}

std::string difference(const std::set<std::string>& got, const std::set<std::string>& expected) {
  std::string out;
  for (const std::string& one : got)
    if (!expected.contains(one)) out += "\n  not allowed: " + one;
  for (const std::string& one : expected)
    if (!got.contains(one)) out += "\n  missed: " + one;
  return out;
}

TEST(Litmus, GeneratedProgramsHaveTheirOutcomes) {
  std::map<std::string, std::uint64_t> executions, all;
  for (const Known& one : known())
    for (const auto& [name, expected] : one.outcomes) {
      const MemoryModel model = name == "tso" ? MemoryModel::tso : MemoryModel::arm;
      const Outcomes got = outcomes(one.program, model);
      EXPECT_EQ(difference(got.all, expected), "") << one.program.name << " " << name;
      executions[name] += got.executions;
      all[name] += expected.size();
    }
  for (const auto& [name, n] : executions)
    std::printf("%s: %llu outcomes, %llu executions\n", name.c_str(),
                static_cast<unsigned long long>(all[name]), static_cast<unsigned long long>(n));
}

// What the reduction leaves out has no outcome of its own.
TEST(Litmus, ReducedReachesWhatPlainReaches) {
  std::uint64_t plain_executions = 0, reduced_executions = 0;
  for (const Known& one : known()) {
    std::size_t acts = 0;
    for (const auto& thread : one.program.threads) acts += thread.size();
    if (acts > 10) continue;
    for (const MemoryModel model : {MemoryModel::tso, MemoryModel::arm}) {
      const Outcomes plain = outcomes(one.program, model, {false, -1});
      const Outcomes reduced = outcomes(one.program, model);
      EXPECT_EQ(difference(reduced.all, plain.all), "") << one.program.name;
      plain_executions += plain.executions;
      reduced_executions += reduced.executions;
    }
  }
  std::printf("%llu executions reduced, %llu plain\n",
              static_cast<unsigned long long>(reduced_executions),
              static_cast<unsigned long long>(plain_executions));
  EXPECT_GT(plain_executions, 5 * reduced_executions);
}

}  // namespace
}  // namespace poolrace::sim::litmus
