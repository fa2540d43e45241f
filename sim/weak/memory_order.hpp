// SPDX-License-Identifier: MIT
// Memory weaker than one access after the other, in world `explore`.  An access is one step, where
// it stands in the program; in what order accesses take effect is decided beside the steps: a read
// may find a version that has been overwritten, a write may turn out to be older than another.  Each
// such decision is a way of its step (Explore::choose), allowed if the order of effects stays one:
// program order as far as the model keeps it, a write before the reads that find it, the versions of
// a place one after the other, a read before the version after the one that it found.
//
// So there are no store buffers to flush, no steps more, and an execution is named by who stepped
// and which ways were taken.  To pass over a version is offered only where the steps so far put it
// before the running one: else another order of steps finds the same (sim/weak/README.md).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sim/explore/explore.hpp"
#include "sim/explore/trace_order.hpp"
#include "sim/weak/access_order.hpp"
#include "sim/weak/data_races.hpp"
#include "sim/weak/grace_periods.hpp"
#include "sim/weak/program_order.hpp"
#include "sim/weak/versions.hpp"

namespace poolrace::sim {

class MemoryOrder final : public AccessOrder, public TouchListener {
 public:
  static constexpr Place nowhere = 0;
  // `place_of`: in which place of memory an object of footprints lies; what lies nowhere in memory
  // happens where its step stands.
  MemoryOrder(Explore& world, MemoryModel model, std::function<Place(std::uint64_t)> place_of);

  // Who looks for data races meanwhile; or nobody.
  void watch_races(DataRaces* races) { races_ = races; }
  // Every way that the model allows, also those of which another order of steps finds the same: for
  // who shows all that there is, and reduces nothing.
  void offer_all() { offer_all_ = true; }
  // The steps whose stores the latest step passed over, by the way that it took.
  [[nodiscard]] std::vector<std::size_t> passed_over() const {
    return chose_at_ == world_.steps().size() ? passed_ : std::vector<std::size_t>{};
  }
  void quiet(int by) override { quiet_[world_.self().id()] += by; }
  void comes_next(const char* site, std::uint64_t through) override {
    site_ = site;
    through_ = through;
  }
  void reached_through(std::uint64_t what) { through_ = what; }
  void gave_pointer(std::uint64_t to) override {
    if (races_ != nullptr) races_->gave_pointer(to);
  }
  void changed_nothing() override {
    if (races_ != nullptr) races_->changed_nothing();
  }
  void gives(std::uint64_t what) override {
    if (races_ != nullptr) races_->release(cpu_id(), what);
  }
  void takes(std::uint64_t what) override {
    if (races_ != nullptr) races_->acquire(cpu_id(), what);
  }
  // To data races one unit of memory, such as bits of one bitfield: who writes one writes all.
  void one_unit(Place place, Place with) { units_[place] = with; }
  // Contexts of one CPU share its program order; without a word each has a CPU of its own.
  void runs_on(const Context& context, std::uint32_t cpu);
  // ---- by the running step ------------------------------------------------------------------
  [[nodiscard]] bool recording() const override { return !world_.steps().empty(); }
  std::uint32_t read(Place place, Ordering ordering, bool leads_on) override {
    return read(place, all_bytes, ordering, {}, leads_on);
  }
  std::uint32_t write(Place place, Ordering ordering) override {
    return write(place, all_bytes, ordering);
  }
  Update update(Place place, Ordering ordering,
                const std::function<bool(std::uint32_t)>& stores) override {
    return update(place, all_bytes, ordering, stores);
  }
  [[nodiscard]] std::uint32_t newest(Place place) const override {
    return newest(place, all_bytes);
  }
  // The same of some bytes of a place.  `address_from`: reads on whose values the address hangs.
  std::uint32_t read(Place place, ByteMask bytes, Ordering ordering, const EventSet& address_from,
                     bool leads_on = false);
  std::uint32_t write(Place place, ByteMask bytes, Ordering ordering);
  Update update(Place place, ByteMask bytes, Ordering ordering,
                const std::function<bool(std::uint32_t)>& stores);
  [[nodiscard]] std::uint32_t newest(Place place, ByteMask bytes) const;
  [[nodiscard]] Event last_read() const { return last_read_; }
  // Whatever comes, this CPU sees that version of the place or a newer one.
  void see(Place place, ByteMask bytes, std::uint32_t version);
  [[nodiscard]] const Versions& versions(Place place) { return places_[place]; }
  [[nodiscard]] const EventSet& reads_so_far() { return cpu().order.reads(); }

  void fence(Fence fence) override;
  void lock(std::uint64_t lock);
  void unlock(std::uint64_t lock);
  void enter_section();  // outermost ones
  void leave_section();
  void grace_period_begins();
  void call_rcu();  // one begins, and nobody here waits for its end
  void grace_period_ends();
  // So much time has passed that no store of the step's past is still on its way.
  void settle();

  std::optional<Late> late_write(const std::vector<Place>& places, std::uint64_t freed) override;

  void touched(std::uint64_t object, Touch how) override;

 private:
  struct Cpu {
    explicit Cpu(MemoryModel model) : order(model) {}
    ProgramOrder order;
  };
  struct Thing {  // no place in memory: who touched it
    std::vector<Event> writes, reads, releases, signals;
  };
  Cpu& cpu() { return cpus_.try_emplace(cpu_id(), model_).first->second; }
  [[nodiscard]] std::uint32_t cpu_id() const;
  Event step_event();
  void put_all_before(const std::vector<Event>& earlier, Event e);
  TraceOrder::Clock past(const std::function<bool(std::uint64_t)>& without);
  // A loop that waits for a store on its way ends: for it not to, it would have to stay away while the
  // reader comes round again and again.
  static constexpr int late_max = 3;

  // The running step's access: some bytes of a place, and the versions that it can tell apart.
  struct Access {
    Place place;
    ByteMask bytes;
    Versions& versions;
    std::vector<std::size_t> of;
  };
  Access access(Place place, ByteMask bytes);
  void tell(Place place, ByteMask bytes, bool reads, bool writes, Ordering ordering);
  [[nodiscard]] bool must_pass(const Access& it, std::size_t nth, TraceOrder::Clock before) const;
  std::size_t choose(const Access& it, const std::function<bool(std::size_t)>& allowed);
  void note_passed(std::vector<std::size_t> steps) {
    if (steps.empty()) return;  // a step can have more accesses, of which one has the choice
    passed_ = std::move(steps);
    chose_at_ = world_.steps().size();
  }
  [[nodiscard]] bool is_external(const Version& version) const;
  [[nodiscard]] EventSet with_read(EventSet after, const Access& it, std::size_t nth) const;
  [[nodiscard]] static EventSet with_write(EventSet after, const Access& it, std::size_t nth);
  [[nodiscard]] bool may_pass(const EventSet& after, const Access& it, std::size_t nth) const;
  [[nodiscard]] bool can_come_behind(const Access& it, std::size_t nth) const;
  void put_before_newer(Event e, const Access& it, std::size_t nth);
  void finish_read(const Access& it, std::size_t nth, const EventSet& after, Ordering ordering);
  std::uint32_t finish_write(const Access& it, std::size_t nth, const EventSet& after, bool update,
                             Event& e);

  Explore& world_;
  MemoryModel model_;
  std::function<Place(std::uint64_t)> place_of_;
  DataRaces* races_ = nullptr;
  bool offer_all_ = false;
  std::vector<std::size_t> passed_;  // by the choice in step chose_at_, counted from 1
  std::size_t chose_at_ = 0;
  const char* site_ = nullptr;
  std::uint64_t through_ = 0;
  std::unordered_map<Place, Place> units_;
  std::unordered_map<std::uint32_t, int> quiet_;  // by context
  EventOrder order_;
  std::optional<TraceOrder> trace_;
  GracePeriods grace_periods_;
  std::unordered_map<std::uint32_t, std::uint32_t> cpu_of_;  // by context
  std::map<std::uint32_t, Cpu> cpus_;
  std::unordered_map<Place, Versions> places_;
  std::unordered_map<std::uint64_t, Thing> things_;
  struct Unlocked {
    Event event;
    std::uint32_t cpu;
  };
  std::unordered_map<std::uint64_t, Unlocked> unlocked_;
  std::size_t step_ = 0;  // of which step_event_ is, counted from 1
  Event step_event_ = 0, last_read_ = 0;
};

}  // namespace poolrace::sim
