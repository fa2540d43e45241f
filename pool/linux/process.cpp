// SPDX-License-Identifier: MIT
#include "pool/linux/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace poolrace::pool::linux_tree {

namespace {

constexpr int not_started = 127;

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) ends = {-1, -1};
  }
  ~Pipe() {
    close(0);
    close(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close(std::size_t end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
};

using File = std::unique_ptr<FILE, int (*)(FILE*)>;

// What it reads lies in a file that nobody else sees: no third pipe to watch.
File file_with(const std::string& text) {
  File file(std::tmpfile(), std::fclose);
  if (file != nullptr) {
    std::fwrite(text.data(), 1, text.size(), file.get());
    std::rewind(file.get());
  }
  return file;
}

[[noreturn]] void become(std::vector<char*>& argv, const std::string& folder, int in, int out,
                         int err) {
  if (!folder.empty() && ::chdir(folder.c_str()) != 0) ::_exit(not_started);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  ::signal(SIGPIPE, SIG_DFL);
  ::execvp(argv[0], argv.data());
  ::_exit(not_started);
}

void collect(Pipe& out, Pipe& err, Ran& ran) {
  std::array<pollfd, 2> fds{{{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}}};
  std::array<std::string*, 2> texts{&ran.out, &ran.err};
  for (int open = 2; open > 0;) {
    if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return;
    for (std::size_t i = 0; i < fds.size(); ++i) {
      if (fds[i].fd < 0 || fds[i].revents == 0) continue;
      std::array<char, 65536> buffer;
      const ssize_t n = ::read(fds[i].fd, buffer.data(), buffer.size());
      if (n > 0) {
        texts[i]->append(buffer.data(), static_cast<std::size_t>(n));
      } else if (n == 0 || errno != EINTR) {
        fds[i].fd = -1;
        --open;
      }
    }
  }
}

}  // namespace

Ran run(const std::vector<std::string>& words, const std::string& folder, const std::string& in) {
  Ran ran;
  Pipe out, err;
  const File input = file_with(in);
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0)
    become(argv, folder, input != nullptr ? ::fileno(input.get()) : null, out.ends[1], err.ends[1]);
  if (null >= 0) ::close(null);
  if (child < 0) return ran;
  out.close(1);
  err.close(1);
  collect(out, err, ran);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) != not_started) ran.status = WEXITSTATUS(status);
  return ran;
}

}  // namespace poolrace::pool::linux_tree
