// SPDX-License-Identifier: MIT
#include "experiments/explain/explain.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "experiments/explain/functions.hpp"
#include "experiments/explain/logs.hpp"
#include "experiments/explain/print.hpp"
#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

Explanation explained(const std::string& text) {
  std::istringstream in(text);
  return explain_log(in, "log");
}

std::string worst(const std::string& text) {
  const Explanation found = explained(text);
  return found.events.empty() ? "nothing" : found.events.front().name;
}

std::string refusal(const std::string& text) {
  try {
    explained(text);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(Explain, KnowsEverySample) {
  for (const SampleLog& log : sample_logs) EXPECT_EQ(worst(log.text), log.signature) << log.name;
}

// A row that no sample shows could be dead, or shadowed by one above it.
TEST(Explain, EverySignatureIsShownByASample) {
  std::set<std::string> shown;
  for (const SampleLog& log : sample_logs) shown.insert(log.signature);
  for (const Signature& row : signatures()) EXPECT_TRUE(shown.contains(row.name)) << row.name;
}

TEST(Explain, EverySignatureHasAnAnswerAndANameOfItsOwn) {
  std::set<std::string> names;
  for (const Signature& row : signatures()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_NO_THROW(answer(row.answer)) << row.name;
    EXPECT_FALSE(row.says.empty() && row.top.empty() && row.stack.empty() && row.with.empty() &&
                 row.freed.empty())
        << row.name << " fits everything";
  }
}

// The same report, however it came here.
std::string decorated(const std::string& text, const std::string& before, const std::string& end) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    out += before + line + end;
  }
  return out;
}

TEST(Explain, PrefixesLineEndsAndMarksChangeNothing) {
  const std::map<std::string, std::string> prefixes = {
      {"printk level", "<4>"},
      {"dmesg -T", "[Tue Sep 24 22:56:32 2024] "},
      {"caller", "[  912.004411][  T812] "},
      {"dmesg -x", "kern  :warn  : [   12.345678] "},
      {"syslog", "Nov  3 04:05:06 host-1 kernel: [  912.0] "},
      {"journalctl -o short-iso", "2026-11-03T04:05:06+0100 host kernel: "},
      {"logread of OpenWrt", "Tue Nov 19 20:26:36 2024 kern.warn kernel: [1228581.247516] "},
      {"mail", "> > "},
      {"colours", "\x1b[1;31m"},
  };
  for (const SampleLog& log : sample_logs) {
    for (const auto& [name, prefix] : prefixes)
      EXPECT_EQ(worst(decorated(log.text, prefix, "\n")), log.signature)
          << log.name << ", " << name;
    EXPECT_EQ(worst(decorated(log.text, "", "\r\n")), log.signature) << log.name;
    EXPECT_EQ(worst(decorated(log.text, "", "\r\r\n")), log.signature) << log.name;
    EXPECT_EQ(worst(decorated(log.text, "", "\r")), log.signature) << log.name;
    EXPECT_EQ(worst("\xef\xbb\xbf" + std::string(log.text)), log.signature) << log.name;
    EXPECT_EQ(worst(std::string(log.text) + std::string(300, '\0')), log.signature) << log.name;
    std::string cut = log.text;
    while (cut.ends_with('\n') || cut.ends_with('\r')) cut.pop_back();
    EXPECT_EQ(worst(cut), log.signature) << log.name << ", without a newline at the end";
  }
}

// All samples in one log: each is told once, with its count, the worst first.
TEST(Explain, TellsSeveralEventsWorstFirst) {
  std::string all;
  std::map<std::string, int> wanted;
  for (const SampleLog& log : sample_logs)
    if (!std::string(log.signature).starts_with("stalled")) all += std::string(log.text) + "\n";
  const Explanation found = explained(all + all);
  std::set<std::string> names;
  for (const Event& event : found.events) {
    EXPECT_TRUE(names.insert(event.name).second) << event.name << " is told twice";
    EXPECT_GE(event.count, 2) << event.name;
    EXPECT_LT(event.line, event.last_line) << event.name;
  }
  for (const SampleLog& log : sample_logs) {
    const bool stalled = std::string(log.signature).starts_with("stalled");
    EXPECT_TRUE(stalled || names.contains(log.signature)) << log.name;
  }
  for (std::size_t i = 1; i < found.events.size(); ++i)
    EXPECT_LE(models::harm_rank(found.events[i - 1].answer->harm),
              models::harm_rank(found.events[i].answer->harm));
}

TEST(Explain, SaysWhereAndWhichKernel) {
  const Explanation found = explained(sample_logs.front().text);
  EXPECT_EQ(found.kernel, "6.10.0-rc4+");
  ASSERT_EQ(found.events.size(), 1u);
  const Event& event = found.events.front();
  EXPECT_EQ(event.sure, Sure::certain);
  EXPECT_EQ(event.line, 1);
  EXPECT_EQ(event.functions.front(), "iommu_get_dma_domain");
  EXPECT_EQ(event.functions.back(), "page_pool_return_page");
  const std::string text = explanation_text(found);
  for (const char* part : {"unmap-after-unbind, certain", "ee62ce7a1d90", "280e5a301005",
                           "poolrace run vf-cycling", "of kernel 6.10.0-rc4+"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    EXPECT_TRUE(line.size() <= 100 || line.find("poolrace ") != std::string::npos) << line;
}

TEST(Explain, AnUnrelatedLogIsNothing) {
  for (const char* text :
       {"", "\n\n", "hello\n", "Linux version 6.1.0 (gcc)\n",
        "BUG: kernel NULL pointer dereference, address: 0\nRIP: 0010:ext4_find_entry+0x1/0x2\n",
        "BUG: KASAN: slab-use-after-free in tcp_v4_rcv+0x10/0x20\nFreed by task 1:\n "
        "kfree+0x1/0x2\n",
        "WARNING: CPU: 1 PID: 1 at fs/namei.c:1 lookup_fast+0x1/0x2\n",
        "INFO: task sync:1 blocked for more than 120 seconds.\n io_schedule+0x1/0x2\n",
        "BUG: Bad page state in process x  pfn:1\nraw: dead000000000100 dead000000000122\n",
        "list_del corruption, ffff8881->next is LIST_POISON1 (dead000000000100)\n",
        "arm-smmu-v3 arm-smmu-v3.0.auto: ias 44-bit, oas 44-bit (features 0x1)\n",
        "see page_pool.c: stalled pool shutdown happens when pages are in flight\n"})
    EXPECT_EQ(worst(text), "nothing") << text;
}

TEST(Explain, ReadsASeriesOfEachPool) {
  const auto warning = [](int id, int inflight, int age) {
    return "page_pool_release_retry() stalled pool shutdown: id " + std::to_string(id) + ", " +
           std::to_string(inflight) + " inflight " + std::to_string(age) + " sec\n";
  };
  const Explanation found = explained(warning(7, 199, 60) + warning(8, 4032, 26825) +
                                      warning(7, 32, 120) + warning(7, 2, 724));
  ASSERT_EQ(found.pools.size(), 2u);
  EXPECT_EQ(found.pools[0].id, 7);
  EXPECT_EQ(found.pools[0].warnings, 3);
  EXPECT_EQ(found.pools[0].last.inflight, 2);
  ASSERT_EQ(found.events.size(), 2u);
  EXPECT_EQ(found.events[0].name, "stalled-old");
  EXPECT_EQ(found.events[0].answer->kind, pool::Kind::leak);
  EXPECT_EQ(found.events[1].name, "stalled-falls");
  EXPECT_EQ(found.events[1].count, 3);
  const std::string text = explanation_text(found);
  EXPECT_NE(text.find("id 7: 199 in flight after 60 s, 2 after 724 s (3 warnings)"),
            std::string::npos)
      << text;
}

// Two pools without ids, their minutes interleaved, are told apart by their ages.
TEST(Explain, TellsPoolsWithoutIdsByTheirAge) {
  const auto warning = [](int inflight, int age) {
    return "page_pool_release_retry() stalled pool shutdown " + std::to_string(inflight) +
           " inflight " + std::to_string(age) + " sec\n";
  };
  const Explanation found =
      explained(warning(9, 60) + warning(5, 600) + warning(9, 120) + warning(4, 660));
  ASSERT_EQ(found.pools.size(), 2u);
  EXPECT_FALSE(found.pools[0].falls());
  EXPECT_TRUE(found.pools[1].falls());
}

TEST(Explain, WhatIsNoTextIsNamed) {
  std::string wide, noise;
  for (const char c : std::string("BUG: KASAN: use-after-free")) wide += std::string(1, c) + '\0';
  for (int i = 0; i < 4000; ++i) noise += static_cast<char>(i * 131 % 251);
  EXPECT_NE(refusal("\xff\xfe" + wide).find("is UTF-16"), std::string::npos);
  EXPECT_NE(refusal(wide).find("is UTF-16"), std::string::npos);
  EXPECT_NE(refusal('\0' + wide.substr(0, wide.size() - 1)).find("is UTF-16"), std::string::npos);
  EXPECT_NE(refusal(std::string("\xff\xfe\0\0B\0\0\0", 8)).find("is UTF-32"), std::string::npos);
  EXPECT_NE(refusal("\x1f\x8b\x08 compressed").find("gzip"), std::string::npos);
  EXPECT_NE(refusal(std::string(100'000, '\0')).find("nothing but NUL"), std::string::npos);
  EXPECT_NE(refusal(noise).find("is binary"), std::string::npos);
  EXPECT_NE(refusal("LPKSHHRH then more").find("journalctl"), std::string::npos);
}

// A source that never ends, as `yes | poolrace explain` is; and a line that never does.
class Endless : public std::streambuf {
 public:
  explicit Endless(char c) : block_(65'536, c) {}

 protected:
  int_type underflow() override {
    setg(block_.data(), block_.data(), block_.data() + block_.size());
    return traits_type::to_int_type(block_.front());
  }

 private:
  std::string block_;
};

TEST(Explain, WhatHasNoEndIsRefused) {
  for (const char c : {'y', '\n'}) {
    Endless source(c);
    std::istream in(&source);
    EXPECT_THROW(explain_log(in, "log"), ConfigError);
  }
}

TEST(Explain, AMessageBehindALongLineIsFound) {
  EXPECT_EQ(worst(std::string(3'000'000, 'x') + "\n" + sample_logs.front().text),
            sample_logs.front().signature);
}

TEST(Explain, FunctionsOfALine) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(functions_in(" ? foo.isra.0+0x1c/0x40 [mod]"), Names{"foo"});
  EXPECT_EQ(functions_in("[<c0108a1c>] (inner) from [<c0108b00>] (outer+0x20/0x64)"),
            Names{"outer"});
  EXPECT_EQ(functions_in("RIP: 0010:foo (net/core/x.c:12)"), Names{"foo"});
  EXPECT_EQ(functions_in(" foo net/core/x.c:12 [inline]"), Names{"foo"});
  EXPECT_EQ(functions_in(" foo+0x1/0x2 net/core/x.c:12"), Names{"foo"});
  EXPECT_EQ(functions_in("WARNING: CPU: 1 PID: 2 at net/core/x.c:12 foo+0x1/0x2"), Names{"foo"});
  EXPECT_EQ(functions_in("kernel BUG at lib/list_debug.c:65!"), Names{});
  EXPECT_EQ(functions_in("0x1234+0x5 1.2.c:3 +0x +"), Names{});
}

}  // namespace
}  // namespace poolrace::experiments
