// SPDX-License-Identifier: MIT
// Shared memory as CPUs see it: structs with a lifetime (Region), cache lines (Line) and words.
//
// Every access is a visible step: first its cost (what the line costs from this CPU: local, a
// transfer from another core or socket, or a wait behind others who want it), then its effect, all
// at once.  One access comes after the other, but where world `explore` is asked for a weaker memory
// (weak_words.hpp); what an access asks of the order (pool::Ordering) is of no use elsewhere.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

#include "models/cpu/cpu.hpp"
#include "models/memory/cpu_set.hpp"
#include "models/memory/objects.hpp"
#include "models/memory/weak_words.hpp"
#include "pool/ordering.hpp"
#include "sim/explore/footprint.hpp"
#include "sim/site.hpp"
#include "sim/trace.hpp"

namespace poolrace::models {

using pool::Ordering;

class Memory;

// The lifetime of one kernel struct and of everything that lies in it.
class Region {
 public:
  enum Kind : std::uint8_t { pool, device, napi, tracker, other };
  Region(Memory& memory, Kind kind);
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool alive() const { return alive_; }
  [[nodiscard]] std::uint32_t id() const { return id_; }

 private:
  friend class Memory;
  Kind kind_;
  bool alive_ = true;
  std::uint32_t id_;
};

class Line {
 public:
  Line(Memory& memory, Region& region) : memory_(memory), region_(&region) {}
  explicit Line(Memory& memory) : memory_(memory), region_(nullptr) {}  // never freed
  [[nodiscard]] Region* region() const { return region_; }

 private:
  friend class Memory;
  template <class T>
  friend class Word;
  void use_until(Ps date) {
    if (date > busy_until_) busy_until_ = date;
  }
  Memory& memory_;
  Region* region_;
  CpuSet sharers_;           // CPUs with a copy
  std::int16_t owner_ = -1;  // the CPU that wrote it last and still has it alone
  Ps busy_until_ = 0;        // who wanted it before has it, and is done with it
};

enum class Access : std::uint8_t { read, write, rmw, this_cpu };

// A line's way from one CPU to another within a group of so many, numbered one after the other.
struct Distance {
  std::uint32_t cpus = std::numeric_limits<std::uint32_t>::max();
  Ps transfer = 0;
};

struct MemoryCosts {
  Ps local = 0;     // a hit, as a pipelined core sees it
  Ps miss = 0;      // nobody has it: last-level cache or memory
  Ps atomic = 0;    // extra for a read-modify-write
  Ps this_cpu = 0;  // the same of a counter of the CPU's own
  // Cluster, socket, sockets one hop apart, all: each within the next, the last without an end.
  std::array<Distance, 4> distances{};
  std::int64_t handover_percent = 100;  // of a transfer: its data leg
};

// Told of every access to a struct that no longer exists, and of every step.
class MemoryListener {
 public:
  virtual ~MemoryListener() = default;
  virtual void use_after_free(Region& region, sim::Site site) = 0;
  virtual Ps stall_at(sim::Site site) = 0;  // delay to insert before a step, or 0
  // How often the effect of a step takes place: once, unless a seeded fault drops or repeats it.
  virtual int effects_at(sim::Site) { return 1; }
};

class Memory {
 public:
  // `weak`: in world `explore`, what memory weaker than one access after the other makes of them.
  Memory(Cpus& cpus, sim::Trace& trace, const MemoryCosts& costs, WeakWords* weak = nullptr)
      : cpus_(cpus), trace_(trace), costs_(costs), weak_(weak) {}

  void listen(MemoryListener* listener) { listener_ = listener; }
  // With hooks on the listener is asked at every site; off, they cost the test of one flag.
  void want_hooks(bool any) { hooks_ = any; }
  int effects(sim::Site site) {
    if (hooks_) [[unlikely]]
      return listener_->effects_at(site);
    return 1;
  }
  void kfree(Region& region);

  // In world `explore`: who is told what each step touches.
  void observe(sim::StepObserver* observer) { observer_ = observer; }
  // Or null: the newest value is the only one.
  [[nodiscard]] WeakWords* weak() const {
    return weak_ != nullptr && weak_->recording() ? weak_ : nullptr;
  }
  // A word of what pointers of that trace value lead to.
  void reached_through(std::uint32_t word, std::uint64_t pointer) {
    if (weak_ != nullptr) weak_->reached_through(object(Object::word, word), pointer);
  }
  void fence(sim::Fence fence) {
    if (WeakWords* words = weak()) [[unlikely]]
      words->order().fence(fence);
  }
  void touch(Object kind, std::uint64_t number, sim::Touch how) {
    if (observer_ != nullptr) [[unlikely]]
      observer_->touch(object(kind, number), how);
  }

  // One visible step: cost, then (between begin and end) the caller's effect.
  void begin(sim::Site site, Line& line, std::uint32_t word, Access access, Ready& ready) {
    if (hooks_) [[unlikely]]
      stall(site);
    cpus_.step_begin(issued(cost(line, access), access, ready));
    if (observer_ != nullptr) [[unlikely]]
      touch_word(site, line, word, access);
    if (line.region_ != nullptr && !line.region_->alive_) [[unlikely]]
      listener_->use_after_free(*line.region_, site);
  }
  void end(sim::Site site, std::uint64_t value) {
    record(site, value);
    cpus_.step_end();
  }
  // The same where the step wrote a word.  `exact`: `value` is all that the word now says.
  void end_write(sim::Site site, std::uint32_t word, std::uint64_t value, bool exact) {
    record(site, value);
    if (observer_ != nullptr) [[unlikely]]
      observer_->wrote(object(Object::word, word), value, exact);
    cpus_.step_end();
  }
  // Something of `region` that is no word is used, within a step.
  void use(Region& region, sim::Site site) {
    if (observer_ != nullptr) [[unlikely]]
      observer_->name_step(site.text(), 0);  // a harm may end it before record()
    touch(Object::region, region.id_, sim::Touch::read);
    if (!region.alive_) [[unlikely]]
      listener_->use_after_free(region, site);
  }
  // A visible step on something that is not a word: a mapping, a free list, a device register.
  void step(sim::Site site, Ps duration, std::uint64_t value) {
    if (hooks_) [[unlikely]]
      stall(site);
    cpus_.step_begin(duration);
    end(site, value);
  }
  void step_begin(sim::Site site, Ps duration) {
    if (hooks_) [[unlikely]]
      stall(site);
    cpus_.step_begin(duration);
    if (observer_ != nullptr) [[unlikely]]
      observer_->name_step(site.text(), 0);  // a harm may end it before record()
  }
  void record(sim::Site site, std::uint64_t value) {
    sim::World& world = cpus_.world();
    trace_.add(world.now(), world.self().id(), site.id(), value, site.text());
    if (observer_ != nullptr) [[unlikely]]
      observer_->name_step(site.text(), value);
  }

  Cpus& cpus() { return cpus_; }
  [[nodiscard]] const MemoryCosts& costs() const { return costs_; }
  // By how much an access whose line costs so much puts off what this CPU does next.
  Ps issued(Ps latency, Access access, Ready& ready) {
    IssueWindow& window = cpus_.self().cpu->issue();
    if (window.in_order()) [[likely]]
      return latency;
    return out_of_order(window, latency, access, ready);
  }
  // What such an access costs this CPU now; the line is then where it was wanted.
  Ps cost(Line& line, Access access) {
    const auto cpu = static_cast<std::int16_t>(cpus_.self().cpu->id());
    const Ps extra = access == Access::rmw        ? costs_.atomic
                     : access == Access::this_cpu ? costs_.this_cpu
                                                  : 0;
    const bool hit =
        access == Access::read ? line.sharers_.has(static_cast<CpuId>(cpu)) : line.owner_ == cpu;
    if (!hit) [[unlikely]]
      return fetch(line, access, cpu, extra);
    const Ps spent = costs_.local + extra;
    if (access == Access::rmw) line.use_until(cpus_.world().now() + spent);
    return spent;
  }

 private:
  friend class Region;
  template <class T>
  friend class Word;
  void stall(sim::Site site);
  void touch_word(sim::Site site, const Line& line, std::uint32_t word, Access access);
  Ps fetch(Line& line, Access access, std::int16_t cpu, Ps operation);
  [[nodiscard]] Ps transfer(const CpuSet& from, CpuId to) const;
  Ps out_of_order(IssueWindow& window, Ps latency, Access access, Ready& ready);

  Cpus& cpus_;
  sim::Trace& trace_;
  MemoryCosts costs_;
  MemoryListener* listener_ = nullptr;
  bool hooks_ = false;
  sim::StepObserver* observer_ = nullptr;
  WeakWords* weak_;
  std::uint32_t regions_ = 0, words_ = 0;
};

// What a word's value looks like in a trace; pointers are told apart from null only.
template <class T>
std::uint64_t trace_value(const T& value) {
  if constexpr (std::is_pointer_v<T>)
    return value != nullptr;
  else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
    return static_cast<std::uint64_t>(value);
  else
    return value.trace_value();
}

template <class T>
class Word {
 public:
  Word(Line& line, T initial) : line_(&line), id_(++line.memory_.words_), value_(initial) {
    if (WeakWords* weak = line.memory_.weak_; weak != nullptr && line.region_ != nullptr)
      weak->lies_in(line.region_->id(), object());
  }

  T read(sim::Site site, Ordering ordering) {
    memory().begin(site, *line_, id_, Access::read, ready_);
    const T value = found(ordering);
    memory().end(site, trace_value(value));
    return value;
  }
  // A read that costs nothing and is no step: it belongs to the running one.  Of use only to
  // whoever looks at more than one access after the other.
  T look(sim::Site site, Ordering ordering) {
    WeakWords* weak = memory().weak();
    if (weak == nullptr) return value_;
    memory().touch(Object::word, id_, sim::Touch::read);
    const WeakWords::Named named(*weak, site);
    return weak->read(object(), value_, ordering);
  }
  void write(sim::Site site, T value, Ordering ordering) {
    write_by(
        site, [&value] { return value; }, ordering);
  }
  // Stores what `value()` says at the moment of the effect.
  template <class F>
  void write_by(sim::Site site, F value, Ordering ordering) {
    if (memory().effects(site) == 0) [[unlikely]]
      return lose(site, Access::write);
    memory().begin(site, *line_, id_, Access::write, ready_);
    end_write(site, store(site, value(), ordering));
  }
  T add_return(sim::Site site, std::type_identity_t<T> by, Ordering ordering) {
    return add_return(
        site, by, [] {}, ordering);
  }
  template <class F>  // `at_effect()` is called at the moment of the effect
  requires std::invocable<F> T add_return(sim::Site site, std::type_identity_t<T> by, F at_effect,
                                          Ordering ordering) {
    if (const int n = memory().effects(site); n != 1) [[unlikely]]
      by = static_cast<T>(by * n);
    memory().begin(site, *line_, id_, Access::rmw, ready_);
    at_effect();
    const auto sum = [by](T found) { return std::optional(static_cast<T>(found + by)); };
    const T value = *sum(update(site, ordering, sum));
    end_write(site, value);
    return value;
  }
  // A counter of the CPU's own, which nobody else changes: no lock, no result, no order.
  void this_cpu_add(sim::Site site, std::type_identity_t<T> by) {
    if (const int n = memory().effects(site); n != 1) [[unlikely]]
      by = static_cast<T>(by * n);
    memory().begin(site, *line_, id_, Access::this_cpu, ready_);
    end_write(site, store(site, static_cast<T>(found(Ordering::once) + by), Ordering::once));
  }
  T cmpxchg(sim::Site site, T expected, T desired, Ordering ordering) {
    if (memory().effects(site) == 0) [[unlikely]]
      desired = expected;
    memory().begin(site, *line_, id_, Access::rmw, ready_);
    const T was = update(site, ordering, [&](const T& found) {
      return found == expected ? std::optional(desired) : std::nullopt;
    });
    memory().end_write(site, id_, trace_value(was), false);
    return was;  // the value found
  }
  [[nodiscard]] std::uint32_t id() const { return id_; }
  [[nodiscard]] std::uint64_t object() const { return models::object(Object::word, id_); }
  [[nodiscard]] const T& peek() const { return value_; }  // for statistics and the checker: no step
  // Within somebody's step, or before the run; it races with nobody.
  void poke(T value) {
    WeakWords* weak = memory().weak();
    if (weak != nullptr) weak->order().quiet(1);
    store("as it is made", value, Ordering::once);
    if (weak != nullptr) weak->order().quiet(-1);
  }

 private:
  Memory& memory() { return line_->memory_; }
  T found(Ordering ordering) {
    if (WeakWords* weak = memory().weak()) [[unlikely]]
      return weak->read(object(), value_, ordering);
    return value_;
  }
  T store(sim::Site site, T value, Ordering ordering) {
    if (WeakWords* weak = memory().weak()) [[unlikely]]
      weak->write(site, object(), value_, value, ordering);
    else
      value_ = value;
    return value;
  }
  template <class F>
  T update(sim::Site site, Ordering ordering, F next) {
    if (WeakWords* weak = memory().weak()) [[unlikely]]
      return weak->update(site, object(), value_, ordering, next);
    const T was = value_;
    if (const std::optional<T> stored = next(was)) value_ = *stored;
    return was;
  }
  void end_write(sim::Site site, const T& written) {
    constexpr bool exact = std::is_integral_v<T> || std::is_enum_v<T>;  // no handle, no pointer
    memory().end_write(site, id_, trace_value(written), exact);
  }
  void lose(sim::Site site, Access access) {  // a seeded fault: the step without its effect
    memory().begin(site, *line_, id_, access, ready_);
    memory().end(site, trace_value(value_));
  }
  Line* line_;
  std::uint32_t id_;  // the same in every run: the explorer knows words by it
  T value_;
  Ready ready_;  // when a core that runs ahead has it
};

}  // namespace poolrace::models
