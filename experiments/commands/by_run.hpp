// SPDX-License-Identifier: MIT
// --by-run FILE: a table of every run beside what a command prints.
#pragma once

#include <optional>

#include "experiments/cli/command_line.hpp"
#include "experiments/text/output_file.hpp"

namespace poolrace::experiments {

inline void add_by_run(CommandLine& line) {
  line.value("by-run", "FILE", "write a table of every run as well, as CSV");
}

// Opened before the runs: a bad path is an error at once.
class ByRunFile {
 public:
  explicit ByRunFile(const ParsedLine& parsed) {
    if (const auto path = parsed.get("by-run")) file_.emplace(*path, parsed.where() + ": --by-run");
  }
  // What `table` gives, if the file was asked for.
  template <class Table>
  void write(const Table& table) {
    if (!file_) return;
    file_->stream() << table();
    file_->commit();
  }

 private:
  std::optional<OutputFile> file_;
};

}  // namespace poolrace::experiments
