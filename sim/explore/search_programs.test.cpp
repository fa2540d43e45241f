// SPDX-License-Identifier: MIT
// The machine of one execution, and how programs are drawn.  No tests here: see search.test.cpp.
#include "sim/explore/search_programs.hpp"

namespace poolrace::sim::programs {

namespace {

constexpr std::uint32_t contexts_max = 4;
// Objects, as the footprints know them; sections left are numbered by context and section.
constexpr std::uint64_t word_object = 0x100, lock_object = 0x200, cpu_object = 0x300,
                        reader_object = 0x400, life_object = 0x500, map_object = 0x600,
                        queue_object = 0x700, posted_object = 0x10000, left_object = 0x20000;

class Machine {
 public:
  Machine(Explore& world, std::set<std::string>& kinds) : world_(world), kinds_(kinds) {}

  void run(const Program& program, std::uint32_t c) {
    const std::uint64_t cpu = cpu_object + static_cast<std::uint64_t>(program.irq_on[c] + 1);
    if (program.irq(c)) world_.acquire(cpu);
    for (const Act& a : program.contexts[c]) act(c, a);
    if (!program.irq(c)) return;
    world_.give_up_turn();
    world_.release(cpu);
  }
  [[nodiscard]] std::string state() const {
    std::string out;
    for (int w : words_) out += std::to_string(w) + " ";
    for (const std::string& l : log_) out += "| " + l;
    for (const std::string& kind : misuse_) out += " " + kind;
    return out;
  }

 private:
  void act(std::uint32_t me, const Act& a);
  void access(std::uint32_t word, Touch how) {
    world_.give_up_turn();
    world_.touch(word_object + word, how);
    world_.touch(life_object + word, Touch::read);
    if (!alive_[word]) harm("use-after-free");
  }
  void mapping(std::uint32_t me, const Act& a);
  void grace();
  void serve(std::uint32_t me);
  void misuse(const std::string& kind) {
    kinds_.insert(kind);
    misuse_.insert(kind);
  }
  void harm(const std::string& kind) {
    kinds_.insert(kind);
    world_.stop();
  }

  Explore& world_;
  std::set<std::string>& kinds_;
  std::set<std::string> misuse_;
  std::array<int, 3> words_{};
  std::array<bool, 3> alive_{true, true, true};
  std::array<bool, 2> mapped_{true, true};
  std::array<int, contexts_max> nesting_{}, sections_{};
  std::vector<int> queue_;
  int posted_ = 0;
  std::size_t served_ = 0;
  std::array<std::string, contexts_max> log_{};
};

void Machine::act(std::uint32_t me, const Act& a) {
  switch (a.op) {
    case Op::read:
      access(a.object, Touch::read);
      log_[me] += std::to_string(words_[a.object]) + ",";
      return;
    case Op::write:
      access(a.object, Touch::write);
      words_[a.object] = a.value;
      if (a.value == 13) harm("thirteen");
      return;
    case Op::add:
      access(a.object, Touch::write);
      words_[a.object] += a.value;
      return;
    case Op::lock:
      return world_.acquire(lock_object + a.object);
    case Op::bh_off:
      return world_.acquire(cpu_object + me + 1);
    case Op::unlock:
      world_.give_up_turn();
      return world_.release(lock_object + a.object);
    case Op::bh_on:
      world_.give_up_turn();
      return world_.release(cpu_object + me + 1);
    case Op::enter:
      world_.give_up_turn();
      world_.touch(reader_object + me, Touch::write);
      ++nesting_[me];
      return;
    case Op::leave:
      world_.give_up_turn();
      --nesting_[me];
      ++sections_[me];
      world_.touch(reader_object + me, Touch::write);
      world_.touch(left_object + me * 256 + static_cast<std::uint64_t>(sections_[me]),
                   Touch::signal);
      return;
    case Op::grace:
      return grace();
    case Op::free:
      world_.give_up_turn();
      world_.touch(life_object + a.object, Touch::write);
      if (!alive_[a.object]) misuse("double-free");
      alive_[a.object] = false;
      return;
    case Op::map:
    case Op::unmap:
    case Op::sync:
      return mapping(me, a);
    case Op::post:
      world_.give_up_turn();
      world_.touch(queue_object, Touch::write);  // the order of two posts
      world_.touch(posted_object + static_cast<std::uint64_t>(++posted_), Touch::signal);
      queue_.push_back(static_cast<int>(me));
      return;
    case Op::serve:
      return serve(me);
  }
}

void Machine::mapping(std::uint32_t me, const Act& a) {
  world_.give_up_turn();
  const bool now = mapped_[a.object];
  world_.touch(map_object + a.object, a.op == Op::sync ? Touch::read : Touch::write);
  if (a.op == Op::sync) log_[me] += now ? "+" : "-";
  if (a.op == Op::map && now) misuse("mapped twice");
  if (a.op == Op::unmap && !now) misuse("double-unmap");
  if (a.op == Op::map) mapped_[a.object] = true;
  if (a.op == Op::unmap) mapped_[a.object] = false;
  if (a.op != Op::sync || now) return;
  misuse("sync-after-unmap");
  world_.touch(word_object + a.object, Touch::read);
  if (words_[a.object] % 2 != 0) harm("sync of an odd word");
}

void Machine::grace() {
  world_.give_up_turn();
  std::array<int, contexts_max> wanted{};
  for (std::uint32_t p = 0; p < contexts_max; ++p) {
    world_.touch(reader_object + p, Touch::read);
    wanted[p] = nesting_[p] > 0 ? sections_[p] + 1 : 0;
  }
  world_.wait([this, wanted] {
    for (std::uint32_t p = 0; p < contexts_max; ++p)
      if (sections_[p] < wanted[p]) return false;
    return true;
  });
  for (std::uint32_t p = 0; p < contexts_max; ++p)
    if (wanted[p] > 0)
      world_.touch(left_object + p * 256 + static_cast<std::uint64_t>(wanted[p]), Touch::join);
}

void Machine::serve(std::uint32_t me) {
  // Who serves competes for the work: one at a time may wait.
  world_.acquire(queue_object + 1);
  const std::size_t mine = served_++;
  world_.wait([this, mine] { return queue_.size() > mine; });
  world_.touch(posted_object + mine + 1, Touch::join);
  world_.touch(queue_object + 1, Touch::read);
  log_[me] += "w" + std::to_string(queue_[mine]) + ",";
  world_.give_up_turn();
  world_.release(queue_object + 1);
}

}  // namespace

// ---- running ------------------------------------------------------------------------------------

namespace {

Explore::End run(Explore& world, Machine& machine, const Program& program) {
  for (std::uint32_t c = 0; c < program.contexts.size(); ++c)
    world.spawn("c" + std::to_string(c), Priority::task, [&, c] { machine.run(program, c); });
  for (std::uint32_t c = 0; c < program.contexts.size(); ++c)
    if (program.irq(c))
      world.needs(*world.contexts()[static_cast<std::size_t>(program.irq_on[c])],
                  cpu_object + static_cast<std::uint64_t>(program.irq_on[c] + 1));
  return world.execute();
}

std::string told(Explore::End end, const Machine& machine) {
  if (end == Explore::End::finished) return machine.state();
  if (end == Explore::End::deadlock) return "deadlock " + machine.state();
  return {};  // of what a harm has cut short, only that it happened is of interest
}

}  // namespace

Outcome search(const Program& program, const SearchOptions& options, std::uint64_t executions_max) {
  Search all(options);
  Outcome outcome;
  for (bool more = true; more;) {
    if (all.executions() == executions_max) {
      outcome.complete = false;
      break;
    }
    Explore world(all);
    Machine machine(world, outcome.kinds);
    const Explore::End end = run(world, machine, program);
    if (const std::string state = told(end, machine); !state.empty()) outcome.states.insert(state);
    more = all.another(world, end);
  }
  outcome.executions = all.executions();
  outcome.cut = all.cut();
  return outcome;
}

std::string run_once(const Program& program, Scheduler& scheduler) {
  std::set<std::string> kinds;
  Explore world(scheduler);
  Machine machine(world, kinds);
  const Explore::End end = run(world, machine, program);
  std::string out = end == Explore::End::stopped ? "harm" : told(end, machine);
  for (const std::string& kind : kinds) out += "; " + kind;
  return out;
}

// ---- drawing ------------------------------------------------------------------------------------

namespace {

class Draw {
 public:
  Draw(std::mt19937& draw, const Shape& shape) : draw_(draw), shape_(shape) {}

  Program program() {
    Program out;
    const std::uint32_t n =
        shape_.contexts_min + below(shape_.contexts_max - shape_.contexts_min + 1);
    words_ = 1 + below(3);
    maps_ = 1 + below(2);
    for (me_ = 0; me_ < n; ++me_) {
      irq_ = me_ > 0 && below(4) == 0;
      out.irq_on.push_back(irq_ ? 0 : -1);
      acts_.clear();
      const std::uint32_t most = shape_.blocks_max + 2 > n ? shape_.blocks_max + 2 - n : 1;
      for (std::uint32_t left = 1 + below(most); left > 0; --left) block();
      out.contexts.push_back(acts_);
    }
    return out;
  }

 private:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(draw_() % n); }
  void add(Op op, std::uint32_t object = 0, int value = 0) { acts_.push_back({op, object, value}); }

  void access() {
    const std::uint32_t word = below(words_);
    switch (below(8)) {
      case 0:
      case 1:
      case 2:
        return add(Op::read, word);
      case 3:
      case 4:
        return add(Op::write, word, static_cast<int>(me_ * 10 + acts_.size()) % 13);
      case 5:
      case 6:
        return add(Op::add, word, 1 + static_cast<int>(me_));
      default:
        return add(Op::write, word, below(6) == 0 ? 13 : 5);
    }
  }
  void nested_locks() {
    const std::uint32_t lock = below(2);
    add(Op::lock, lock);
    access();
    if (below(3) == 0) {  // in either order, so that deadlocks occur
      add(Op::lock, 1 - lock);
      add(Op::unlock, 1 - lock);
    }
    add(Op::unlock, lock);
  }
  void section() {
    add(Op::enter);
    access();
    if (shape_.mappings && below(3) == 0) add(Op::sync, below(maps_));
    add(Op::leave);
  }
  void mapping() {
    constexpr Op ops[] = {Op::unmap, Op::sync, Op::sync, Op::map};
    add(ops[below(4)], below(maps_));
  }
  void block() {
    switch (below(10)) {
      case 0:
      case 1:
        return nested_locks();
      case 2:
      case 3:
        return section();
      case 4:
        if (!irq_) add(Op::grace);
        return access();
      case 5:
        if (irq_) return access();
        add(Op::bh_off);
        access();
        return add(Op::bh_on);
      case 6:
        if (!shape_.lifetimes) return access();
        if (!irq_ && below(2) == 0) add(Op::grace);
        return add(Op::free, 3 - words_ + below(words_));
      case 7:
        return shape_.mappings ? mapping() : access();
      case 8:
        if (!shape_.work) return access();
        return add(!irq_ && below(2) == 0 ? Op::serve : Op::post);
      default:
        return access();
    }
  }

  std::mt19937& draw_;
  Shape shape_;
  std::uint32_t me_ = 0, words_ = 3, maps_ = 2;
  bool irq_ = false;
  std::vector<Act> acts_;
};

}  // namespace

Program random_program(std::mt19937& draw, const Shape& shape) {
  return Draw(draw, shape).program();
}

std::string text_of(const Program& program) {
  static const char* names[] = {"read",  "write", "add",   "lock",  "unlock", "bh_off",
                                "bh_on", "enter", "leave", "grace", "free",   "map",
                                "unmap", "sync",  "post",  "serve"};
  std::string out;
  for (std::size_t c = 0; c < program.contexts.size(); ++c) {
    out += program.irq(c) ? "\n irq:" : "\n task:";
    for (const Act& a : program.contexts[c])
      out += std::string(" ") + names[static_cast<std::size_t>(a.op)] + " " +
             std::to_string(a.object) + "=" + std::to_string(a.value) + ";";
  }
  return out;
}

}  // namespace poolrace::sim::programs
