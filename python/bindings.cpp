// SPDX-License-Identifier: MIT
// The thin core under the package: words of a command line in, JSON text out.  Names, defaults and
// documentation are the Python layer's; simulations run in worker processes, so that an abort in
// one never takes the interpreter along.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <nlohmann/json.hpp>

#include "experiments/commands.hpp"
#include "experiments/report.hpp"
#include "experiments/version.hpp"
#include "python/bindings_sweep.hpp"

namespace py = pybind11;
namespace experiments = poolrace::experiments;

namespace {

std::string compare_json(const std::vector<std::string>& words) {
  const py::gil_scoped_release unlocked;
  const experiments::Command command = experiments::compare_command();
  const auto options = experiments::common_options(command.line.parse(words));
  const auto campaign = experiments::run_campaign(
      options, experiments::resolve(options, experiments::variant_names()));
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  for (const auto& v : campaign.variants) results.push_back(experiments::json_result(campaign, v));
  return nlohmann::ordered_json{{"results", results}, {"interrupted", campaign.interrupted}}.dump();
}

std::string parameters_json() {
  auto rows = nlohmann::ordered_json::array();
  for (const auto& d : poolrace::models::parameter_table().declarations())
    rows.push_back({{"name", d.name},
                    {"help", d.help},
                    {"unit", d.unit.name},
                    {"allowed", d.allowed()},
                    {"default", d.print(d.fallback)},
                    {"source", d.source}});
  return rows.dump();
}

}  // namespace

PYBIND11_MODULE(_core, m) {
  py::register_exception<poolrace::ConfigError>(m, "ConfigError", PyExc_ValueError);
  py::register_exception<poolrace::InternalError>(m, "InternalError", PyExc_RuntimeError);
  m.def("compare_json", &compare_json, py::arg("words"));
  m.def("parameters_json", &parameters_json);
  m.def("variant_names", &experiments::variant_names);
  m.def("scenarios", &experiments::scenarios);
  m.def("profiles", &experiments::profiles);
  m.def("version", [] { return std::string(experiments::version()); });
  bind_sweep(m);
}
