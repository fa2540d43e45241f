// SPDX-License-Identifier: MIT
#include "sim/weak/litmus.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>

#include "sim/errors.hpp"
#include "sim/weak/memory_order.hpp"

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
    std::string at_end = "xyz";
    for (const auto& [place, all] : values_)
      if (at_end.find(place) == std::string::npos) at_end += place;
    for (const char place : at_end) {
      const auto values = values_.find(place);
      const int value = values == values_.end() ? 0 : values->second[order_.newest(of(place))];
      out += std::string(1, place) + "=" + std::to_string(value) + " ";
    }
    out.pop_back();
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

// ---- as text ------------------------------------------------------------------------------------

constexpr const char* allowed =
    "W PLACE VALUE [once|rel], R REG PLACE [once|acq|addr:REG], X REG PLACE VALUE "
    "[full|relaxed|acq|rel], mb, wmb, rmb, lock NAME, unlock NAME, rl, ru, sync";

class Line {
 public:
  Line(std::string where, const std::string& text) : where_(std::move(where)) {
    std::istringstream words(text);
    for (std::string word; words >> word;) {
      words_.push_back(word);
      text_ += (text_.empty() ? "" : " ") + word;
    }
  }
  [[nodiscard]] std::string word(std::size_t i) const { return i < words_.size() ? words_[i] : ""; }
  [[nodiscard]] std::size_t size() const { return words_.size(); }
  [[noreturn]] void fail() const {
    throw ConfigError(where_ + ": '" + text_ + "' is no step; allowed: " + allowed);
  }
  [[nodiscard]] char letter(std::size_t i) const {
    if (word(i).size() != 1 || word(i)[0] < 'a' || word(i)[0] > 'z') fail();
    return word(i)[0];
  }
  [[nodiscard]] int value(std::size_t i) const {
    int out = 0;
    const std::string text = word(i);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc{} || end != text.data() + text.size()) fail();
    return out;
  }
  [[nodiscard]] std::string reg(std::size_t i) const {
    if (word(i).empty()) fail();
    return word(i);
  }
  // The last word, if there is one.
  [[nodiscard]] Ordering ordering(std::size_t i,
                                  const std::map<std::string, Ordering>& known) const {
    if (size() > i + 1) fail();
    const auto found = known.find(word(i));
    if (found == known.end()) fail();
    return found->second;
  }

 private:
  std::string where_, text_;
  std::vector<std::string> words_;
};

Act read_of(const Line& line) {
  Act act{Op::read, line.letter(2), 0, line.reg(1)};
  constexpr std::string_view address = "addr:";
  if (line.word(3).starts_with(address)) {
    act.address = line.word(3).substr(address.size());
    if (line.size() > 4 || act.address.empty()) line.fail();
    return act;
  }
  act.ordering = line.ordering(3, {{"", Ordering::once},
                                   {"once", Ordering::once},
                                   {"acq", Ordering::acquire},
                                   {"acquire", Ordering::acquire}});
  return act;
}

Act act_of(const Line& line) {
  const std::string what = line.word(0);
  if (what == "R") return read_of(line);
  if (what == "W")
    return {Op::write, line.letter(1), line.value(2), "",
            line.ordering(3, {{"", Ordering::once},
                              {"once", Ordering::once},
                              {"rel", Ordering::release},
                              {"release", Ordering::release}})};
  if (what == "X")
    return {Op::update, line.letter(2), line.value(3), line.reg(1),
            line.ordering(4, {{"", Ordering::full},
                              {"full", Ordering::full},
                              {"relaxed", Ordering::relaxed},
                              {"acq", Ordering::acquire},
                              {"acquire", Ordering::acquire},
                              {"rel", Ordering::release},
                              {"release", Ordering::release}})};
  if (what == "lock" || what == "unlock") {
    if (line.size() != 2) line.fail();
    return {what == "lock" ? Op::lock : Op::unlock, line.letter(1)};
  }
  if (line.size() != 1) line.fail();
  if (what == "rl") return {Op::enter};
  if (what == "ru") return {Op::leave};
  if (what == "sync") return {Op::sync};
  Act fence{Op::fence};
  if (what != "mb" && what != "wmb" && what != "rmb") line.fail();
  fence.kind = what == "mb" ? Fence::mb : what == "wmb" ? Fence::wmb : Fence::rmb;
  return fence;
}

// What cannot be run: it would wait for ever, or reads an address from nowhere.
void check_thread(const std::string& where, const std::vector<Act>& acts) {
  std::string held, known;
  bool inside = false;
  std::vector<std::string> registers;
  const auto refuse = [&where](const std::string& what) { throw ConfigError(where + ": " + what); };
  for (const Act& act : acts) {
    const std::string name(1, act.place);
    const std::size_t at = held.find(act.place);
    if (act.op == Op::lock && at != std::string::npos) refuse("lock " + name + " is held already");
    if (act.op == Op::unlock && at == std::string::npos) refuse("lock " + name + " is not held");
    if (act.op == Op::lock) held += act.place;
    if (act.op == Op::unlock) held.erase(at, 1);
    if (act.op == Op::enter && inside) refuse("rl within rl");
    if (act.op == Op::leave && !inside) refuse("ru without rl");
    if (act.op == Op::sync && inside) refuse("sync within rl waits for itself");
    if (act.op == Op::enter) inside = true;
    if (act.op == Op::leave) inside = false;
    const auto has = [&registers](const std::string& reg) {
      return std::find(registers.begin(), registers.end(), reg) != registers.end();
    };
    if (!act.address.empty() && !has(act.address))
      refuse("addr:" + act.address + " is of no read before it");
    if (!act.reg.empty() && has(act.reg)) refuse("register " + act.reg + " is used twice");
    if (!act.reg.empty()) registers.push_back(act.reg);
  }
  if (!held.empty()) refuse("lock " + held.substr(0, 1) + " is held at the end");
  if (inside) refuse("rl without ru");
}

}  // namespace

Program parse(const std::string& name, const std::vector<std::string>& threads) {
  constexpr std::size_t threads_max = 8, acts_max = 64;
  Program program{name, {}};
  if (threads.empty() || threads.size() > threads_max)
    throw ConfigError(name + ": 1 to " + std::to_string(threads_max) + " threads");
  for (const std::string& text : threads) {
    const std::string where = name + ": thread " + std::to_string(program.threads.size());
    std::vector<Act>& acts = program.threads.emplace_back();
    std::istringstream items(text);
    for (std::string item; std::getline(items, item, ';');)
      if (item.find_first_not_of(' ') != std::string::npos)
        acts.push_back(act_of(Line(where, item)));
    if (acts.size() > acts_max)
      throw ConfigError(where + ": at most " + std::to_string(acts_max) + " steps");
    check_thread(where, acts);
  }
  return program;
}

Outcomes outcomes(const Program& program, MemoryModel model, const SearchOptions& options,
                  std::uint64_t executions_max) {
  Search search(options);
  Outcomes out;
  bool more = true;
  while (more && search.executions() < executions_max) {
    Machine machine(program, model, search);
    const ExecutionEnd end = machine.world().execute();
    out.deadlocks += end == ExecutionEnd::deadlock ? 1 : 0;
    if (end == ExecutionEnd::finished) out.all.insert(machine.outcome());
    more = search.another(machine.world(), end);
  }
  out.complete = !more;
  out.executions = search.executions();
  out.cut = search.cut();
  return out;
}

bool has(const Outcomes& outcomes, const std::string& asked) {
  std::istringstream words(asked);
  std::vector<std::string> parts;
  for (std::string word; words >> word;) parts.push_back(word);
  return std::any_of(outcomes.all.begin(), outcomes.all.end(), [&parts](const std::string& one) {
    return std::all_of(parts.begin(), parts.end(), [&one](const std::string& part) {
      return (" " + one + " ").find(" " + part + " ") != std::string::npos;
    });
  });
}

}  // namespace poolrace::sim::litmus
