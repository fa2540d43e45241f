// SPDX-License-Identifier: MIT
// The HTML report: well-formed, self-contained, and the same numbers as the JSON.
#include "experiments/report/html.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "experiments/cli/common_options.hpp"
#include "experiments/report/json.hpp"
#include "experiments/text/html.hpp"
#include "source_paths.hpp"

namespace poolrace::experiments {
namespace {

using nlohmann::json;

// What scripts/check-html.py reads in a page; fails if it finds a fault.
json page_of(const std::string& path) {
  const std::string command =
      std::string("python3 " POOLRACE_SOURCE_DIR "/scripts/check-html.py ") + path;
  FILE* pipe = popen(command.c_str(), "r");
  std::string out;
  std::array<char, 65536> buffer{};
  for (std::size_t n; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.append(buffer.data(), n);
  EXPECT_EQ(WEXITSTATUS(pclose(pipe)), 0);
  return json::parse(out);
}

CommonOptions options_of(const std::vector<std::string>& words) {
  CommandLine line("compare", "as in commands/compare.cpp");
  add_common_options(line);
  return common_options(line.parse(words));
}

// What `compare --format json` says of these words; their page goes to `path`.
json compared(const std::vector<std::string>& words, const std::string& path) {
  const CommonOptions options = options_of(words);
  const Campaign campaign = run_campaign(options, resolve(options, default_variants()));
  std::ofstream(path) << html_report(campaign);
  json results = json::array();
  for (const VariantSummary& v : campaign.variants)
    results.push_back(json::parse(json_result(campaign, v).dump()));
  return {{"results", results}};
}

bool holds(const json& numbers, const json& wanted) {
  if (wanted.is_null()) return true;
  const double w = wanted;
  return std::any_of(numbers.begin(), numbers.end(), [w](const json& n) {
    return std::abs(n.get<double>() - w) <= 1e-12 * std::max(1.0, std::abs(w));
  });
}

void expect_same(const json& results, const json& page) {
  const std::string text = page.at("text");
  for (const json& r : results.at("results")) {
    SCOPED_TRACE(r.at("variant").get<std::string>());
    EXPECT_NE(text.find(r.at("variant").get<std::string>()), std::string::npos);
    EXPECT_NE(text.find(r.at("fingerprint").get<std::string>()), std::string::npos);
    EXPECT_NE(text.find(r.at("version").get<std::string>()), std::string::npos);
    for (const char* key : {"probability", "low", "high"})
      EXPECT_TRUE(holds(page["numbers"], r.at(key))) << key;
    for (const char* key : {"median", "p99"})
      EXPECT_TRUE(holds(page["numbers"], r.at("teardown_us").at(key))) << key;
    const json& guard = r.at("cost").at("guard_ns_per_packet");  // null: no packet was measured
    EXPECT_TRUE(guard.is_null() || holds(page["numbers"], guard));
    const bool corrupted = r.at("corrupted_runs") != 0;  // a count of none is the word
    EXPECT_TRUE(!corrupted || holds(page["numbers"], r.at("corrupted_runs")));
    if (r.contains("first_harm")) {
      const std::string replay = r["first_harm"].at("replay");
      EXPECT_NE(text.find("replay '" + replay + "'"), std::string::npos) << replay;
      EXPECT_NE(text.find(r["first_harm"].at("kind").get<std::string>()), std::string::npos);
    }
  }
}

TEST(HtmlReport, SaysWhatTheJsonSays) {
  const std::string path = testing::TempDir() + "report.html";
  const json results = compared({"--runs", "4", "--jobs", "2"}, path);
  const json page = page_of(path);
  expect_same(results, page);
  EXPECT_NE(page["text"].get<std::string>().find("--runs 4 --seed 1"), std::string::npos);
}

// What a shell makes of a line, a word each.
std::vector<std::string> shell_words(const std::string& line) {
  FILE* pipe = popen(("printf '%s\\n' " + line).c_str(), "r");
  std::vector<std::string> words(1);
  for (int c; (c = fgetc(pipe)) != EOF;) {
    if (c == '\n')
      words.emplace_back();
    else
      words.back() += static_cast<char>(c);
  }
  EXPECT_EQ(pclose(pipe), 0);
  words.pop_back();
  return words;
}

// "How to reproduce it" is a command whose words mean the very options of the campaign.
TEST(HtmlReport, ItsCommandGivesTheSameOptions) {
  CommonOptions options;
  options.scenario = "my scenario's.ini";
  options.profile = "a \"quoted\" <machine>.ini";
  options.variants = {"scan"};
  options.jobs = usable_cpus();
  options.seed = 7;
  options.settings = {{"trace_csv", "a & b.csv"}};
  options.faults = {"skip-unmap"};
  options.stalls = {{"put: read dma_sync", 1'234'567'891'000}, {"put: unmap", 1}};
  Resolved resolved = resolve({}, {"scan"});
  resolved.scenario = options.scenario;
  resolved.profile = options.profile;
  Campaign campaign{resolved, options, {}, 0, 0, 0};
  campaign.variants.resize(1);
  const std::string path = testing::TempDir() + "report4.html";
  std::ofstream(path) << html_report(campaign);
  const std::string text = page_of(path)["text"];
  const std::string begin = "poolrace compare ";
  const std::size_t at = text.find(begin, text.find("How to reproduce it")) + begin.size();
  const std::string line = text.substr(at, text.find('\n', at) - at);
  EXPECT_EQ(options_of(shell_words(line)), options) << line;
}

// No packets, no teardown, no crash: the page says so instead of dividing by nothing.
TEST(HtmlReport, HoldsWhereThereIsNothingToShow) {
  const std::string path = testing::TempDir() + "report2.html";
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"steady", "--runs", "2", "--jobs", "1", "--variant", "scan,xarray-fixed"},
           {"seed-race", "--runs", "1", "--variant", "xarray-fixed", "--set",
            "load_mpps=0.0001"}}) {
    const json results = compared(words, path);
    expect_same(results, page_of(path));
  }
}

TEST(HtmlReport, EscapesWhatItIsGiven) {
  EXPECT_EQ(html_escaped("<a href=\"x\">'&'</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  const std::string config = testing::TempDir() + "a<b>&c.ini";
  std::ofstream(config) << "horizon_s = 1.5\n";
  const std::string path = testing::TempDir() + "report3.html";
  compared({"--runs", "1", "--variant", "scan", "--config", config}, path);
  EXPECT_NE(page_of(path)["text"].get<std::string>().find("a<b>&c.ini"), std::string::npos);
}

// The tool that judges the page must find what is wrong with one.
TEST(HtmlReport, ItsCheckerFindsFaults) {
  const std::string path = testing::TempDir() + "bad.html";
  for (const char* body : {"<p><b>x</p></b>", "<p>x", "<img src=\"a.png\">", "<script>1</script>",
                           "<style>a{background:url(x)}</style>", "<p>see http://x.y</p>"}) {
    std::ofstream(path) << "<!DOCTYPE html><html><body>" << body << "</body></html>";
    const std::string command =
        std::string("python3 " POOLRACE_SOURCE_DIR "/scripts/check-html.py ") + path +
        " >/dev/null 2>&1";
    EXPECT_NE(std::system(command.c_str()), 0) << body;
  }
}

}  // namespace
}  // namespace poolrace::experiments
