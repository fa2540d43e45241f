// SPDX-License-Identifier: MIT
// Sweeps for Python, the same as the command line's: a Sweep plans what is missing in its store,
// and takes blocks that were computed here or in somebody else's workers.
#include "python/bindings_sweep.hpp"

#include <pybind11/stl.h>

#include <optional>

#include "experiments/sweep/table.hpp"

namespace py = pybind11;
namespace experiments = poolrace::experiments;

namespace {

class PySweep {
 public:
  explicit PySweep(const std::vector<std::string>& words)
      : sweep_(std::in_place, experiments::sweep_options(experiments::sweep_line().parse(words))) {}

  // Lets go of the store, whoever still refers to this object (a traceback, a notebook).
  void close() { sweep_.reset(); }

  // Problem text, first run, runs: what compute_block() wants.
  std::vector<std::tuple<std::string, std::int64_t, std::int64_t>> wanted() {
    tasks_ = sweep_->wanted();
    std::vector<std::tuple<std::string, std::int64_t, std::int64_t>> out;
    for (const experiments::Task& task : tasks_)
      out.emplace_back(sweep_->problems()[task.point].text, task.first_run, task.runs);
    return out;
  }

  // The result of the i-th of wanted(), in any order.
  void add(std::size_t i, const py::bytes& tally) {
    poolrace::check(i < tasks_.size(), "a block was asked for before it is added");
    sweep_->add(tasks_[i], experiments::unpack_tally(tally));
  }

  std::string rows_json() { return experiments::json_of(experiments::sweep_rows(*sweep_)).dump(); }
  std::string runs_csv() { return experiments::sweep_runs(*sweep_); }
  std::int64_t runs_added() const { return sweep_->runs_added(); }
  std::int64_t blocks_added() const { return sweep_->blocks_added(); }
  void check_stalls() const { sweep_->check_stalls(); }

 private:
  std::optional<experiments::Sweep> sweep_;
  std::vector<experiments::Task> tasks_;
};

py::bytes compute_block(const std::string& problem, std::int64_t first_run, std::int64_t runs) {
  std::string tally;
  {
    const py::gil_scoped_release unlocked;
    tally = experiments::compute_block(problem, first_run, runs);
  }
  return tally;
}

}  // namespace

void bind_sweep(py::module_& m) {
  py::class_<PySweep>(m, "Sweep")
      .def(py::init<const std::vector<std::string>&>(), py::arg("words"))
      .def("wanted", &PySweep::wanted)
      .def("add", &PySweep::add, py::arg("index"), py::arg("tally"))
      .def("rows_json", &PySweep::rows_json)
      .def("runs_csv", &PySweep::runs_csv)
      .def("runs_added", &PySweep::runs_added)
      .def("blocks_added", &PySweep::blocks_added)
      .def("check_stalls", &PySweep::check_stalls)
      .def("close", &PySweep::close);
  m.def("compute_block", &compute_block, py::arg("problem"), py::arg("first_run"), py::arg("runs"));
}
