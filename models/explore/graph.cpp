// SPDX-License-Identifier: MIT
#include "models/explore/graph.hpp"

#include <algorithm>
#include <bit>
#include <deque>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "models/explore/graph_merge.hpp"
#include "sim/errors.hpp"
#include "sim/explore/state_key.hpp"

namespace poolrace::models {

namespace {

// Strings by number, in the order of their first appearance.
class Interned {
 public:
  explicit Interned(std::vector<std::string>& list) : list_(list) {}
  std::uint32_t operator()(const std::string& text) {
    const auto [it, fresh] = index_.try_emplace(text, static_cast<std::uint32_t>(list_.size()));
    if (fresh) list_.push_back(text);
    return it->second;
  }

 private:
  std::vector<std::string>& list_;
  std::map<std::string, std::uint32_t> index_;
};

class Walk final : public sim::Scheduler {
 public:
  Walk(const ExploreTask& task, std::uint32_t states_max)
      : task_(task),
        states_max_(states_max),
        values_(graph_.values),
        waits_(graph_.waits),
        sites_(graph_.sites),
        touches_(graph_.touches),
        violations_(violation_texts_) {
    graph_.weak = task.config.memory != sim::MemoryModel::sc;
  }

  StateGraph run() {
    std::size_t frontier = 0;  // no state before it has a step untried
    do {
      goal_ = static_cast<std::uint32_t>(frontier);
      execute(path_to(frontier));
      while (frontier < nodes_.size() && !nodes_[frontier].open()) ++frontier;
      graph_.complete = frontier == nodes_.size();
    } while (!graph_.complete && nodes_.size() < states_max_);
    std::stable_sort(graph_.edges.begin(), graph_.edges.end(), [](const auto& a, const auto& b) {
      return std::tie(a.from, a.context, a.way) < std::tie(b.from, b.context, b.way);
    });
    if (graph_.weak) {
      note_stores_made(graph_);
      merge_equal_futures(graph_);
      note_stores_on_way(graph_);
    }
    measure_crashes();
    return std::move(graph_);
  }

  std::uint32_t next(const std::vector<sim::Step>& taken, sim::ContextSet enabled) override {
    if (taken.size() < path_.size()) {
      arrive(taken);
      return path_[taken.size()].context;
    }
    const std::uint32_t here = visit(taken, enabled);
    Node& node = nodes_[here];
    if (!node.open() || nodes_.size() >= states_max_) return nobody;
    way_.reset();
    if (node.untried == 0) {
      const sim::Pick pick = node.ways.back();
      node.ways.pop_back();
      way_ = pick.way;
      return pick.context;
    }
    const auto context = static_cast<std::uint32_t>(std::countr_zero(node.untried));
    node.untried &= ~sim::set_of(context);
    return context;
  }

  // A step that was never taken from here goes on as usual; its other ways are tried later.
  std::uint32_t choose(const std::vector<sim::Step>& taken, std::uint64_t allowed) override {
    if (taken.size() <= path_.size()) return path_[taken.size() - 1].way;
    if (way_) return *way_;
    for (std::uint64_t left = allowed & ~std::uint64_t{1}; left != 0; left &= left - 1)
      nodes_[here_].ways.emplace_back(taken.back().context,
                                      static_cast<std::uint32_t>(std::countr_zero(left)));
    return 0;
  }

  void ended(const std::vector<sim::Step>& taken) override {
    if (taken.size() > seen_) visit(taken, 0);
  }

 private:
  using Numbers = std::vector<std::uint32_t>;
  struct Node {
    sim::ContextSet enabled = 0, untried = 0;
    std::uint32_t parent = 0;  // how it was first reached
    sim::Pick by{nobody};
    std::vector<sim::Pick> ways{};  // untried, of steps that were tried
    [[nodiscard]] bool open() const { return untried != 0 || !ways.empty(); }
  };
  static constexpr std::uint32_t none = ~0U;

  std::vector<sim::Pick> path_to(std::size_t node) const {
    std::vector<sim::Pick> path;
    if (nodes_.empty()) return path;
    for (std::size_t at = node; nodes_[at].by.context != nobody; at = nodes_[at].parent)
      path.push_back(nodes_[at].by);
    std::reverse(path.begin(), path.end());
    return path;
  }

  void execute(std::vector<sim::Pick> path) {
    path_ = std::move(path);
    key_ = sim::StateKey(graph_.weak);
    seen_ = 0;
    here_ = none;
    ExploreMachine machine(task_, *this);
    machine.offer_all_ways();
    machine_ = &machine;
    const Execution execution = machine.run();
    finish(execution);
    ++graph_.executions;
  }

  // Takes the steps since the last look into the key; the last of them is the edge to here.
  void arrive(const std::vector<sim::Step>& taken) {
    for (; seen_ < taken.size(); ++seen_) key_.add(taken[seen_]);
  }

  std::uint32_t visit(const std::vector<sim::Step>& taken, sim::ContextSet enabled) {
    const std::uint32_t from = here_;
    arrive(taken);
    // A state in which harm is done is another than the one without.
    std::uint64_t key = key_.value();
    key = key * 1'000'003 + machine_->violations().size();
    const auto [it, fresh] = by_key_.try_emplace(key, static_cast<std::uint32_t>(nodes_.size()));
    here_ = it->second;
    if (fresh) {
      nodes_.push_back({enabled, enabled, from == none ? 0 : from,
                        taken.empty() ? sim::Pick{nobody} : sim::Pick(taken.back())});
      describe();
    }
    // Either is an incomplete footprint, on which the reduction stands as well.
    check(nodes_[here_].enabled == enabled, "state graph: two states are taken for one");
    check(from != none || here_ == goal_, "state graph: a state is not met again on its own way");
    if (from != none && taken.size() > path_.size()) {
      const sim::Step& step = taken.back();
      const StateGraph::Store done = done_by(taken, taken.size() - 1);
      graph_.edges.push_back({from, here_, done.context, done.site, done.touches, done.value,
                              done.nth, step.way, step.way == 0 ? Numbers{} : passed_over(taken)});
    }
    return here_;
  }

  StateGraph::Store done_by(const std::vector<sim::Step>& taken, std::size_t at) {
    const sim::Step& step = taken[at];
    const auto end = taken.begin() + static_cast<std::ptrdiff_t>(graph_.weak ? at : 0);
    const auto nth = std::count_if(taken.begin(), end, [&step](const sim::Step& other) {
      return other.context == step.context && other.value == step.value &&
             std::string_view(other.site) == step.site;
    });
    return {step.context, sites_(step.site), touches_(machine_->describe(step.touched)), step.value,
            static_cast<std::uint32_t>(nth)};
  }

  Numbers passed_over(const std::vector<sim::Step>& taken) {
    Numbers out;
    for (const std::size_t passed : machine_->passed_over()) {
      const StateGraph::Store store = done_by(taken, passed);
      const auto known = std::find(graph_.stores.begin(), graph_.stores.end(), store);
      out.push_back(static_cast<std::uint32_t>(known - graph_.stores.begin()));
      if (known == graph_.stores.end()) graph_.stores.push_back(store);
    }
    return out;
  }

  void describe() {
    StateGraph::State state;
    const std::vector<Fact> facts = machine_->facts();
    if (graph_.columns.empty()) {
      for (const Fact& fact : facts) graph_.columns.push_back({fact.group, fact.name});
      graph_.contexts = machine_->contexts();
    }
    check(facts.size() == graph_.columns.size(), "state graph: the same facts in every state");
    for (const Fact& fact : facts) state.facts.push_back(values_(fact.value));
    for (const ExploreMachine::Context& context : graph_.contexts) {
      const Standing standing = machine_->standing(*machine_->world().contexts()[context.id]);
      state.standing.push_back(standing.status);
      const bool blocked = standing.status == Standing::Status::blocked;
      state.waits.push_back(blocked ? static_cast<std::int32_t>(waits_(standing.waits_for)) : -1);
    }
    note_violations(state, machine_->violations());
    graph_.states.push_back(std::move(state));
  }

  void note_violations(StateGraph::State& state, const std::vector<Violation>& found) {
    state.violations.clear();
    for (const Violation& v : found) {
      const std::string text = std::string(kind_info(v.kind).name) + "|" + harm_name(v.harm) + "|" +
                               v.context + "|" + v.site + "|" + v.ended_by;
      const std::uint32_t index = violations_(text);
      if (index == graph_.violations.size()) graph_.violations.push_back(v);
      state.violations.push_back(index);
    }
  }

  // How the state in which the execution ended came to be the last.
  void finish(const Execution& execution) {
    if (execution.end == sim::Explore::End::cut || here_ == none) return;
    StateGraph::State& state = graph_.states[here_];
    using End = StateGraph::State::End;
    state.end = execution.end == sim::Explore::End::finished   ? End::finished
                : execution.end == sim::Explore::End::deadlock ? End::deadlock
                                                               : End::harm;
    nodes_[here_].untried = 0;
    nodes_[here_].ways.clear();
    note_violations(state, execution.violations);
  }

  // Backwards from the crashes, breadth first.
  void measure_crashes() {
    std::vector<std::vector<std::uint32_t>> into(graph_.states.size());
    for (const StateGraph::Edge& edge : graph_.edges) into[edge.to].push_back(edge.from);
    std::deque<std::uint32_t> queue;
    for (std::uint32_t s = 0; s < graph_.states.size(); ++s) {
      const auto& found = graph_.states[s].violations;
      const bool crash = std::any_of(found.begin(), found.end(), [this](std::uint32_t v) {
        return graph_.violations[v].harm == Harm::crash;
      });
      if (!crash) continue;
      graph_.states[s].crash_steps = 0;
      queue.push_back(s);
    }
    for (; !queue.empty(); queue.pop_front())
      for (const std::uint32_t from : into[queue.front()]) {
        if (graph_.states[from].crash_steps >= 0) continue;
        graph_.states[from].crash_steps = graph_.states[queue.front()].crash_steps + 1;
        queue.push_back(from);
      }
  }

  const ExploreTask& task_;
  const std::uint32_t states_max_;
  StateGraph graph_;
  std::vector<std::string> violation_texts_;
  Interned values_, waits_, sites_, touches_, violations_;
  std::vector<Node> nodes_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_key_;

  // of the execution that runs
  ExploreMachine* machine_ = nullptr;
  std::vector<sim::Pick> path_;
  std::optional<std::uint32_t> way_;  // which was asked for; none: the step is new
  sim::StateKey key_;
  std::size_t seen_ = 0;
  std::uint32_t here_ = none, goal_ = 0;
};

}  // namespace

StateGraph state_graph(const ExploreTask& task, std::uint32_t states_max) {
  check_together(task.config, *task.program);
  return Walk(task, states_max).run();
}

}  // namespace poolrace::models
