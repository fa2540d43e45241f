// SPDX-License-Identifier: MIT
#include "experiments/explore/graph_json.hpp"

#include "experiments/scenario/version.hpp"
#include "models/explore/schedule_string.hpp"
#include "models/variants.hpp"

namespace poolrace::experiments {

using Json = nlohmann::ordered_json;
using models::StateGraph;

namespace {

const char* variant_help(const std::string& name) {
  for (const pool::VariantInfo& info : models::known_infos())
    if (name == info.name) return info.help;
  return "";
}

const char* level_name(const models::ExploreMachine::Context& context) {
  if (context.device) return "device";
  return context.level == models::Level::softirq ? "softirq" : "task";
}

const char* end_name(StateGraph::State::End end) {
  constexpr const char* names[] = {"", "finished", "deadlock", "harm"};
  return names[static_cast<std::size_t>(end)];
}

Json state_json(const StateGraph::State& state) {
  Json contexts = Json::array();
  for (std::size_t i = 0; i < state.standing.size(); ++i)
    contexts.push_back({static_cast<int>(state.standing[i]), state.waits[i]});
  return {{"f", state.facts},
          {"c", contexts},
          {"v", state.violations},
          {"end", end_name(state.end)},
          {"crash", state.crash_steps}};
}

// What a step did, as edges and stores tell it: context, site, value, touches.
Json store_json(const StateGraph::Store& store) {
  return {store.context, store.site, store.value, store.touches};
}

// Where memory is weak, beside the rest: edges have their way, the stores that they pass over and the
// one that they make, or -1; states, the stores that are on their way.
void add_weak(Json& out, const StateGraph& graph) {
  if (!graph.weak) return;
  Json& stores = out["stores"] = Json::array();
  for (const StateGraph::Store& store : graph.stores) stores.push_back(store_json(store));
  for (std::size_t i = 0; i < graph.edges.size(); ++i) {
    const StateGraph::Edge& e = graph.edges[i];
    out["edges"][i].insert(out["edges"][i].end(), {e.way, e.passed, e.made});
  }
  for (std::size_t s = 0; s < graph.states.size(); ++s)
    out["states"][s]["on_way"] = graph.states[s].on_way;
}

}  // namespace

std::string explore_bound() {
  return "at most " + std::to_string(models::worker_passes_max) +
         " worker passes, frames and IOVAs reused last freed first unless the program says so, "
         "2 NIC writes";
}

Json explore_limits_json() {
  const pool::Limits& l = models::explore_limits;
  return {{"alloc_cache", l.alloc_cache}, {"refill", l.refill}, {"ring", l.ring},
          {"ring_batch", l.ring_batch},   {"bulk", l.bulk},     {"frames", models::explore_frames}};
}

Json config_json(const models::ExploreTask& task) {
  Json out;
  for (const sim::Declaration& d : models::explore_parameters().declarations()) {
    const std::string value = models::explore_parameters().print(task.config, d.name);
    if (d.kind == sim::ParameterKind::flag)
      out[d.name] = value == "true";
    else
      out[d.name] = value;
  }
  if (!task.fault.empty()) out["fault"] = task.fault;
  return out;
}

Json graph_json(const models::ExploreTask& task, const StateGraph& graph) {
  Json contexts = Json::array(), facts = Json::array(), violations = Json::array(),
       states = Json::array(), edges = Json::array();
  for (const auto& c : graph.contexts)
    contexts.push_back({{"id", c.id}, {"name", c.name}, {"cpu", c.cpu}, {"level", level_name(c)}});
  for (const auto& column : graph.columns)
    facts.push_back({{"group", column.group}, {"name", column.name}});
  for (const models::Violation& v : graph.violations)
    violations.push_back({{"kind", models::kind_info(v.kind).name},
                          {"class", models::harm_name(v.harm)},
                          {"ended_by", v.ended_by},
                          {"site", v.site},
                          {"by", v.context}});
  for (const auto& state : graph.states) states.push_back(state_json(state));
  for (const auto& e : graph.edges)
    edges.push_back({e.from, e.to, e.context, e.site, e.value, e.touches});
  Json out = {{"version", version()},
              {"program", task.program->name},
              {"program_help", task.program->help},
              {"variant", task.variant},
              {"variant_help", variant_help(task.variant)},
              {"config", config_json(task)},
              {"replay_head", models::schedule_string(task, {}, version())},
              {"contract", task.program->contract_kept ? "kept" : "broken"},
              {"bound", explore_bound()},
              {"limits", explore_limits_json()},
              {"complete", graph.complete},
              {"contexts", contexts},
              {"facts", facts},
              {"values", graph.values},
              {"sites", graph.sites},
              {"waits", graph.waits},
              {"touches", graph.touches},
              {"violations", violations},
              {"states", states},
              {"edges", edges}};
  add_weak(out, graph);
  return out;
}

}  // namespace poolrace::experiments
