// SPDX-License-Identifier: MIT
// The thin core under the package: tables and the check of a scenario, in the interpreter, because
// they are quick and cannot harm.  Nothing is simulated here: that is done by the program
// `poolrace` beside this module, in processes of its own (python/poolrace/_process.py).
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <nlohmann/json.hpp>

#include "experiments/commands/lists.hpp"
#include "experiments/scenario/scenario.hpp"
#include "experiments/scenario/version.hpp"
#include "models/parameters.hpp"
#include "python/bindings_sweep.hpp"

namespace py = pybind11;
namespace experiments = poolrace::experiments;
using Json = nlohmann::ordered_json;
using Pairs = std::vector<std::pair<std::string, std::string>>;

namespace {

std::string list_json(const std::string& what) {
  Json rows = experiments::list_rows(what);
  if (what == "parameters") {  // beyond what a reader needs: what a type checker needs
    const auto& declarations = poolrace::models::parameter_table().declarations();
    for (std::size_t i = 0; i < declarations.size(); ++i) {
      rows[i]["kind"] = poolrace::sim::kind_name(declarations[i].kind);
      rows[i]["choices"] = Json::array();
      for (const auto& choice : declarations[i].choices) rows[i]["choices"].push_back(choice.first);
    }
    std::size_t row = declarations.size();
    for (const auto& preset : poolrace::models::parameter_table().presets()) {
      rows[row]["kind"] = "choice";
      for (const auto& choice : preset.choices) rows[row]["choices"].push_back(choice.first);
      ++row;
    }
  }
  return rows.dump();
}

// What would run, as `poolrace show --format json` prints it.
std::string resolve_json(const std::string& scenario, const std::string& profile,
                         const std::string& config, const Pairs& settings) {
  experiments::CommonOptions options;
  options.scenario = scenario;
  options.profile = profile;
  options.config = config;
  for (const auto& [name, value] : settings) options.settings.push_back({name, value});
  const auto resolved = experiments::resolve(options, {});
  const auto& table = poolrace::models::parameter_table();
  Json json = {{"scenario", resolved.scenario}, {"profile", resolved.profile}};
  for (const auto& d : table.declarations())
    json["parameters"].push_back({{"name", d.name},
                                  {"value", table.print(resolved.values(), d.name)},
                                  {"unit", d.unit.name},
                                  {"origin", table.origin(resolved.settings, d.name)}});
  return json.dump();
}

}  // namespace

PYBIND11_MODULE(_core, m) {
  py::register_exception<poolrace::ConfigError>(m, "ConfigError", PyExc_ValueError);
  py::register_exception<poolrace::InternalError>(m, "InternalError", PyExc_RuntimeError);
  m.def("list_json", &list_json, py::arg("what"));
  m.def("resolve_json", &resolve_json, py::arg("scenario"), py::arg("profile"), py::arg("config"),
        py::arg("settings"));
  m.def("version", [] { return std::string(experiments::version()); });
  bind_sweep(m);
}
