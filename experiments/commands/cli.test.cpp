// SPDX-License-Identifier: MIT
// The command line as a user meets it: bad input gets one clear line and status 2, nothing on
// stdout, nothing half-written; Ctrl-C keeps what is done.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "experiments/commands/said.hpp"
#include "experiments/lesson/lessons.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/scenario/scenario.hpp"
#include "experiments/scenario/version.hpp"
#include "models/explore/task.hpp"
#include "sim/settings/nearest.hpp"
#include "source_paths.hpp"

namespace poolrace::experiments {
namespace {

struct Bad {
  std::vector<std::string> words;
  std::vector<std::string> mentions;
};

TEST(BadInput, GetsOneClearLineAndStatusTwo) {
  const std::string run_string = std::string("poolrace/") + version() + ";scenario=seed-race;run=";
  const std::string schedule = std::string("poolrace/") + version() +
                               ";program=destroy-vs-put-preemptible;variant=scan;schedule=1x46,2x7";
  const std::string page = testing::TempDir() + "refused.html";
  const std::vector<Bad> cases = {
      {{"comapre"}, {"unknown command 'comapre'", "compare"}},
      {{"compare", "sede-race"}, {"unknown scenario 'sede-race'", "nearest: seed-race"}},
      {{"compare", "--profile", "arm64"}, {"unknown profile 'arm64'", "arm64-soc"}},
      {{"compare", "--variant", "scan,scann"}, {"unknown variant 'scann'", "nearest: scan"}},
      {{"compare", "--set", "lod_mpps=1"}, {"lod_mpps", "nearest: load_mpps"}},
      {{"compare", "--set", "load_mpps=fast"}, {"load_mpps=fast", "allowed"}},
      {{"compare", "--set", "cpus=257"}, {"cpus=257", "1 to 256"}},
      {{"compare", "--set", "iommu=lasy"}, {"iommu=lasy", "lazy"}},
      {{"compare", "--set", "iommu=passtrough"}, {"iommu=passtrough", "nearest: passthrough"}},
      {{"compare", "--set", "preempt=rt"}, {"preempt=rt is not modelled", "PREEMPT_RT", "full"}},
      {{"explore", "--set", "preempt=rt"},
       {"preempt=rt is not modelled", "none, voluntary, lazy, full"}},
      {{"sweep", "--vary", "preempt=full,rt"}, {"preempt=rt is not modelled"}},
      {{"run", "--traffic", "tcp"}, {"traffic=tcp is not modelled", "do not react"}},
      {{"compare", "--runs", "0"}, {"--runs=0", "allowed"}},
      {{"compare", "--runs", "many"}, {"--runs", "many"}},
      {{"compare", "--seed", "-1"}, {"--seed"}},
      {{"compare", "--world", "timd"}, {"timd", "timed"}},
      {{"compare", "--frmat", "json"}, {"--frmat", "--format"}},
      {{"compare", "seed-race", "stray"}, {"stray"}},
      {{"compare", "--config", "/nonexistent/x.ini"}, {"/nonexistent/x.ini"}},
      {{"compare", "--set", "swiotlb=true"}, {"contradictory", "swiotlb", "iommu"}},
      {{"compare", "--set", "cpus=1"}, {"contradictory", "napi_cpu=1", "cpus=1"}},
      {{"compare", "--set", "traffic=trace"}, {"trace_csv"}},
      {{"compare", "--stall", "nowhere"}, {"nowhere"}},
      {{"compare", "--config", "/dev/zero"}, {"/dev/zero", "is a device"}},
      {{"compare", "/dev/zero"}, {"/dev/zero", "is a device"}},
      {{"sweep", "--points", "/dev/zero"}, {"/dev/zero", "is a device"}},
      {{"compare", "--set", "load_mpps=200"}, {"load_mpps=200", "wire_gbps=10", "up to"}},
      {{"compare", "--config", "\xff.ini", "--format", "json"}, {"not UTF-8", "--format text"}},
      {{"compare", "--set", "trace_csv=\xff", "--report", page}, {"not UTF-8"}},
      {{"compare", "--world", "reference", "--set", "teardown=remove", "--set",
        "warmup_us=100000000", "--set", "cycles=20", "--set", "cycle_time_us=100000000", "--set",
        "load_mpps=0.000001"},
       {"--world reference", "1900 s", "timed"}},
      {{"compare", "--stall", "put: raed dma_sync=5", "--runs", "2"}, {"put: read dma_sync"}},
      {{"compare", "--fault", "skip-unmpa", "--runs", "1"}, {"skip-unmpa"}},
      {{"explore", "--set", "swiotlb=true", "--set", "iommu=strict"},
       {"swiotlb=true", "iommu=none"}},
      {{"explore", "--graph", "--set", "swiotlb=true"}, {"swiotlb=true", "iommu=none"}},
      {{"lesson", "recycle-and-post", "--set", "swiotlb=true", "-o", page},
       {"swiotlb=true", "iommu=none"}},
      {{"explore", "--set", "fault=skip-unmpa"}, {"skip-unmpa", "skip-unmap"}},
      {{"explore", "--strategy", "pcf"}, {"pcf", "allowed", "pct"}},
      {{"explore", "--depth", "2"}, {"--depth", "--strategy pct"}},
      {{"explore", "--seed", "2"}, {"--seed", "pct or random"}},
      {{"explore", "--strategy", "pct", "--depth", "0"}, {"--depth=0", "allowed"}},
      {{"explore", "--preemptions", "2"}, {"--preemptions", "--strategy plain"}},
      {{"explore", "--graph", "--strategy", "plain"}, {"--graph", "--strategy"}},
      {{"explore", "--graph", "--preemptions", "2"}, {"--graph", "--preemptions"}},
      {{"explore", "--graph", "--executions", "5"}, {"--graph", "--executions"}},
      {{"explore", "--graph", "--jobs", "2"}, {"--graph", "--jobs"}},
      {{"explore", "--graph", "--quick"}, {"--graph", "--quick"}},
      {{"explore", "--graph", "--format", "markdown"}, {"--format=markdown", "text, json"}},
      {{"explore", "--states", "5"}, {"--states", "--graph"}},
      {{"explore", "--set", "iomu=lazy"}, {"--set: unknown parameter 'iomu'", "nearest: iommu"}},
      {{"explore", "--set", "iommu=lasy"}, {"iommu=lasy", "allowed: none, lazy, strict", "lazy"}},
      {{"explore", "--set", "coherent=maybe"}, {"coherent=maybe", "allowed: true, false"}},
      {{"explore", schedule, "--variant", "scan"}, {"a schedule takes no --variant"}},
      {{"explore", schedule, "--set", "iommu=lazy"}, {"a schedule takes no --set"}},
      {{"explore", "skip"}, {"'skip' is none", "begins with 'poolrace/"}},
      {{"lesson", "recycle-and-post", "--set", "coherent=maybe", "-o", page},
       {"coherent=maybe", "allowed: true, false"}},
      {{"replay", "poolrace/9.9.9;run=1"}, {"poolrace/9.9.9"}},
      {{"replay", "poolrace"}, {"'poolrace' is none", "begins with 'poolrace/"}},
      {{"replay", run_string + "-1"}, {"run=-1 is no run", "allowed: 0 to 999999999"}},
      {{"replay", run_string + "1000000000"}, {"run=1000000000 is no run"}},
      {{"replay"}, {"give the string"}},
      {{"replay", run_string + "0;variant=all"}, {"unknown variant 'all'", "allowed: baseline"}},
      {{"replay", run_string + "0;variant=scan;variant=scan-rcu"}, {"'variant=' is given twice"}},
      {{"replay", run_string + "0;set=hz=100;set=hz=250"}, {"'set=hz=' is given twice"}},
      {{"replay", schedule, "--steps", "1"}, {"--steps", "told whole"}},
      {{"replay", schedule, "--world", "reference"}, {"--world", "told whole"}},
      {{"replay", schedule + ",2x500"}, {"over after"}},
      {{"replay", "poolrace/0.0.9;program=old-name;schedule=1"}, {"'poolrace/0.0.9'"}},
      {{"replay", "pool\rrace\n\x1b[1m"}, {"'pool\\rrace\\n\\x1b[1m' is none"}},
      {{"run", "quickly"}, {"unknown scenario 'quickly'; allowed: ring-resize, seed-race"}},
      {{"run", "--set", "speed=1"}, {"unknown parameter 'speed'; see poolrace list parameters"}},
      {{"run", "--quickly"}, {"unknown option '--quickly'; see poolrace run --help"}},
      {{"run", "--fault", "speed"}, {"unknown fault 'speed'; see poolrace list faults"}},
      {{"quickly"}, {"unknown command 'quickly'; allowed: compare, run, "}},
      {{"list", "variant"}, {"variant", "variants"}},
      {{"list"}, {"variants"}},
      {{"list", "quickly"}, {"unknown list 'quickly'; allowed: variants, scenarios, "}},
      {{"bench", "pol"}, {"unknown benchmark 'pol' (nearest: pool)"}},
      {{"bench", "quickly"}, {"'quickly'; allowed: engine, explore, pool, sweep"}},
      {{"replay", run_string + "0;varaint=scan"}, {"unknown key 'varaint' (nearest: variant)"}},
      {{"replay", run_string + "0;quickly=1"}, {"'quickly'; allowed: scenario, profile, variant"}},
      {{"bench", "pool", "--repetitions", "0"}, {"--repetitions=0", "allowed"}},
      {{"bench", "pool", "--variant", "scam"}, {"--variant", "unknown variant 'scam'", "scan"}},
      {{"bench", "pool", "--variant", "scan,scan"}, {"'scan' is listed twice"}},
      {{"bench", "pool", "--variant", "linux:/nonexistent"}, {"--variant", "no such directory"}},
      {{"bench", "pool", "--variant", "linux:/tmp#0123"}, {"'#'", "explored"}},
      {{"bench", "engine", "--variant", "scan"}, {"only benchmark 'pool' has variants"}},
      {{"explain", "/dev/zero"}, {"/dev/zero", "nothing but NUL"}},
      {{"explain", "/dev/urandom"}, {"/dev/urandom is binary"}},
      {{"explain", "/dev"}, {"/dev cannot be read", "directory"}},
      {{"explain", "/nonexistent"}, {"/nonexistent cannot be read", "No such file"}},
      {{"explain", "a", "b"}, {"b"}},
      {{"explain", "/dev/zero", "--format", "csv"}, {"--format=csv", "text, json"}},
  };
  for (const Bad& bad : cases) {
    const Said s = said(bad.words);
    std::string line;
    for (const std::string& w : bad.words) line += w + " ";
    EXPECT_EQ(s.status, 2) << line << s.err;
    EXPECT_EQ(s.out, "") << line;
    EXPECT_EQ(std::count(s.err.begin(), s.err.end(), '\n'), 1) << line << s.err;
    EXPECT_TRUE(s.err.starts_with("poolrace")) << s.err;
    EXPECT_EQ(s.err.find("poolrace: poolrace"), std::string::npos) << s.err;
    for (const std::string& word : bad.mentions) {
      const bool found = s.err.find(word) != std::string::npos;
      EXPECT_TRUE(found) << line << "→ " << s.err;
    }
  }
}

// A file that is none of what it is given as: one line before the first run, and nothing else.
TEST(BadInput, FilesAreNamedForWhatTheyAre) {
  const std::string path = testing::TempDir() + "file" + std::to_string(::getpid());
  const std::vector<std::pair<std::string, std::string>> contents = {
      {"time_us,bytes", " line 1: "},  // does not end in a newline
      {std::string("time_us\0,bytes\n", 15), " line 1: holds a"},
      {"\x1f\x8b\x08", " is gzip (gunzip unpacks it)"},
      {std::string("SQLite format 3\0", 16), " is an SQLite database"}};
  const auto check = [](const std::string& file, const std::string& mention) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"compare", "--set", "traffic=trace", "--set",
                                   "trace_csv=" + file},
          {"compare", "--set", "hold=histogram", "--set", "hold_histogram_unit=us", "--set",
           "hold_histogram=" + file},
          {"sweep", "--points", file},
          {"compare", "--config", file}}) {
      const Said s = said(words);
      EXPECT_EQ(s.status, 2) << s.err;
      EXPECT_EQ(s.out, "");
      EXPECT_EQ(std::count(s.err.begin(), s.err.end(), '\n'), 1) << s.err;
      EXPECT_NE(s.err.find("allowed: "), std::string::npos) << s.err;
      EXPECT_NE(s.err.find(mention), std::string::npos) << s.err;
    }
  };
  for (const auto& [text, mention] : contents) {
    std::ofstream(path) << text;
    check(path, mention);
  }
  std::filesystem::remove(path);
  check("/dev/zero", ": is a device");
  check(testing::TempDir(), ": is a directory");
}

TEST(BadInput, JsonTakesNoWordThatIsNotUtf8) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"compare", "--config", "M\xfcller.ini", "--format", "json"},
        {"sweep", "--vary", "hz=100", "--profile", "\xff.ini", "--format=json"},
        {"show", "\xff.ini", "--format", "json"}}) {
    const Said s = said(words);
    EXPECT_EQ(s.status, 2);
    EXPECT_EQ(s.out, "");
    EXPECT_NE(s.err.find("' is not UTF-8, as JSON and HTML are; allowed: "), std::string::npos)
        << s.err;
  }
}

TEST(Output, CompareIsOneListOfResults) {
  const Said s = said({"compare", "seed-race", "--runs", "3", "--jobs", "2", "--format", "json",
                       "--set", "horizon_s=1.2"});
  ASSERT_EQ(s.status, 0) << s.err;
  const auto j = nlohmann::json::parse(s.out);
  ASSERT_EQ(j.at("results").size(), 4u);  // by default
  for (const auto& r : j["results"])
    for (const char* key :
         {"scenario",    "profile", "variant",      "world",          "seed",        "runs",
          "version",     "kinds",   "crashed_runs", "corrupted_runs", "leaked_runs", "stalled_runs",
          "probability", "low",     "high",         "interval",       "cost",        "teardown_us",
          "packets",     "events",  "ties",         "wall_seconds",   "fingerprint"})
      EXPECT_TRUE(r.contains(key)) << key;
  EXPECT_EQ(j["results"][0]["fingerprint"].get<std::string>().size(), 16u);
}

// By result: the words that people use are other names of the same runs.
TEST(Output, PassthroughIsNoIommu) {
  const auto fingerprint = [](const char* iommu) {
    const Said s = said({"run", "--runs", "2", "--jobs", "1", "--format", "json", "--set",
                         "horizon_s=1.2", "--set", std::string("iommu=") + iommu});
    EXPECT_EQ(s.status, 0) << s.err;
    return nlohmann::json::parse(s.out).at("fingerprint").get<std::string>();
  };
  EXPECT_EQ(fingerprint("pt"), fingerprint("none"));
  EXPECT_EQ(fingerprint("passthrough"), fingerprint("none"));
  EXPECT_NE(fingerprint("passthrough"), fingerprint("strict"));
  const Said explored = said({"explore", "--set", "iommu=pt", "--format", "json"});
  EXPECT_EQ(nlohmann::json::parse(explored.out)["verdicts"][0]["config"]["iommu"], "none");
  EXPECT_NE(said({"list", "parameters"}).out.find("pt, passthrough, identity, off for none"),
            std::string::npos);
}

// A file's name may have a comma and be long; its CSV still has as many cells as its head.
TEST(Output, CsvHoldsAnyFileName) {
  const std::string name = testing::TempDir() + "a, \"b\"" + std::string(200, 'c') + ".ini";
  std::ofstream(name) << "horizon_s = 1.2\n";
  const Said s =
      said({"compare", name, "--variant", "scan", "--runs", "1", "--jobs", "1", "--format", "csv"});
  ASSERT_EQ(s.status, 0) << s.err;
  const std::string row = s.out.substr(s.out.find('\n') + 1);
  std::string cell = name;
  for (std::size_t at = 0; (at = cell.find('"', at)) != std::string::npos; at += 2)
    cell.insert(at, "\"");
  EXPECT_TRUE(row.starts_with("\"" + cell + "\",arm64-soc,scan,1,1,")) << row;
}

TEST(Output, FailOnViolationIsStatusTen) {
  const Said s = said({"run", "seed-race", "--variant", "scan", "--runs", "4", "--set",
                       "load_mpps=0.1", "--fail-on-violation"});
  EXPECT_EQ(s.status, 10) << s.out;
}

// The exit status of a worker's death is its own, so that nobody has to read the message.
TEST(Output, ADeadWorkerIsStatusFive) {
  for (const char* way : {"abort", "segfault", "memory"}) {
    setenv("POOLRACE_TEST_CRASH", (std::string(way) + "@1").c_str(), 1);
    const Said s = said({"run", "--runs", "3", "--jobs", "1", "--set", "horizon_s=1.2"});
    unsetenv("POOLRACE_TEST_CRASH");
    EXPECT_EQ(s.status, 5) << s.err;
    EXPECT_NE(s.err.find("run 1: its worker process"), std::string::npos) << s.err;
  }
}

TEST(Output, ADeadWorkerCostsOnlyItsRunAndWhatComesAfter) {
  setenv("POOLRACE_TEST_CRASH", "abort@2", 1);
  const Said dead = said({"run", "--runs", "9", "--format", "json"});
  const Said verdicts = said({"explore", "--jobs", "1", "--format", "json"});
  unsetenv("POOLRACE_TEST_CRASH");
  EXPECT_EQ(dead.status, 5) << dead.err;
  EXPECT_NE(dead.err.find("the first 2 of 9 runs are kept"), std::string::npos) << dead.err;
  auto kept = nlohmann::json::parse(dead.out);
  auto alone = nlohmann::json::parse(said({"run", "--runs", "2", "--format", "json"}).out);
  for (const char* clock : {"wall_seconds", "events_per_second", "packets_per_second"}) {
    kept.erase(clock);
    alone.erase(clock);
  }
  EXPECT_EQ(kept, alone);
  EXPECT_EQ(verdicts.status, 5) << verdicts.err;
  EXPECT_EQ(nlohmann::json::parse(verdicts.out)["verdicts"].size(), 2u);
}

TEST(Output, AFaultThatFoundNothingToActOnIsSaid) {
  const std::vector<std::string> words{"--variant", "scan",         "--fault", "lose-put",
                                       "--set",     "rx_action=tx", "--set",   "horizon_s=1.2"};
  for (const char* command : {"run", "sweep"}) {
    std::vector<std::string> all{command, "--runs", "2"};
    if (all[0] == "sweep") all.insert(all.end(), {"--vary", "hz=250"});
    all.insert(all.end(), words.begin(), words.end());
    const Said s = said(all);
    EXPECT_EQ(s.status, 2) << command;
    EXPECT_NE(s.err.find("'lose-put' found nothing to act on"), std::string::npos) << s.err;
  }
  const std::string run = std::string("poolrace/") + version() +
                          ";scenario=seed-race;variant=scan;run=0;set=rx_action=tx;fault=lose-put";
  EXPECT_NE(said({"replay", run}).err.find("found nothing to act on"), std::string::npos);
  EXPECT_EQ(said({"run", "--runs", "1", "--fault", "lose-put"}).status, 0);
}

// Of a stream, of no CPU's stream, of the holds: each is named, and the one that acts is not.
TEST(Output, AWordThatIsNotDrawnIsSaid) {
  const std::string run =
      std::string("poolrace/") + version() + ";scenario=seed-race;variant=scan;run=0";
  const std::string idle[] = {"hold times/0/999999=000000000000009f", "steals/1/2=0000000000000007",
                              "holds/0/999999=0000000000000100"};
  const std::string acts = "holds/0/1=0000000000000100";
  std::string words = ";word=" + acts;
  for (const std::string& word : idle) words += ";word=" + word;
  const Said s = said({"replay", run + words});
  EXPECT_EQ(s.status, 0) << s.err;
  for (const std::string& word : idle) EXPECT_NE(s.err.find(word), std::string::npos) << s.err;
  EXPECT_EQ(s.err.find(acts), std::string::npos) << s.err;
  EXPECT_EQ(said({"trace", run + words, "--text"}).err, s.err);
  EXPECT_EQ(said({"replay", run + ";word=" + acts}).err, "");
}

TEST(Output, EveryVariantCanBeVaried) {
  const Said s = said({"sweep", "--vary", "variant=all", "--runs", "1", "--set", "horizon_s=1.2",
                       "--format", "json"});
  EXPECT_EQ(s.status, 0) << s.err;
  EXPECT_EQ(nlohmann::json::parse(s.out)["points"].size(), variant_names().size());
}

// Frames by the million arrive in the longest runs, and a machine may run out of RAM: no error.
TEST(Output, ExtremesOfTheRangesRun) {
  const std::vector<std::vector<std::string>> cases = {
      {"steady", "--set", "measure_us=100000000", "--set", "load_mpps=0.0001"},
      {"seed-race", "--set", "warmup_us=100000000", "--set", "load_mpps=0.0001"},
      {"vf-cycling", "--set", "cycle_time_us=100000000", "--set", "load_mpps=0.0001"},
      {"steady", "--set", "measure_us=100000000", "--set", "load_mpps=0.000001"},
      {"seed-race", "--set", "removal_delay_us=1000000000", "--set", "load_mpps=0.0001",
       "--variant", "scan-rcu"}};
  for (auto words : cases) {
    words.insert(words.begin(), {"run", "--runs", "1"});
    const Said s = said(words);
    EXPECT_EQ(s.status, 0) << words[3] << " " << words[5] << ": " << s.err;
  }
}

TEST(Output, VariantsThatRunLongDoNotShareAClock) {
  const Said s =
      said({"compare", "--runs", "1", "--jobs", "1", "--variant", "baseline,scan,scan-rcu", "--set",
            "removal_delay_us=1000000000", "--set", "load_mpps=0.0001", "--set", "iommu=none"});
  EXPECT_EQ(s.status, 0) << s.err;
}

TEST(Output, ReproduceNamesTheVariantThatFailed) {
  setenv("POOLRACE_TEST_CRASH", "abort@1:scan-rcu", 1);
  const Said s = said({"compare", "--runs", "3", "--variant", "baseline,scan-rcu,xarray"});
  unsetenv("POOLRACE_TEST_CRASH");
  EXPECT_EQ(s.status, 5);
  EXPECT_NE(s.err.find("run 1 of scan-rcu: its worker process"), std::string::npos) << s.err;
  EXPECT_NE(s.err.find(";variant=scan-rcu;seed=1;run=1'"), std::string::npos) << s.err;
}

TEST(Output, CompareSaysWhereItsReportIs) {
  const std::string path = testing::TempDir() + "said.html";
  const Said s = said({"compare", "--runs", "1", "--variant", "xarray-fixed", "--report", path});
  EXPECT_EQ(s.status, 0);
  EXPECT_EQ(s.err, "report: " + path + "\n");
  EXPECT_TRUE(std::ifstream(path).good());
}

// A replay tells the same run: same kind, same fingerprint in both worlds.
// Of any version, and whatever has become of its steps: that is how regressions are renewed.
TEST(Output, AScheduleIsExploredAgain) {
  using nlohmann::json;
  const std::string task = ";program=destroy-vs-put-softirq;variant=scan-rcu;iommu=lazy";
  const std::string stale = "poolrace/0.0.1" + task + ";fault=skip-unmap;schedule=9x99";
  const json again = json::parse(said({"explore", stale, "--format", "json"}).out)["verdicts"];
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0]["program"], "destroy-vs-put-softirq");
  EXPECT_EQ(again[0]["variant"], "scan-rcu");
  EXPECT_EQ(again[0]["config"]["iommu"], "lazy");
  EXPECT_EQ(again[0]["config"]["fault"], "skip-unmap");
  EXPECT_TRUE(again[0]["kinds"].contains("free-while-mapped"));
}

// Of one schedule in explore, replay and the state graph; a trace is of a run with the same fault.
TEST(Output, AMisuseWithoutHarmHasTheClassNoneEverywhere) {
  using nlohmann::json;
  const std::vector<std::string> task = {"--variant",         "xarray-fixed", "--set",
                                         "fault=unmap-twice", "--format",     "json"};
  std::vector<std::string> explore = {"explore"}, graph = {"explore", "--graph"};
  explore.insert(explore.end(), task.begin(), task.end());
  graph.insert(graph.end(), task.begin(), task.end());
  const json found = json::parse(said(explore).out)["verdicts"][0]["kinds"]["double-unmap"];
  EXPECT_EQ(found["class"], "none");
  const std::string schedule = found["schedule"];
  const auto class_in = [](const json& violations) -> std::string {
    for (const json& v : violations)
      if (v["kind"] == "double-unmap") return v["class"];
    return "no such violation";
  };
  const json replayed = json::parse(said({"replay", schedule, "--format", "json"}).out);
  EXPECT_EQ(class_in(replayed["violations"]), "none");
  EXPECT_EQ(class_in(json::parse(said(graph).out)["violations"]), "none");
  const std::string path = testing::TempDir() + "misuse.json";
  said({"trace", "seed-race", "--variant", "xarray-fixed", "--fault", "unmap-twice", "--horizon_s",
        "1.2", "-o", path});
  json traced = json::array();
  for (const json& event : json::parse(std::ifstream(path)))
    if (event.value("cat", "") == "violation") traced.push_back(event["args"]);
  EXPECT_EQ(class_in(traced), "none");
}

TEST(Replay, EndsWithTheKindAndTheFingerprint) {
  const Said s = said({"run", "seed-race", "--variant", "scan", "--runs", "1", "--set",
                       "load_mpps=0.1", "--format", "json"});
  const auto j = nlohmann::json::parse(s.out);
  const std::string text = j.at("first_harm").at("replay");
  const Said timed = said({"replay", text});
  const Said reference = said({"replay", text, "--world", "reference"});
  EXPECT_NE(timed.out.find(j["first_harm"]["kind"].get<std::string>()), std::string::npos);
  EXPECT_EQ(timed.out, reference.out);
}

TEST(Replay, BlanksAtTheEndAreNotPartOfTheString) {
  const std::string head = std::string("poolrace/") + version();
  for (const char* what : {";scenario=seed-race;variant=scan;run=0",
                           ";program=destroy-vs-put-preemptible;variant=scan;schedule=1x46,2x7"}) {
    const Said plain = said({"replay", head + what});
    EXPECT_EQ(plain.status, 0) << plain.err;
    EXPECT_EQ(said({"replay", head + what + " \r\n"}).out, plain.out);
  }
}

TEST(Replay, AStallThatDelaysNobodyIsSaid) {
  const std::string run =
      std::string("poolrace/") + version() + ";scenario=seed-race;variant=scan;run=0;stall=";
  const Said nobody = said({"replay", run + "put: raed dma_sync=5"});
  EXPECT_EQ(nobody.status, 0);
  EXPECT_NE(nobody.err.find("no site 'put: raed dma_sync' (nearest: put: read dma_sync)"),
            std::string::npos)
      << nobody.err;
  EXPECT_EQ(said({"replay", run + "put: read dma_sync=5"}).err, "");
}

std::size_t lines_with(const std::string& text, const std::string& part) {
  std::istringstream lines(text);
  std::size_t n = 0;
  for (std::string line; std::getline(lines, line);) n += line.find(part) != std::string::npos;
  return n;
}

double date_of(const std::string& line) {
  return std::stod(line);
}

// A write of the NIC is lost, silently, and the run goes on for as long again.
TEST(Replay, TellsWhatBrokeAtItsDateAndWhatLedThere) {
  const std::string run = std::string("poolrace/") + version() +
                          ";scenario=steady;profile=arm64-soc;variant=scan-rcu;seed=1;run=5;"
                          "set=ring=16;set=load_mpps=0.08;stall=sync: read dma_addr=100";
  for (const char* steps : {"5", "all"}) {
    std::istringstream lines(said({"replay", run, "--steps", steps}).out);
    double last_us = 0, broken_us = 0, before_us = 0;
    for (std::string line; std::getline(lines, line);) {
      if (line.find(" us  ") == std::string::npos) continue;
      EXPECT_GE(date_of(line), last_us) << line;
      if (line.find("*** payload-corruption") != std::string::npos) {
        broken_us = date_of(line);
        before_us = last_us;
      }
      last_us = date_of(line);
    }
    EXPECT_GT(broken_us, 0) << steps;
    EXPECT_LT(broken_us - before_us, 50) << steps;
    EXPECT_EQ(last_us > broken_us + 1000, std::string(steps) == "all");
  }
}

TEST(Replay, SaysWhatIsLeftOutAndTellsAllOfItIfAsked) {
  const std::string run = std::string("poolrace/") + version() +
                          ";scenario=seed-race;profile=arm64-soc;variant=scan;run=0";
  const std::string all = said({"replay", run, "--steps", "all"}).out;
  const std::size_t steps = lines_with(all, " us  ") - lines_with(all, "***");
  ASSERT_GT(steps, 1000u);
  EXPECT_EQ(lines_with(all, "left out"), 0u);
  const std::string few = said({"replay", run, "--steps", "7"}).out;
  const std::string head = "the last 7 of " + std::to_string(steps) + " steps; " +
                           std::to_string(steps - 7) + " are left out";
  EXPECT_EQ(few.find(head), 0u) << few;
  EXPECT_EQ(lines_with(few, " us  ") - lines_with(few, "***"), 7u) << few;
}

TEST(Replay, PrintsAddressesInHexAndSmallNegativesAsSuch) {
  const std::string head = std::string("poolrace/") + version();
  const std::string run =
      said({"replay", head + ";scenario=seed-race;variant=scan;run=0", "--steps", "all"}).out;
  const std::string schedule =
      said({"replay", head + ";program=destroy-vs-put-preemptible;variant=scan;iommu=strict;"
                             "coherent=false;swiotlb=false;dma_debug=false;preempt=full;"
                             "preempt_dynamic=false;ram_at_zero=false;iommu_generation=v6.14;"
                             "driver_order=ndo_stop;schedule=1x46,2x7"})
          .out;
  for (const std::string& out : {run, schedule}) {
    for (const char* step :
         {" dma_addr  = ", "dma: unmap, clear the PTE  = ", "read pp_magic  = "}) {
      EXPECT_GT(lines_with(out, step), 0u) << step;
      EXPECT_EQ(lines_with(out, step), lines_with(out, std::string(step) + "0x")) << step;
    }
    EXPECT_GT(lines_with(out, "clear cpuid  = -1"), 0u);
    EXPECT_EQ(lines_with(out, "1844674407"), 0u);
    EXPECT_EQ(lines_with(out, "put: read _refcount  = 0x"), 0u);
  }
}

TEST(Help, HoldsANameOfAnyLength) {
  const auto command = [](const char* name) {
    return Command{CommandLine(name, "What."), nullptr};
  };
  const std::string text = usage({command("a"), command("elevenchars"), command("twelve-chars")});
  EXPECT_TRUE(
      text.ends_with("  a             What.\n"
                     "  elevenchars   What.\n"
                     "  twelve-chars  What.\n"))
      << text;
}

TEST(Help, OfACommandIsItsOwn) {
  EXPECT_EQ(said({"help", "sweep"}).out, said({"sweep", "--help"}).out);
  EXPECT_EQ(said({"help", "sweep"}).out.find("usage: poolrace sweep"), 0u);
  EXPECT_EQ(said({"help", "sweeep"}).status, 2);
  EXPECT_EQ(said({"help"}).out, said({"--help"}).out);
  EXPECT_EQ(said({"help", "sweep", "--format", "markdown"}).status, 2);
  EXPECT_LT(said({"--help"}).out.find("Start with"), said({"--help"}).out.find("commands:"));
}

// What a command would look up: a name that is gone throws.
void check_names(const std::string& command, const ParsedLine& line) {
  const std::string lesson = line.get("lesson").value_or("");
  const auto programs = split_list(line.get("program").value_or("destroy-vs-put-preemptible"), "");
  for (const std::string& name : programs) models::find_program(name);
  const bool run = lesson.starts_with("poolrace/");  // shortened: nothing to look up
  const auto& table = models::program_table();
  const bool program = std::any_of(table.begin(), table.end(),
                                   [&](const models::Program& p) { return p.name == lesson; });
  if (!lesson.empty() && !run && !program) find_lesson(lesson);
  if (const auto text = line.get("STRING")) resolve(parse_replay(*text).options, {});
  const bool explores = command == "explore" || command == "lesson";  // other settings
  CommonOptions options;
  options.profile = line.get("profile").value_or("");
  options.scenario =
      line.get("scenario").value_or(line.get("run-or-scenario").value_or(options.scenario));
  if (const auto variants = line.get("variant")) options.variants = split_list(*variants, "");
  if (!explores) options.settings = line.settings();
  resolve(options, {});
  models::ExploreTask task;
  if (explores)
    for (const Setting& s : line.settings()) models::apply_setting(task, s.name, s.value, "");
  for (const std::string& vary : line.all("vary"))
    sim::require_known("", "parameter", vary.substr(0, vary.find('=')),
                       models::parameter_table().names());
}

TEST(Help, ExamplesAreOfThatCommandWithNamesThatExist) {
  for (const Command& c : commands()) {
    EXPECT_FALSE(c.line.examples().empty()) << c.line.command();
    for (const Example& e : c.line.examples()) {
      std::istringstream text(e.words.substr(0, e.words.find(" >")));
      std::vector<std::string> words;
      for (std::string word; text >> word;) {
        std::erase(word, '\'');
        words.push_back(word);
      }
      const bool of_a_tree = e.words.find("linux:") != std::string::npos;  // nobody here has it
      const auto checked = [&] {
        const ParsedLine line = c.line.parse(words);
        if (!of_a_tree) check_names(c.line.command(), line);
      };
      EXPECT_NO_THROW(checked()) << c.line.command() << " " << e.words;
    }
    std::istringstream help(c.line.help());
    for (std::string row; std::getline(help, row);) EXPECT_LE(row.size(), 100u) << row;
  }
}

// What the program printed that was interrupted after three seconds.
nlohmann::json interrupted(std::vector<const char*> words) {
  std::array<int, 2> pipe_ends{};
  check(pipe(pipe_ends.data()) == 0, "a pipe");
  words.insert(words.begin(), "poolrace");
  words.insert(words.end(), {"--jobs", "2", "--format", "json", nullptr});
  const pid_t child = fork();
  if (child == 0) {
    dup2(pipe_ends[1], 1);
    close(pipe_ends[0]);
    execv(POOLRACE_BINARY_DIR "/poolrace", const_cast<char* const*>(words.data()));
    _exit(127);
  }
  close(pipe_ends[1]);
  sleep(3);
  kill(child, SIGINT);
  std::string out;
  char buffer[65536];
  for (ssize_t n; (n = read(pipe_ends[0], buffer, sizeof buffer)) > 0;)
    out.append(buffer, static_cast<std::size_t>(n));
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  return nlohmann::json::parse(out);
}

TEST(InterruptSlow, KeepsTheResultsSoFar) {
  const auto j = interrupted({"compare", "seed-race", "--runs", "100000"});
  EXPECT_GT(j["results"][0]["runs"].get<int>(), 0);
  EXPECT_LT(j["results"][0]["runs"].get<int>(), 100000);
}

TEST(InterruptSlow, KeepsTheVerdictsSoFar) {
  const auto verdicts = interrupted({"explore", "--all", "--quick"})["verdicts"];
  EXPECT_GT(verdicts.size(), 0u);
  EXPECT_LT(verdicts.size(), models::program_table().size() * variant_names().size());
  EXPECT_EQ(verdicts[0]["program"], models::program_table()[0].name);
}

}  // namespace
}  // namespace poolrace::experiments
