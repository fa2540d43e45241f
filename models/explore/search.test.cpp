// SPDX-License-Identifier: MIT
// The reduction against plain enumeration with the footprints that the models really give: random
// small programs over words in structs that are freed, locks, RCU, pages that are mapped, synced,
// unmapped, freed and allocated again, bottom halves and a softirq on a task's CPU.  Both must see
// the same kinds of violation, and each context the same values in the same sets of executions.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>

#include "models/assembly.hpp"
#include "models/dma/iommu.hpp"
#include "models/dma/swiotlb.hpp"
#include "models/explore/execution.hpp"
#include "models/explore/platform.hpp"
#include "models/parameters.hpp"
#include "sim/explore/commutation.hpp"

namespace poolrace::models {
namespace {

enum class Op : std::uint8_t {
  read,
  write,
  add,
  kfree,
  lock,
  lock_bh,
  section,
  grace,
  bh_off,
  map,
  unmap,
  sync,
  page_write,
  page_put,
  page_alloc,
  consume,
  device_write,
  write_back,
  flush,
  remove,
};
struct Act {
  Op op;
  std::uint32_t object = 0;
  std::vector<Act> inside;  // of a lock, a section, a stretch with bottom halves off
};
struct Flow {
  bool softirq = false;  // on the CPU of part 0, which it interrupts
  std::vector<Act> acts;
};
struct Drawn {
  ExploreConfig config;
  std::vector<Flow> parts;
};

constexpr std::uint32_t structs = 2, locks = 2, pages = 2;

struct Struct {
  explicit Struct(ExplorePlatform& p, ExplorePlatform::Region::Kind kind)
      : region(p, kind), line(p, region), word(line, 0) {}
  ExplorePlatform::Region region;
  ExplorePlatform::Line line;
  Word<int> word;
};

// As in machine.cpp, without a pool.
class Stage final : private MemoryListener {
 public:
  Stage(const Drawn& drawn, sim::Scheduler& scheduler)
      : world_(scheduler),
        checker_({[this] { return here(); }, [this] { world_.stop(); }}),
        cpus_(world_, cpu_params()),
        memory_(cpus_, trace_, {}),
        pages_(memory_, checker_, pages_params(), streams_),
        iommu_(iommu_params(drawn.config)),
        swiotlb_(swiotlb_params(drawn.config)),
        cache_({.coherent = drawn.config.coherent}),
        dma_(memory_, checker_, pages_, iommu_, swiotlb_, cache_, nullptr,
             {.dma_debug = drawn.config.dma_debug,
              .swiotlb = drawn.config.swiotlb,
              .iommu_generation = drawn.config.iommu_generation,
              .one_list = true},
             streams_),
        platform_(world_, nullptr, {cpus_, memory_, pages_, dma_, checker_},
                  tasks_are_readers(drawn.config.preempt, drawn.config.preempt_dynamic)),
        device_(memory_, drawn.config.coherent),
        locks_owner_(platform_, ExplorePlatform::Region::other),
        locks_platform_line_(platform_, locks_owner_) {
    memory_.listen(this);
    memory_.observe(&world_);
    checker_.end_at_any_harm();
    for (std::uint32_t i = 0; i < structs; ++i)  // an access to the second, freed, is no harm
      structs_.push_back(std::make_unique<Struct>(
          platform_, i == 0 ? ExplorePlatform::Region::pool : ExplorePlatform::Region::device));
    for (std::uint32_t i = 0; i < locks; ++i)
      locks_.push_back(
          std::make_unique<ExplorePlatform::SpinLock>(platform_, locks_platform_line_));
    world_.set_up([this] { set_up(); });
    for (const Flow& part : drawn.parts) spawn(part, drawn.config);
  }

  sim::Explore::End run() { return world_.execute(); }
  sim::Explore& world() { return world_; }
  void add_kinds(std::set<std::string>& kinds) const {
    for (const Violation& v : checker_.firsts())
      kinds.insert(std::string(kind_info(v.kind).name) + " " + harm_name(v.harm));
  }
  // What each context has seen: the same in executions that differ in commuting steps alone.
  [[nodiscard]] std::string story() const {
    std::vector<std::string> seen(world_.contexts().size());
    for (const sim::Step& step : world_.steps())
      seen[step.context] += std::string(step.site) + "=" + std::to_string(step.value) + ",";
    std::string out;
    for (const std::string& s : seen) out += s + "|";
    return out;
  }

 private:
  static CpuParams cpu_params() {
    CpuParams p;
    p.cpus = 4;
    return p;
  }
  static PagesParams pages_params() {
    PagesParams p;
    p.frames = 4;
    p.ram_bytes = 1 << 20;
    return p;
  }
  static IommuParams iommu_params(const ExploreConfig& config) {
    static const Parameters none = parameter_table().defaults().values;
    IommuParams p = models::iommu_params(none);
    p.mode = config.iommu;
    p.cpus = p.iova.cpus = p.flush_queue.cpus = 4;
    p.iova.space_pages = 64;
    p.iotlb.entries = 8;
    return p;
  }
  static SwiotlbParams swiotlb_params(const ExploreConfig& config) {
    SwiotlbParams p;
    p.cpus = 4;
    p.slots = 512;
    if (config.swiotlb) p.bounce_from_pfn = 0;
    return p;
  }

  void set_up() {
    cpus_.adopt(0, Level::task, world_.self());
    for (std::uint32_t i = 0; i < pages; ++i) {
      pages_in_use_.push_back(pages_.alloc(0, 0));
      addresses_.push_back(dma_.map(device_, pages_in_use_[i], 0));
    }
  }
  void spawn(const Flow& part, const ExploreConfig& config) {
    const bool interrupted = !part.softirq && next_cpu_ == 0;
    sim::Context& c = world_.spawn("part", sim::Priority::task, [this, part, config] {
      if (part.softirq) return platform_.softirq([this, &part] { act(part.acts); });
      platform_.enter_kernel();
      act(part.acts);
      platform_.leave_kernel();
    });
    const CpuId cpu = part.softirq ? 0 : next_cpu_++;
    cpus_.adopt(cpu, part.softirq ? Level::softirq : Level::task, c);
    if (interrupted) world_.needs(c, object(Object::cpu, 0));
  }
  void act(const std::vector<Act>& acts) {
    for (const Act& a : acts) act(a);
  }
  void act(const Act& a);

  Checker::Here here() {
    const Ps at = static_cast<Ps>(world_.steps().size());
    return {at, world_.in_context() ? world_.self().name() : "at the end", ps_never};
  }
  void use_after_free(Region& region, sim::Site site) override {
    const bool harms = region.kind() == Region::pool;
    checker_.report(harms ? Kind::pool_use_after_free : Kind::device_use_after_free,
                    harms ? Harm::corruption : Harm::none, site.text(), "kfree");
  }
  Ps stall_at(sim::Site) override { return 0; }

  sim::Explore world_;
  sim::Trace trace_;
  sim::Streams streams_{1, 1};
  Checker checker_;
  Cpus cpus_;
  Memory memory_;
  Pages pages_;
  Iommu iommu_;
  Swiotlb swiotlb_;
  LineCache cache_;
  Dma dma_;
  ExplorePlatform platform_;
  Device device_;
  ExplorePlatform::Region locks_owner_;
  ExplorePlatform::Line locks_platform_line_;
  std::vector<std::unique_ptr<Struct>> structs_;
  std::vector<std::unique_ptr<ExplorePlatform::SpinLock>> locks_;
  ExplorePlatform::ConsumerOwner owner_{platform_};
  std::vector<Page> pages_in_use_;
  std::vector<std::uint64_t> addresses_;
  CpuId next_cpu_ = 0;
};

void Stage::act(const Act& a) {
  const std::uint32_t o = a.object;
  switch (a.op) {
    case Op::read:
      structs_[o]->word.read("read", Ordering::once);
      return;
    case Op::write:
      return structs_[o]->word.write("write", 5, Ordering::once);
    case Op::add:
      structs_[o]->word.add_return("add", 1, Ordering::full);
      return;
    case Op::kfree:
      structs_[o]->word.read("last read", Ordering::once);
      return platform_.kfree(structs_[o]->region);
    case Op::lock:
      locks_[o]->lock("lock");
      act(a.inside);
      return locks_[o]->unlock("unlock");
    case Op::lock_bh:
      locks_[o]->lock_bh("lock_bh");
      act(a.inside);
      return locks_[o]->unlock_bh("unlock_bh");
    case Op::section:
      platform_.rcu_read_lock();
      act(a.inside);
      return platform_.rcu_read_unlock();
    case Op::grace:
      return platform_.synchronize_rcu("synchronize_rcu");
    case Op::bh_off:
      return platform_.bh_off([&] { act(a.inside); });
    case Op::map:  // this context's own page, mapped once more
      dma_.map(device_, pages_in_use_[o], 0);
      return;
    case Op::unmap:
      return dma_.unmap(device_, addresses_[o], 0, pages_in_use_[o]);
    case Op::sync:
      return dma_.sync_for_device(device_, addresses_[o], 0, 64, pages_in_use_[o]);
    case Op::page_write:
      return pages_in_use_[o].pp_magic().write("page: write", 3, Ordering::once);
    case Op::page_put:
      return pages_.put_ref(pages_in_use_[o]);
    case Op::page_alloc:
      dma_.map(device_, pages_.alloc(0, 0), 0);
      return;
    case Op::consume: {
      ExplorePlatform::ConsumerScope scope(platform_, owner_);
      structs_[o]->word.read("consume", Ordering::once);
      return;
    }
    case Op::device_write:
      memory_.step_begin("device: write payload", 0);
      dma_.device_access(addresses_[o], 0, 64, true, pages_in_use_[o]);
      return memory_.end("device: write payload", 0);
    case Op::write_back:
      return dma_.write_back(pages_in_use_[o], "cache: write back dirty lines");
    case Op::flush:
      return dma_.flush_now("flush queue: the timer fires");
    case Op::remove:
      memory_.step_begin("remove", 0);
      device_.bound = device_.group_valid = false;
      dma_.detach();
      return memory_.end("remove", 0);
  }
}

class Draw {
 public:
  explicit Draw(unsigned seed) : draw_(seed) {}
  Drawn drawn() {
    Drawn out;
    out.config.coherent = below(4) == 0;
    out.config.iommu = std::array{IommuMode::none, IommuMode::lazy, IommuMode::strict}[below(3)];
    out.config.swiotlb = out.config.iommu == IommuMode::none && below(3) == 0;
    out.config.preempt = below(3) != 0 ? PreemptModel::full : PreemptModel::none;
    const std::uint32_t parts = 2 + below(2);
    for (std::uint32_t i = 0; i < parts; ++i) {
      Flow part;
      atomic_ = part.softirq = i > 0 && below(4) == 0;
      const std::uint32_t blocks = 1 + below(parts == 2 ? 3 : 1);
      for (std::uint32_t b = 0; b < blocks; ++b) part.acts.push_back(block());
      out.parts.push_back(std::move(part));
    }
    return out;
  }

 private:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(draw_() % n); }
  Act simple() {
    switch (below(17)) {
      case 0:
      case 1:
        return {Op::read, below(structs), {}};
      case 2:
        return {Op::write, below(structs), {}};
      case 3:
      case 4:
        return {Op::add, below(structs), {}};
      case 5:
        return {Op::kfree, below(structs), {}};
      case 6:
        return {Op::unmap, below(pages), {}};
      case 7:
      case 8:
        return {Op::sync, below(pages), {}};
      case 9:
        return {Op::page_put, below(pages), {}};
      case 10:
        return {below(2) == 0 ? Op::map : Op::page_alloc, below(pages), {}};
      case 11:
        return {Op::consume, below(structs), {}};
      case 12:
        return {below(2) == 0 ? Op::device_write : Op::write_back, below(pages), {}};
      case 13:
        return {Op::flush, 0, {}};
      case 14:
        return {Op::remove, 0, {}};
      default:
        return {Op::page_write, below(pages), {}};
    }
  }
  Act around(Op op, std::uint32_t objects) {
    Act out{op, below(objects), {simple()}};
    if (op == Op::lock && below(3) == 0)  // in either order, so that deadlocks occur
      out.inside.push_back({Op::lock, 1 - out.object, {}});
    return out;
  }
  Act block() {
    switch (below(8)) {
      case 0:
        return around(Op::lock, locks);
      case 1:
        return around(atomic_ ? Op::lock : Op::lock_bh, locks);
      case 2:
        return around(Op::section, 1);
      case 3:
        return atomic_ ? simple() : Act{Op::grace, 0, {}};
      case 4:
        return atomic_ ? simple() : around(Op::bh_off, 1);
      default:
        return simple();
    }
  }
  std::mt19937 draw_;
  bool atomic_ = false;
};

struct Outcome {
  std::set<std::string> stories, kinds;
  std::uint64_t executions = 0;
  bool complete = true;
};

Outcome search(const Drawn& drawn, bool reduced, std::uint64_t executions_max) {
  sim::Search all({reduced, -1});
  Outcome out;
  for (bool more = true; more;) {
    if (all.executions() == executions_max) {
      out.complete = false;
      break;
    }
    Stage stage(drawn, all);
    const sim::Explore::End end = stage.run();
    stage.add_kinds(out.kinds);
    if (end == sim::Explore::End::finished) out.stories.insert(stage.story());
    if (end == sim::Explore::End::deadlock) out.stories.insert("deadlock " + stage.story());
    more = all.another(stage.world(), end);
  }
  out.executions = all.executions();
  return out;
}

std::string text_of(const Act& a) {
  static const char* names[] = {"read",    "write",        "add",        "kfree",    "lock",
                                "lock_bh", "section",      "grace",      "bh_off",   "map",
                                "unmap",   "sync",         "page write", "page put", "page alloc",
                                "consume", "device write", "write back", "flush",    "remove"};
  std::string out = std::string(names[static_cast<std::size_t>(a.op)]) + std::to_string(a.object);
  if (a.inside.empty()) return out;
  out += "{";
  for (const Act& inside : a.inside) out += text_of(inside) + " ";
  return out + "}";
}

std::string text_of(const Drawn& drawn) {
  std::string out = "\n " + models::text_of(drawn.config);
  for (const Flow& part : drawn.parts) {
    out += part.softirq ? "\n softirq:" : "\n task:";
    for (const Act& a : part.acts) out += " " + text_of(a);
  }
  return out;
}

// Programs too large to enumerate plainly are passed over.
void compare(unsigned from, unsigned to, std::uint64_t executions_max, std::uint64_t at_least,
             std::size_t kinds_at_least) {
  std::uint64_t compared = 0, reduced_executions = 0, plain_executions = 0;
  std::set<std::string> kinds;
  for (unsigned seed = from; seed < to; ++seed) {
    const Drawn drawn = Draw(seed).drawn();
    const Outcome plain = search(drawn, false, executions_max);
    if (!plain.complete) continue;
    const Outcome reduced = search(drawn, true, UINT64_MAX);
    ++compared;
    EXPECT_EQ(reduced.kinds, plain.kinds) << "seed " << seed << text_of(drawn);
    EXPECT_EQ(reduced.stories, plain.stories) << "seed " << seed << text_of(drawn);
    if (testing::Test::HasFailure()) return;
    kinds.insert(plain.kinds.begin(), plain.kinds.end());
    reduced_executions += reduced.executions;
    plain_executions += plain.executions;
  }
  EXPECT_GE(compared, at_least);
  EXPECT_GE(kinds.size(), kinds_at_least);  // else the programs have grown too tame to tell
  std::printf("%llu programs, %zu kinds: %llu executions reduced, %llu plain\n",
              static_cast<unsigned long long>(compared), kinds.size(),
              static_cast<unsigned long long>(reduced_executions),
              static_cast<unsigned long long>(plain_executions));
}

// A grace period ends behind the sections that it waits for.  That it had to end behind every
// section which was over by then was once thought, and lost orders: the second here can begin
// within the second section only if the first ended before that.
TEST(Footprints, AGracePeriodFollowsNoLaterSection) {
  const Act in{Op::section, 0, {{Op::read, 0, {}}}}, grace{Op::grace, 0, {}};
  Drawn drawn;
  drawn.parts = {{false, {in, in}}, {false, {grace, grace}}};
  const Outcome plain = search(drawn, false, UINT64_MAX), reduced = search(drawn, true, UINT64_MAX);
  EXPECT_EQ(reduced.stories, plain.stories);
  EXPECT_EQ(plain.stories.size(), 4U);  // each waits for somebody or for nobody
}

// Device removal ends all mapping, and frees the addresses that the flush queue holds.
TEST(Footprints, AMapDependsOnTheDevicesRemoval) {
  Drawn drawn;
  drawn.config.iommu = IommuMode::lazy;
  drawn.config.iommu_generation = IommuGeneration::v6_15;  // up to v6.14 it ends in an oops
  drawn.parts = {{false, {{Op::map, 1, {}}}}, {false, {{Op::remove, 0, {}}}}};
  const Outcome plain = search(drawn, false, UINT64_MAX), reduced = search(drawn, true, UINT64_MAX);
  EXPECT_EQ(reduced.stories, plain.stories);
  EXPECT_EQ(plain.stories.size(), 2U);  // it finds a domain, or none
}

// As sim/explore/commutation.hpp has it: programs too large to enumerate, too.  `hidden`: a kind of
// object that is left out of every footprint, or -1.
sim::CommutationCheck commutation_of(const Drawn& drawn, int hidden) {
  return sim::CommutationCheck([&drawn, hidden](sim::Scheduler& scheduler) {
    Stage stage(drawn, scheduler);
    const sim::Explore::End end = stage.run();
    std::set<std::string> kinds;
    stage.add_kinds(kinds);
    std::string outcome;
    for (const std::string& kind : kinds) outcome += kind + "\n";
    std::vector<sim::Step> steps = stage.world().steps();
    for (sim::Step& step : steps)
      std::erase_if(step.touched, [hidden](const sim::Touched& touched) {
        return static_cast<int>(touched.object >> 56) == hidden;
      });
    return sim::CommutationCheck::Told{end, std::move(steps), outcome};
  });
}

void commute(unsigned from, unsigned to, std::uint64_t swaps_at_least) {
  std::uint64_t swaps = 0;
  for (unsigned seed = from; seed < to; ++seed) {
    const Drawn drawn = Draw(seed).drawn();
    sim::CommutationCheck check = commutation_of(drawn, -1);
    ASSERT_TRUE(check.run(1, 20)) << "seed " << seed << text_of(drawn) << "\n" << check.gap();
    swaps += check.swaps();
  }
  EXPECT_GE(swaps, swaps_at_least);
}

TEST(Footprints, SayWhatCommutes) {
  commute(0, 200, 1000);
}
TEST(FootprintsSlow, SayWhatCommutes) {
  commute(200, 6000, 30'000);
}

// The check can fail: it notices when one of these is left out of all footprints.  The rest seldom
// or never stand alone (an IOTLB entry beside the device's phase, a page's mapping beside its
// address).
TEST(FootprintsSlow, AKindThatIsLeftOutIsNoticed) {
  const auto noticed = [](Object hidden) {
    for (unsigned seed = 0; seed < 200; ++seed) {
      const Drawn drawn = Draw(seed).drawn();
      if (!commutation_of(drawn, static_cast<int>(hidden)).run(1, 20)) return true;
    }
    return false;
  };
  for (const Object kind : {Object::word, Object::region, Object::lock, Object::frame,
                            Object::iova_list, Object::device, Object::cpu, Object::reader})
    EXPECT_TRUE(noticed(kind)) << static_cast<int>(kind);
}

TEST(Footprints, LoseNothing) {
  compare(0, 80, 300, 30, 4);
}
TEST(FootprintsSlow, LoseNothing) {
  compare(80, 440, 1500, 200, 7);
}
TEST(FootprintsLong, LoseNothing) {
  compare(440, 10'000, 20'000, 5000, 8);
}

}  // namespace
}  // namespace poolrace::models
