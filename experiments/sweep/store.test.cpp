// SPDX-License-Identifier: MIT
// A store meets the wrong file, the wrong study, a full disk, a second writer, a flipped bit: one
// clear line each time, and what was stored stays.
#include "experiments/sweep/store.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include "experiments/sweep/fixture.hpp"

namespace poolrace::experiments {
namespace {

class Stores : public StudyTest {
 protected:
  std::string opening(const std::string& path) {
    return error_of([&] { Store store(path, Store::Mode::write); });
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(Stores, OfAnotherStudyAreRefusedByName) {
  const std::string a = file("a.sqlite");
  sweep(words({"--store", a}));
  const std::string before = exported(a);
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--seed", "2"}, "is of seed 1, this sweep of 2"},
      {{"steady"}, "is of scenario seed-race, this sweep of steady"},
      {{"--world", "reference"}, "is of world timed, this sweep of reference"},
      {{"--stall", "put: read dma_sync=5"}, "is of stall none, this sweep of put: read dma_sync=5"},
      {{"--fault", "skip-unmap"}, "is of fault none, this sweep of skip-unmap"},
  };
  for (auto [more, mention] : cases) {
    more.insert(more.end(), {"--store", a});
    const std::string error = error_of([&] { Sweep sweep(options(words(more))); });
    EXPECT_TRUE(has(error, mention)) << error;
    EXPECT_TRUE(has(error, a)) << error;
  }
  Database(a, Database::Mode::write, "test")
      .run("UPDATE definition SET value='9.9.9 abc' WHERE name='version'");
  EXPECT_TRUE(has(error_of([&] { sweep(words({"--store", a})); }), "is of version 9.9.9 abc"));
  EXPECT_EQ(exported(a), before);  // what another version wrote can still be read
}

TEST_F(Stores, HaveOneWriterByWhateverLink) {
  const std::string a = file("a.sqlite");
  std::filesystem::create_symlink("a.sqlite", file("link.sqlite"));
  const Store first(a, Store::Mode::write);
  EXPECT_TRUE(has(opening(file("link.sqlite")), "another process is writing to it"));
}

TEST_F(Stores, LeaveAloneWhatIsNoLockOfTheirs) {
  const std::string a = file("a.sqlite"), victim = file("victim"), lock = a + ".lock";
  std::ofstream(victim) << "123 people\n";
  std::filesystem::create_symlink("victim", lock);
  EXPECT_TRUE(has(opening(a), "a.sqlite.lock: it is a symbolic link"));
  std::filesystem::remove(lock);
  std::filesystem::create_hard_link(victim, lock);
  EXPECT_TRUE(has(opening(a), "a.sqlite.lock: it is there and is no lock of ours"));
  std::string text;
  std::getline(std::ifstream(victim) >> std::ws, text);
  EXPECT_EQ(text, "123 people");
  EXPECT_FALSE(std::filesystem::exists(a));
  std::filesystem::remove(lock);
  std::ofstream(lock) << "4711\n";  // of a sweep that was killed
  EXPECT_EQ(opening(a), "");
}

TEST_F(Stores, HaveOneWriter) {
  const std::string a = file("a.sqlite");
  Sweep first(options(words({"--store", a})));
  const std::string error = error_of([&] { Sweep second(options(words({"--store", a}))); });
  EXPECT_TRUE(has(error, a)) << error;
  EXPECT_TRUE(has(error, "another process is writing to it (process " + std::to_string(getpid())))
      << error;
  EXPECT_EQ(first.run({}, quick_run), 0);  // and the first goes on
  EXPECT_FALSE(exported(a).empty());       // and one may look at it
}

TEST_F(Stores, AtRestAreOneFile) {
  sweep(words({"--store", file("a.sqlite")}));
  exported(file("a.sqlite"));
  for (const char* beside : {"-wal", "-shm", ".lock"})
    EXPECT_FALSE(std::filesystem::exists(file("a.sqlite") + beside)) << beside;
}

TEST_F(Stores, AreNotMadeOfOtherFiles) {
  std::ofstream(file("text")) << std::string(10'000, 'x');
  EXPECT_TRUE(has(opening(file("text")), "no store (nor any SQLite file)"));
  Database(file("other"), Database::Mode::write, "test").run("CREATE TABLE mine(a)");
  EXPECT_TRUE(has(opening(file("other")), "no store of Poolrace")) << opening(file("other"));
  EXPECT_TRUE(has(opening(file("no/such/folder")), "No such file")) << opening(file("no/such/f"));
  EXPECT_NE(error_of([&] { exported(file("missing")); }), "");
  EXPECT_FALSE(std::filesystem::exists(file("missing")));
  std::ofstream(file("empty"));
  EXPECT_TRUE(has(error_of([&] { exported(file("empty")); }), "is empty"));
}

// A bit that flipped on the disk is noticed, or lies where nothing is stored.
TEST_F(Stores, NeverGiveAFlippedBitAsAResult) {
  const std::string a = file("a.sqlite"), b = file("b.sqlite");
  sweep(words({"--store", a}));
  const std::string good = exported(a);
  std::mt19937 random(1);
  int noticed = 0;
  for (int i = 0; i < 150; ++i) {
    std::filesystem::copy_file(a, b, std::filesystem::copy_options::overwrite_existing);
    const auto at = static_cast<std::streamoff>(random() % std::filesystem::file_size(b));
    std::fstream bytes(b, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(at);
    const char flipped = static_cast<char>(bytes.get() ^ (1 << (random() % 8)));
    bytes.seekp(at);
    bytes.put(flipped);
    bytes.close();
    std::string text;
    const std::string error = error_of([&] { text = exported(b); });  // or it throws another: fails
    noticed += !error.empty();
    EXPECT_TRUE(error.empty() || has(error, b)) << error;
    if (error.empty()) {
      EXPECT_EQ(text, good) << "byte " << at;
    }
  }
  EXPECT_GT(noticed, 30);
}

TEST_F(Stores, MergeNamesWhatDiffers) {
  const std::string a = file("a.sqlite"), b = file("b.sqlite");
  sweep(words({"--store", a}));
  sweep(words({"--store", b}), [](const models::Parameters& p, const models::RunOptions& o) {
    models::RunResult r = quick_run(p, o);
    r.fingerprint += o.run == 45;
    return r;
  });
  const std::string before = exported(a);
  Store other(b, Store::Mode::read);
  EXPECT_TRUE(has(Store(a, Store::Mode::write).merge(other), "block 2 of problem"));
  EXPECT_EQ(exported(a), before);
}

// What `act` said in a child process, whose limits and rights are its own.
template <class Act>
std::string in_child(Act act) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    std::string said = "nothing";
    try {
      act();
    } catch (const ConfigError& error) {
      said = error.what();
    } catch (const std::exception& error) {
      said = std::string("not a ConfigError: ") + error.what();
    }
    _exit(write(ends[1], said.data(), said.size()) < 0);
  }
  close(ends[1]);
  std::string said;
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;)
    said.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? said : "killed by a signal";
}

TEST_F(Stores, OnAFullDiskKeepWhatTheyHave) {
  const std::string a = file("a.sqlite");
  auto some = words({"--store", a});
  some[5] = "40";
  auto all = some;
  all[5] = "400";
  sweep(some);
  const std::string said = in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);  // as main_of does
    const rlimit little{std::filesystem::file_size(a), std::filesystem::file_size(a)};
    setrlimit(RLIMIT_FSIZE, &little);
    sweep(all);
  });
  EXPECT_TRUE(has(said, a)) << said;
  EXPECT_TRUE(has(said, "cannot write: the file cannot be read or written (")) << said;
  // What was there still is, and with room enough it goes on to the same end.
  EXPECT_EQ(sweep(some), 0);
  sweep(all);
  all.back() = file("b.sqlite");
  sweep(all);
  EXPECT_EQ(exported(a), exported(file("b.sqlite")));
}

// As a kill does that comes while a store goes from WAL mode to rest.
TEST_F(Stores, WithAHalfDoneWriteAreReadAsTheyWereBefore) {
  const std::string a = file("a.sqlite");
  sweep(words({"--store", a}));
  const std::string before = exported(a);
  in_child([&] {
    auto* database = new Database(a, Database::Mode::write, "test");  // never closed
    database->run("PRAGMA cache_size=1; BEGIN IMMEDIATE; UPDATE blocks SET runs=runs+1");
    _exit(0);
  });
  ASSERT_TRUE(std::filesystem::exists(a + "-journal"));
  EXPECT_EQ(exported(a), before);
}

TEST_F(Stores, ThatAreReadOnlyAreReadOnly) {
  const std::string a = file("a.sqlite");
  sweep(words({"--store", a}));
  std::filesystem::permissions(a, std::filesystem::perms(0444));
  std::filesystem::permissions(file("."), std::filesystem::perms(0777));
  const std::string said = in_child([&] {
    if (getuid() == 0 && setuid(65534) != 0) throw std::runtime_error("setuid");
    auto more = words({"--store", a});
    more[5] = "400";
    sweep(more);
  });
  EXPECT_TRUE(has(said, "the file is read-only")) << said;
  const std::string looked = in_child([&] {
    if (getuid() == 0 && setuid(65534) != 0) throw std::runtime_error("setuid");
    throw ConfigError(exported(a).substr(0, 7));
  });
  EXPECT_EQ(looked, "version");
}

}  // namespace
}  // namespace poolrace::experiments
