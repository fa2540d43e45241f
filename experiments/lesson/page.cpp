// SPDX-License-Identifier: MIT
#include "experiments/lesson/page.hpp"

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "experiments/scenario/embedded.hpp"
#include "experiments/text/value_text.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {

namespace {

using Json = nlohmann::ordered_json;

// A table of different values, each kept once.
class Table {
 public:
  std::size_t place(const Json& value) {
    const auto [found, fresh] = places_.emplace(value.dump(), list_.size());
    if (fresh) list_.push_back(value);
    return found->second;
  }
  [[nodiscard]] const Json& list() const { return list_; }

 private:
  std::map<std::string, std::size_t> places_;
  Json list_ = Json::array();
};

// Words that differ from those of `base`: place, value, place, value, …
void add_changes(std::vector<std::int64_t>& row, const Json& words, const Json& base) {
  for (std::size_t k = 0; k < words.size(); ++k) {
    if (words[k] == base[k]) continue;
    row.push_back(static_cast<std::int64_t>(k));
    row.push_back(words[k].get<std::int64_t>());
  }
}

// What a step or a store did: its site, what it returned as text, what it touched.
Json label_of(const Json& graph, const Json& site, const Json& value, const Json& touches) {
  const std::string text = graph.at("sites").at(site.get<std::size_t>());
  return {site, value_text(text, value.get<std::uint64_t>()), touches};
}

// Of a step, where memory is weak also its way, what it passes over and makes, if anything.
Json label_of_step(const Json& graph, const Json& e) {
  Json label = label_of(graph, e[3], e[4], e[5]);
  if (e.size() > 6 && (e[6] != 0 || e[8] != -1)) label.insert(label.end(), {e[6], e[7], e[8]});
  return label;
}

Json stores_of(const Json& graph) {
  Json out = Json::array();
  for (const Json& store : graph.at("stores")) {
    out.push_back({store[0]});
    for (const Json& part : label_of(graph, store[1], store[2], store[3]))
      out.back().push_back(part);
  }
  return out;
}

}  // namespace

// A state's row: its length; standing, set of violations, end, and where memory is weak the set of
// stores on their way; number of steps; each step as (to − from, context, label); how many states
// back its base stands, then the changes.
Json pack_graph(const Json& graph) {
  const Json& states = graph.at("states");
  std::vector<std::vector<const Json*>> steps(states.size());
  std::vector<std::int64_t> base(states.size(), -1);
  for (const Json& edge : graph.at("edges")) {
    const auto from = edge[0].get<std::int64_t>(), to = edge[1].get<std::int64_t>();
    steps.at(static_cast<std::size_t>(from)).push_back(&edge);
    auto& of = base.at(static_cast<std::size_t>(to));
    if (of < 0 && from < to) of = from;
  }
  const bool weak = graph.contains("stores");
  Table standings, sets, labels, ends;
  std::vector<std::int64_t> rows;
  for (std::size_t s = 0; s < states.size(); ++s) {
    const Json& state = states[s];
    std::vector<std::int64_t> row = {static_cast<std::int64_t>(standings.place(state.at("c"))),
                                     static_cast<std::int64_t>(sets.place(state.at("v"))),
                                     static_cast<std::int64_t>(ends.place(state.at("end")))};
    if (weak) row.push_back(static_cast<std::int64_t>(sets.place(state.at("on_way"))));
    row.push_back(static_cast<std::int64_t>(steps[s].size()));
    for (const Json* edge : steps[s]) {
      const Json& e = *edge;
      row.push_back(e[1].get<std::int64_t>() - static_cast<std::int64_t>(s));
      row.push_back(e[2].get<std::int64_t>());
      row.push_back(static_cast<std::int64_t>(labels.place(label_of_step(graph, e))));
    }
    const std::int64_t of = s == 0 ? 0 : base[s];
    check(s == 0 || of >= 0, "a state of the graph has no step that leads to it from before");
    row.push_back(static_cast<std::int64_t>(s) - of);
    add_changes(row, state.at("f"), states[static_cast<std::size_t>(of)].at("f"));
    rows.push_back(static_cast<std::int64_t>(row.size()));
    rows.insert(rows.end(), row.begin(), row.end());
  }
  Json packed;
  for (const auto& [key, value] : graph.items())
    if (key != "states" && key != "edges") packed[key] = value;
  if (weak) packed["stores"] = stores_of(graph);
  packed["start"] = states.at(0).at("f");
  packed["standings"] = standings.list();
  packed["sets"] = sets.list();
  packed["ends"] = ends.list();
  packed["labels"] = labels.list();
  packed["rows"] = rows;
  return packed;
}

std::string lesson_page(const Json& data) {
  constexpr std::string_view place = "/*DATA*/";
  std::string json = data.dump(-1, ' ', false, Json::error_handler_t::replace);
  // Nothing in it may end the script element it stands in, or begin a comment there.
  for (std::size_t at = 0; (at = json.find('<', at)) != std::string::npos;)
    json.replace(at, 1, "\\u003c");
  for (const EmbeddedFile& file : embedded_pages()) {
    std::string page = file.text;
    const std::size_t at = page.find(place);
    check(at != std::string::npos, "the lesson page has no place for its data");
    return page.replace(at, place.size(), json);
  }
  throw InternalError("no lesson page was built in");
}

}  // namespace poolrace::experiments
