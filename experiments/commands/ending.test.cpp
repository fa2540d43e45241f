// SPDX-License-Identifier: MIT
// How a command ends when what it writes does not arrive, when it is told to end, and with a
// descriptor that its caller closed: each in a process of its own.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "experiments/commands/commands.hpp"
#include "experiments/commands/said.hpp"
#include "experiments/scenario/version.hpp"
#include "experiments/text/standard_output.hpp"

namespace poolrace::experiments {
namespace {

using Words = std::vector<std::string>;

class Ending : public testing::Test {
 protected:
  Ending() {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directory(dir_);
  }
  std::string in(const std::string& name) const { return dir_ + "/" + name; }
  std::string text(const std::string& name) const {
    std::ifstream file(in(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // In a child whose stderr is the file "err", and stdout the file "out" unless prepare says other.
  pid_t begin(const Words& words, const std::function<void()>& prepare = {}) const {
    const pid_t child = ::fork();
    if (child != 0) return child;
    ::dup2(::open(in("out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
    ::dup2(::open(in("err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
    if (prepare) prepare();
    ::_exit(main_of(words));
  }
  static int end(pid_t child) {  // its exit status; −1: a signal's death
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int ended(const Words& words, const std::function<void()>& prepare) const {
    return end(begin(words, prepare));
  }
  void expect_one_line(const std::string& mention, const std::string& of) const {
    const std::string err = text("err");
    EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1) << of << ": " << err;
    EXPECT_NE(err.find(mention), std::string::npos) << of << ": " << err;
  }

  std::string dir_ = testing::TempDir() + "ending-" + std::to_string(::getpid());
};

// Every command that prints, each the quickest way.
std::vector<Words> printing() {
  const std::string head = std::string("poolrace/") + version();
  return {{"--version"},
          {"--help"},
          {"help", "sweep"},
          {"help", "--format", "markdown"},
          {"list", "kinds"},
          {"list", "kinds", "--format", "json"},
          {"show"},
          {"show", "--format", "csv"},
          {"run", "--runs", "1"},
          {"compare", "--runs", "1", "--format", "json"},
          {"sweep", "--vary", "variant=scan", "--runs", "1"},
          {"explore", "--set", "iommu=strict"},
          {"explore", "--graph", "--set", "iommu=strict"},
          {"replay", head + ";scenario=seed-race;variant=scan;run=0"},
          {"replay", head + ";scenario=seed-race;variant=scan;run=0", "--steps", "all"},
          {"trace", "seed-race", "--variant", "scan", "--text"},
          {"validate", "--runs", "2"},
          {"bench", "engine", "--repetitions", "1"}};
}

TEST_F(Ending, ThatStdoutDidNotTakeItIsAnError) {
  for (const Words& words : printing()) {
    const int status = ended(words, [] { ::dup2(::open("/dev/full", O_WRONLY | O_CLOEXEC), 1); });
    EXPECT_EQ(status, 2) << words[0];
    expect_one_line("stdout: cannot be written: No space left on device", words[0]);
  }
}

TEST_F(Ending, ThatAFileReachedItsLimitIsAnError) {
  const int status = ended({"list", "parameters"}, [] {
    const rlimit limit{1024, 1024};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  });
  EXPECT_EQ(status, 2);
  expect_one_line("stdout: cannot be written: File too large", "list");
  EXPECT_EQ(text("out").size(), 1024U);
}

TEST_F(Ending, AReaderThatLeftIsNoNews) {
  for (const Words& words : printing()) {
    const int status = ended(words, [] {
      int ends[2];
      if (::pipe(ends) != 0) ::_exit(99);
      ::dup2(ends[1], 1);
      ::close(ends[0]);
      ::close(ends[1]);
    });
    EXPECT_EQ(status, 141) << words[0];
    EXPECT_EQ(text("err"), "") << words[0];
  }
}

TEST_F(Ending, AnErrorIsToldBesideAStdoutThatFails) {
  EXPECT_EQ(ended({"list", "kind"}, [] { ::dup2(::open("/dev/full", O_WRONLY), 1); }), 2);
  expect_one_line("kinds", "list");
}

TEST_F(Ending, WhatIsPrintedIsPrintedOnceThoughWorkersWereForked) {
  EXPECT_EQ(ended({"compare", "--runs", "8", "--jobs", "4"}, [] { std::cout << "before\n"; }), 0);
  const std::string out = text("out");
  EXPECT_EQ(out.find("variant "), out.rfind("variant ")) << out;
}

TEST_F(Ending, AClosedDescriptorIsNotTheNextFile) {
  for (int closed = 0; closed <= 2; ++closed) {
    const std::string page = in("page" + std::to_string(closed) + ".html");
    const int status = ended({"compare", "--runs", "1", "--report", page}, [closed] {
      ::close(closed);
      open_standard_descriptors();
    });
    EXPECT_EQ(status, 0) << closed;
    std::ifstream file(page);
    std::string first;
    std::getline(file, first);
    EXPECT_EQ(first, "<!DOCTYPE html>") << closed;
  }
}

TEST_F(Ending, ASignalEndsEveryCommandAndIsSaid) {
  const std::string run = std::string("poolrace/") + version() +
                          ";scenario=steady;run=0;set=measure_us=100000000;set=load_mpps=0.005";
  const std::vector<std::pair<Words, std::string>> cases = {
      {{"compare", "--runs", "1000000"}, "interrupted: the first "},
      {{"run", "--runs", "1000000"}, "interrupted: the first "},
      {{"sweep", "--vary", "variant=scan", "--runs", "1000000"}, "interrupted: "},
      {{"explore", "--all"}, "interrupted: the first "},
      {{"validate", "--runs", "1000000"}, "interrupted in exposure/scan, after "},
      {{"bench", "sweep", "--repetitions", "1000"}, "interrupted"},
      {{"bench", "explore", "--repetitions", "1000"}, "interrupted"},
      {{"lesson", "the-race", "--runs", "1000000", "-o", in("page.html")},
       "interrupted; no file was written"},
      {{"trace", run, "--all", "-o", in("trace.json")}, "interrupted; no file was written"},
      {{"replay", run}, "interrupted"},
  };
  for (const int signal : {SIGINT, SIGTERM})
    for (const auto& [words, mention] : cases) {
      const pid_t child = begin(words);
      std::this_thread::sleep_for(std::chrono::milliseconds(400));
      ::kill(child, signal);
      EXPECT_EQ(end(child), 128 + signal) << words[0];
      EXPECT_NE(text("err").find(mention), std::string::npos) << words[0] << ": " << text("err");
      for (const auto& left : std::filesystem::directory_iterator(dir_))
        EXPECT_TRUE(left.path().filename() == "out" || left.path().filename() == "err")
            << words[0] << " leaves " << left;
      const bool cut = words[0] == "validate" || words[0] == "bench";
      EXPECT_TRUE(!cut || text("out").find("exposure/") == std::string::npos) << text("out");
      EXPECT_TRUE(words[0] != "bench" || text("out").empty()) << text("out");
    }
}

}  // namespace
}  // namespace poolrace::experiments
