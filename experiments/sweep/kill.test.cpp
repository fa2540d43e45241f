// SPDX-License-Identifier: MIT
// A sweep with two workers is killed a hundred times at random instants and goes on each time: the
// store ends as one that nobody disturbed, and no process is left behind.
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "experiments/sweep/fixture.hpp"
#include "source_paths.hpp"

namespace poolrace::experiments {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

class KillSlow : public StudyTest {
 protected:
  pid_t start(const std::string& store) {
    const pid_t child = fork();
    if (child != 0) return child;
    setpgid(0, 0);
    if (freopen("/dev/null", "w", stdout) == nullptr) _exit(126);
    if (freopen(file("stderr").c_str(), "a", stderr) == nullptr) _exit(126);
    execl(POOLRACE_BINARY_DIR "/poolrace", "poolrace", "sweep", "--vary", "load_mpps=0.001,0.01",
          "--variant", "scan,xarray", "--set", "horizon_s=1.2", "--runs", "40", "--block-runs", "2",
          "--jobs", "2", "--store", store.c_str(), nullptr);
    _exit(127);
  }

  // Whether every process of the group is gone within some seconds; those whose parent died are
  // ours to wait for (we are their subreaper).
  static bool all_gone(pid_t group) {
    const auto patience = Clock::now() + std::chrono::seconds(20);
    while (Clock::now() < patience) {
      const pid_t gone = waitpid(-group, nullptr, WNOHANG);
      if (gone < 0 && errno == ECHILD) return true;
      if (gone == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
};

TEST_F(KillSlow, CtrlCKeepsWhatIsDoneAndTheSameCommandGoesOn) {
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  const std::string store = file("interrupted.sqlite");
  int status = 0;
  std::size_t rows = 0;
  const auto blocks_of = [&] {
    std::size_t blocks = 0;
    Store now(store, Store::Mode::read);
    for (const std::string& text : now.problem_texts())
      blocks += now.blocks(sim::hex16(sim::fnv1a_64(text))).size();
    return blocks;
  };
  const pid_t child = start(store);
  while (rows == 0) {  // until it has begun to store
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_EQ(waitpid(child, &status, WNOHANG), 0) << "it ended too early";
    if (std::filesystem::exists(store) && error_of([&] { blocks_of(); }).empty())
      rows = blocks_of();
  }
  kill(child, SIGINT);
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  EXPECT_TRUE(all_gone(child));
  EXPECT_GE(blocks_of(), rows);
  EXPECT_LT(blocks_of(), 80u);
  ASSERT_GT(waitpid(start(store), &status, 0), 0);
  ASSERT_GT(waitpid(start(file("quiet.sqlite")), &status, 0), 0);
  EXPECT_EQ(exported(store), exported(file("quiet.sqlite")));
}

TEST_F(KillSlow, AHundredTimesLeavesTheSameStoreAndNoProcess) {
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  const auto began = Clock::now();
  int status = 0;
  ASSERT_GT(waitpid(start(file("quiet.sqlite")), &status, 0), 0);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  const Milliseconds undisturbed = Clock::now() - began;
  const std::string quiet = exported(file("quiet.sqlite"));

  std::mt19937 random(7);
  std::uniform_real_distribution<double> instant(0, undisturbed.count() / 2);
  const std::string store = file("killed.sqlite");
  int kills = 0, finished = 0, in_the_middle = 0;
  std::size_t blocks_before = 0;
  while (kills < 100) {
    const pid_t child = start(store);
    std::this_thread::sleep_for(Milliseconds(instant(random)));
    kill(child, SIGKILL);
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(all_gone(child)) << "a worker outlived the sweep";
    if (WIFSIGNALED(status)) {
      ++kills;
    } else {  // it came to its end first: compare, and begin again
      ASSERT_EQ(WEXITSTATUS(status), 0);
      ASSERT_EQ(exported(store), quiet);
      ++finished;
      std::filesystem::remove(store);
    }
    if (!std::filesystem::exists(store)) {
      blocks_before = 0;
      continue;
    }
    std::size_t blocks = 0;  // valid after every kill, and never less than before
    try {
      Store now(store, Store::Mode::read);
      for (const std::string& text : now.problem_texts())
        blocks += now.blocks(sim::hex16(sim::fnv1a_64(text))).size();
    } catch (const ConfigError& error) {
      ASSERT_NE(std::string(error.what()).find("is empty"), std::string::npos) << error.what();
    }
    ASSERT_GE(blocks, blocks_before);
    in_the_middle += blocks > blocks_before;
    blocks_before = blocks;
  }
  ASSERT_GT(waitpid(start(store), &status, 0), 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(exported(store), quiet);
  EXPECT_GT(in_the_middle, 10);  // else the kills came too early to mean anything
  RecordProperty("finished", finished);
  RecordProperty("kills_after_new_blocks", in_the_middle);
}

}  // namespace
}  // namespace poolrace::experiments
