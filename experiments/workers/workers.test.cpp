// SPDX-License-Identifier: MIT
// Order, errors, interrupts and cleanliness of the worker processes.  Tests that kill or interrupt
// do it for real; what a child would do to its parent's state is watched from outside.
#include "experiments/workers/workers.hpp"

#include <dirent.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

using std::chrono::milliseconds;

void nap(int ms) {
  std::this_thread::sleep_for(milliseconds(ms));
}

int open_descriptors() {
  int count = 0;
  DIR* directory = ::opendir("/proc/self/fd");
  while (::readdir(directory)) ++count;
  ::closedir(directory);
  return count;
}

// Every test leaves no child, no descriptor and no handler behind.
class Workers : public testing::Test {
 protected:
  void SetUp() override { descriptors_ = open_descriptors(); }
  void TearDown() override {
    EXPECT_EQ(open_descriptors(), descriptors_);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
    for (const int number : {SIGINT, SIGTERM}) {
      struct sigaction action = {};
      ::sigaction(number, nullptr, &action);
      EXPECT_EQ(action.sa_handler, SIG_DFL) << number;
    }
  }

 private:
  int descriptors_ = 0;
};

struct Delivered {
  std::vector<std::int64_t> runs;
  std::vector<std::string> records;
  ResultSink sink() {
    return [this](std::int64_t run, const std::string& record) {
      runs.push_back(run);
      records.push_back(record);
    };
  }
};

// A record whose size and bytes depend on the run: from none to 200 KB, beyond a socket's buffer.
std::string expected_record(std::int64_t run) {
  const auto size = static_cast<std::size_t>(run % 7 == 3 ? run * 1000 : run % 5);
  return std::string(size, static_cast<char>(run));
}

bool uneven_run(std::int64_t run, std::string& record) {
  if (run % 13 == 0) nap(2);
  record = expected_record(run);
  return true;
}

TEST_F(Workers, DeliverInRunOrderWhateverTheJobs) {
  for (const int jobs : {1, 2, 4, 9}) {
    for (const std::int64_t block : {0, 1, 7, 1000}) {
      Delivered delivered;
      WorkerOptions options;
      options.block_runs = block;
      const WorkersResult result = run_blocks(200, jobs, uneven_run, delivered.sink(), options);
      EXPECT_EQ(result.runs_delivered, 200);
      EXPECT_EQ(result.interrupted, 0);
      EXPECT_LE(result.processes, jobs);
      ASSERT_EQ(delivered.runs.size(), 200u);
      for (std::int64_t run = 0; run < 200; ++run) {
        ASSERT_EQ(delivered.runs[static_cast<std::size_t>(run)], run);
        ASSERT_EQ(delivered.records[static_cast<std::size_t>(run)], expected_record(run)) << run;
      }
    }
  }
}

TEST_F(Workers, StartWhereTheyAreTold) {
  Delivered delivered;
  WorkerOptions options;
  options.first_run = 1'000'000'000'000;
  run_blocks(
      3, 2, [](std::int64_t, std::string&) { return true; }, delivered.sink(), options);
  EXPECT_EQ(delivered.runs,
            (std::vector<std::int64_t>{1'000'000'000'000, 1'000'000'000'001, 1'000'000'000'002}));
  EXPECT_EQ(run_blocks(0, 2, uneven_run, delivered.sink()).processes, 0);
}

TEST_F(Workers, RunInOtherProcessesAndReallyAtOnce) {
  Delivered delivered;
  WorkerOptions options;
  options.block_runs = 1;
  const auto start = std::chrono::steady_clock::now();
  run_blocks(
      8, 8,
      [](std::int64_t, std::string& record) {
        nap(200);
        record = std::to_string(::getpid());
        return true;
      },
      delivered.sink(), options);
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(1200)) << "1600 one by one";
  const std::set<std::string> pids(delivered.records.begin(), delivered.records.end());
  EXPECT_EQ(pids.size(), 8u);
  EXPECT_EQ(pids.count(std::to_string(::getpid())), 0u);
}

TEST_F(Workers, HoldNoSocketsButTheirOwn) {
  const std::string own_only = std::to_string(open_descriptors() + 1);
  Delivered delivered;
  WorkerOptions options;
  options.block_runs = 1;
  const auto count = [](std::int64_t, std::string& record) {
    record = std::to_string(open_descriptors());
    nap(50);  // so that each of the four gets one
    return true;
  };
  EXPECT_EQ(run_blocks(4, 4, count, delivered.sink(), options).processes, 4);
  EXPECT_EQ(delivered.records, std::vector<std::string>(4, own_only));
}

TEST_F(Workers, AUsedUpProcessIsReplacedMidBlock) {
  for (const int jobs : {1, 3}) {
    Delivered delivered;
    WorkerOptions options;
    options.block_runs = 8;
    int taken = 0;  // each process counts in its own copy
    const WorkersResult result = run_blocks(
        60, jobs,
        [&taken](std::int64_t, std::string& record) {
          record = std::to_string(++taken);
          return taken < 3;
        },
        delivered.sink(), options);
    ASSERT_EQ(delivered.runs.size(), 60u);
    for (std::size_t i = 0; i < 60; ++i) {
      EXPECT_EQ(delivered.runs[i], static_cast<std::int64_t>(i));
      EXPECT_LE(std::stoi(delivered.records[i]), 3) << "a process went on after asking to leave";
    }
    EXPECT_GE(result.processes, 20);
    EXPECT_EQ(taken, 0) << "the parent must not run anything itself";
  }
}

// Runs until run 17 fails in the given way; later runs fail too, and mostly sooner.
template <class Failure>
std::string error_of(int jobs, Failure failure, Delivered& delivered) {
  WorkerOptions options;
  options.block_runs = 4;
  options.reproduce = [](std::int64_t run) { return "poolrace replay r" + std::to_string(run); };
  const auto fails = [&](std::int64_t run, std::string&) {
    if (run == 17) nap(60);
    if (run >= 17) failure(run);
    return true;
  };
  try {
    run_blocks(200, jobs, fails, delivered.sink(), options);
  } catch (const ConfigError& error) {
    return std::string("ConfigError ") + error.what();
  } catch (const WorkerDied& error) {
    return std::string("WorkerDied ") + error.what();
  } catch (const InternalError& error) {
    return std::string("InternalError ") + error.what();
  } catch (const std::runtime_error& error) {
    return std::string("runtime_error ") + error.what();
  }
  return "no error";
}

TEST_F(Workers, TheLowestFailureEndsAllWhateverTheJobs) {
  for (const int jobs : {1, 4}) {
    Delivered delivered;
    EXPECT_EQ(error_of(
                  jobs, [](std::int64_t run) { throw ConfigError("bad " + std::to_string(run)); },
                  delivered),
              "ConfigError run 17: bad 17; reproduce: poolrace replay r17");
    EXPECT_EQ(delivered.runs.size(), 17u) << "every run below the failure was delivered";
    EXPECT_EQ(error_of(
                  jobs, [](std::int64_t) { throw InternalError("broken"); }, delivered),
              "InternalError run 17: broken; reproduce: poolrace replay r17");
    EXPECT_EQ(error_of(
                  jobs, [](std::int64_t) { throw std::range_error("odd"); }, delivered),
              "runtime_error run 17: odd; reproduce: poolrace replay r17");
    EXPECT_EQ(error_of(
                  jobs, [](std::int64_t) { throw 5; }, delivered),
              "runtime_error run 17: an exception of unknown type; reproduce: poolrace replay r17");
  }
}

TEST_F(Workers, ADeadProcessEndsAllAndNamesTheRun) {
  for (const int jobs : {1, 4}) {
    Delivered delivered;
    EXPECT_EQ(error_of(
                  jobs, [](std::int64_t) { ::kill(::getpid(), SIGKILL); }, delivered),
              "WorkerDied run 17: its worker process was killed by signal 9 (Killed); "
              "reproduce: poolrace replay r17");
    EXPECT_EQ(delivered.runs.size(), 17u);
    EXPECT_EQ(error_of(
                  jobs, [](std::int64_t) { throw std::bad_alloc(); }, delivered),
              "WorkerDied run 17: its worker process ran out of memory; "
              "reproduce: poolrace replay r17");
    EXPECT_EQ(error_of(
                  jobs, [](std::int64_t) { ::_exit(7); }, delivered),
              "WorkerDied run 17: its worker process left with exit status 7; "
              "reproduce: poolrace replay r17");
  }
}

TEST_F(Workers, NothingPastAFailureIsStarted) {
  void* page = ::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(page, MAP_FAILED);
  auto* late_runs = new (page) std::atomic<int>(0);
  WorkerOptions options;
  options.block_runs = 1;
  const auto fails_early = [&](std::int64_t run, std::string&) {
    if (run == 0) nap(300);  // holds the error back, while the other worker has nothing to do
    if (run == 1) throw ConfigError("no");
    if (run > 10) ++*late_runs;
    return true;
  };
  const ResultSink nothing = [](std::int64_t, const std::string&) {};
  EXPECT_THROW(run_blocks(1000, 2, fails_early, nothing, options), ConfigError);
  EXPECT_EQ(*late_runs, 0);
  ::munmap(page, sizeof(std::atomic<int>));
}

TEST_F(Workers, AThrowingSinkEndsAll) {
  const auto refuse = [](std::int64_t run, const std::string&) {
    if (run == 5) throw std::out_of_range("disk full");
  };
  EXPECT_THROW(run_blocks(100'000, 4, uneven_run, refuse), std::out_of_range);
}

TEST_F(Workers, AnInterruptKeepsTheCompletePrefix) {
  for (const int number : {SIGINT, SIGTERM}) {
    Delivered delivered;
    WorkerOptions options;
    options.block_runs = 5;
    const auto start = std::chrono::steady_clock::now();
    const WorkersResult result = run_blocks(
        100'000, 3,
        [](std::int64_t run, std::string& record) {
          if (run >= 40) nap(10'000);
          record = expected_record(run);
          return true;
        },
        [&](std::int64_t run, const std::string& record) {
          delivered.sink()(run, record);
          if (run == 10) ::kill(::getpid(), number);
        },
        options);
    EXPECT_EQ(result.interrupted, number);
    EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(3000));
    EXPECT_GE(result.runs_delivered, 11);
    EXPECT_LE(result.runs_delivered, 40);
    ASSERT_EQ(static_cast<std::int64_t>(delivered.runs.size()), result.runs_delivered);
    for (std::size_t i = 0; i < delivered.runs.size(); ++i) {
      EXPECT_EQ(delivered.runs[i], static_cast<std::int64_t>(i));
      EXPECT_EQ(delivered.records[i], expected_record(delivered.runs[i]));
    }
  }
}

TEST_F(Workers, AnInterruptKeepsWhatWasSentButNotYetRead) {
  Delivered delivered;
  WorkerOptions options;
  options.block_runs = 5;
  const auto spaced = [](std::int64_t run, std::string&) {
    if (run > 0) nap(20);  // so that run 0 is read alone
    return true;
  };
  const auto sink = [&](std::int64_t run, const std::string& record) {
    delivered.sink()(run, record);
    if (run > 0) return;
    nap(500);  // runs 1 to 4 are sent meanwhile, and run 5 is never handed out
    ::kill(::getpid(), SIGINT);
  };
  EXPECT_EQ(run_blocks(1000, 1, spaced, sink, options).interrupted, SIGINT);
  EXPECT_EQ(delivered.runs, (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
}

TEST_F(Workers, AWorkerDoesNotDieOfWhatIsMeantForTheParent) {
  const auto hit_itself = [](std::int64_t run, std::string&) {
    ::kill(::getpid(), run % 2 ? SIGINT : SIGTERM);
    return true;
  };
  const auto nothing = [](std::int64_t, const std::string&) {};
  const WorkersResult result = run_blocks(4, 2, hit_itself, nothing);
  EXPECT_EQ(result.runs_delivered, 4);
  EXPECT_EQ(result.interrupted, 0);
}

// Runs `body` in a child, the leader of its own group, and returns its wait status and what it
// wrote to the descriptor it got.  At each '!' there, `at_mark(pid)` is called.
template <class Body>
std::pair<int, std::string> in_a_process(
    Body body, void (*at_mark)(pid_t) = [](pid_t) {}) {
  int ends[2];
  if (::pipe(ends) != 0) return {-1, "no pipe"};
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::setpgid(0, 0);
    ::close(ends[0]);
    body(ends[1]);  // leaves by itself
    ::_exit(99);
  }
  ::close(ends[1]);
  std::string text;
  char c;
  while (::read(ends[0], &c, 1) == 1) {
    text += c;
    if (c == '!') at_mark(pid);
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  return {status, text};
}

void say(int fd, const std::string& text) {
  if (::write(fd, text.data(), text.size()) < 0) ::_exit(98);
}

TEST_F(Workers, CtrlCReachesTheWholeGroupAndIsNoCrash) {
  const auto [status, text] = in_a_process(
      [](int fd) {
        const auto slow = [](std::int64_t run, std::string&) {
          if (run > 3) nap(10'000);
          return true;
        };
        const auto sink = [&](std::int64_t run, const std::string&) {
          if (run == 3) say(fd, "!");
        };
        WorkerOptions options;
        options.block_runs = 1;
        const WorkersResult result = run_blocks(1000, 3, slow, sink, options);
        say(fd, std::to_string(result.interrupted) + " " + std::to_string(result.runs_delivered));
        ::_exit(0);
      },
      [](pid_t pid) { ::kill(-pid, SIGINT); });
  EXPECT_EQ(text, "!2 4");
  EXPECT_EQ(status, 0);
}

TEST_F(Workers, AnIgnoredInterruptStaysIgnored) {
  ::signal(SIGINT, SIG_IGN);
  std::int64_t delivered = 0;
  const WorkersResult result = run_blocks(20, 2, uneven_run, [&](std::int64_t, const std::string&) {
    ++delivered;
    ::kill(::getpid(), SIGINT);
  });
  EXPECT_EQ(result.interrupted, 0);
  EXPECT_EQ(delivered, 20);
  ::signal(SIGINT, SIG_DFL);
}

int exit_fd = -1;

TEST_F(Workers, TheParentsExitHandlersAndBuffersRunOnce) {
  const auto [status, text] = in_a_process([](int fd) {
    exit_fd = fd;
    std::atexit([] { say(exit_fd, "atexit "); });
    std::FILE* buffered = ::fdopen(::dup(fd), "w");
    std::fputs("buffered ", buffered);
    run_blocks(
        6, 3, [](std::int64_t run, std::string&) { return run % 2 == 0; },
        [](std::int64_t, const std::string&) {});
    std::fflush(buffered);
    std::exit(0);
  });
  EXPECT_EQ(text, "buffered atexit ");
  EXPECT_EQ(status, 0);
}

TEST_F(Workers, AKilledParentTakesItsWorkersAlong) {
  // The pipe ends for the reader only once every holder of its write end has gone.
  const auto start = std::chrono::steady_clock::now();
  in_a_process(
      [](int fd) {
        const auto slow = [&](std::int64_t, std::string&) {
          say(fd, "!");
          nap(10'000);
          return true;
        };
        run_blocks(1, 1, slow, [](std::int64_t, const std::string&) {});
      },
      [](pid_t pid) { ::kill(pid, SIGKILL); });
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(3000));
}

TEST_F(Workers, ReportProgressToTheEnd) {
  std::vector<Progress> reports;
  WorkerOptions options;
  options.progress = [&](const Progress& progress) { reports.push_back(progress); };
  const auto naps = [](std::int64_t, std::string&) {
    nap(30);
    return true;
  };
  run_blocks(
      30, 2, naps, [](std::int64_t, const std::string&) {}, options);
  ASSERT_GE(reports.size(), 3u);
  for (std::size_t i = 1; i < reports.size(); ++i) EXPECT_GE(reports[i].done, reports[i - 1].done);
  EXPECT_EQ(reports.back().done, 30);
  EXPECT_EQ(reports.back().total, 30);
  EXPECT_GE(reports.back().elapsed_s, 0.4);
}

TEST_F(Workers, NestedUseAndSenselessCountsAreOurBug) {
  const ResultSink nothing = [](std::int64_t, const std::string&) {};
  EXPECT_THROW(run_blocks(-1, 1, uneven_run, nothing), InternalError);
  EXPECT_THROW(run_blocks(1, 0, uneven_run, nothing), InternalError);
  EXPECT_THROW(
      run_blocks(1, 1, uneven_run,
                 [&](std::int64_t, const std::string&) { run_blocks(1, 1, uneven_run, nothing); }),
      InternalError);
  EXPECT_EQ(run_blocks(1, 1, uneven_run, nothing).runs_delivered, 1) << "and it works again after";
}

}  // namespace
}  // namespace poolrace::experiments
