// SPDX-License-Identifier: MIT
#include "experiments/forked.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "sim/errors.hpp"

namespace poolrace::experiments {

namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

struct Child {
  pid_t pid;
  File out;
};

// In the child: a line a piece, newlines being none of the work's business.
[[noreturn]] void serve(std::FILE* out, std::size_t first, std::size_t step, std::size_t count,
                        const std::function<std::string(std::size_t)>& work) {
  int status = 0;
  try {
    for (std::size_t i = first; i < count; i += step)
      if (std::fprintf(out, "%s\n", work(i).c_str()) < 0) status = 1;
  } catch (const std::exception& failure) {
    std::fprintf(out, "!%s\n", failure.what());
    status = 1;
  }
  std::fflush(out);
  _exit(status);
}

std::string read_line(std::FILE* in) {
  std::string line;
  for (int c = std::fgetc(in); c != EOF && c != '\n'; c = std::fgetc(in))
    line += static_cast<char>(c);
  return line;
}

}  // namespace

std::vector<std::string> in_processes(std::size_t count, int jobs,
                                      const std::function<std::string(std::size_t)>& work) {
  std::vector<std::string> results(count);
  const std::size_t step = std::min<std::size_t>(static_cast<std::size_t>(jobs), count);
  if (step <= 1) {
    for (std::size_t i = 0; i < count; ++i) results[i] = work(i);
    return results;
  }
  std::fflush(nullptr);
  std::vector<Child> children;
  for (std::size_t j = 0; j < step; ++j) {
    File out(std::tmpfile(), std::fclose);
    if (!out) throw ConfigError("no temporary file for a worker's results");
    const pid_t pid = fork();
    if (pid < 0) throw ConfigError("no process for a worker");
    if (pid == 0) serve(out.get(), j, step, count, work);
    children.push_back({pid, std::move(out)});
  }
  for (Child& child : children) waitpid(child.pid, nullptr, 0);
  for (std::size_t j = 0; j < step; ++j) {
    std::rewind(children[j].out.get());
    for (std::size_t i = j; i < count; i += step) {
      results[i] = read_line(children[j].out.get());
      if (results[i].empty())
        throw InternalError("a worker died before piece " + std::to_string(i));
      if (results[i].front() == '!') throw InternalError(results[i].substr(1));
    }
  }
  return results;
}

}  // namespace poolrace::experiments
