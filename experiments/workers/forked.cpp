// SPDX-License-Identifier: MIT
#include "experiments/workers/forked.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "sim/errors.hpp"

namespace poolrace::experiments {

namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

struct Child {
  pid_t pid;
  File out;
};

// In the child: a line a piece, newlines being none of the work's business.  Status 1: the last
// line says why, behind a mark.
constexpr char config_mark = '?', internal_mark = '!';

[[noreturn]] void serve(std::FILE* out, std::size_t first, std::size_t step, std::size_t count,
                        const std::function<std::string(std::size_t)>& work) {
  int status = 0;
  const auto fail = [&](char mark, const char* why) {
    std::fprintf(out, "%c%s\n", mark, why);
    status = 1;
  };
  try {
    for (std::size_t i = first; i < count; i += step) std::fprintf(out, "%s\n", work(i).c_str());
  } catch (const ConfigError& failure) {
    fail(config_mark, failure.what());
  } catch (const std::exception& failure) {
    fail(internal_mark, failure.what());
  }
  if (std::fflush(out) != 0 || std::ferror(out) != 0) status = 2;
  _exit(status);
}

std::string read_line(std::FILE* in) {
  std::string line;
  for (int c = std::fgetc(in); c != EOF && c != '\n'; c = std::fgetc(in))
    line += static_cast<char>(c);
  return line;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// Nothing a worker wrote is believed unless it ended well.
void check_end(int status, std::FILE* out) {
  if (WIFSIGNALED(status))
    throw InternalError("a worker was killed by signal " + std::to_string(WTERMSIG(status)) + " (" +
                        strsignal(WTERMSIG(status)) + ")");
  if (WEXITSTATUS(status) == 0) return;
  std::string last;
  for (std::string line = read_line(out); !line.empty(); line = read_line(out)) last = line;
  if (WEXITSTATUS(status) == 1 && last.starts_with(config_mark)) throw ConfigError(last.substr(1));
  if (WEXITSTATUS(status) == 1 && last.starts_with(internal_mark))
    throw InternalError(last.substr(1));
  throw InternalError("a worker could not write its results (status " +
                      std::to_string(WEXITSTATUS(status)) + ")");
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
  std::vector<int> statuses;
  for (const Child& child : children) statuses.push_back(wait_for(child.pid));
  for (std::size_t j = 0; j < step; ++j) {
    std::rewind(children[j].out.get());
    check_end(statuses[j], children[j].out.get());
    for (std::size_t i = j; i < count; i += step) results[i] = read_line(children[j].out.get());
  }
  return results;
}

}  // namespace poolrace::experiments
