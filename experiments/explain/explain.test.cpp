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
                 row.freed.empty() && row.call == 0)
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

// "kind, how sure" of an oops with these functions, innermost first.
std::string oops(const std::vector<const char*>& functions) {
  std::string log = "Unable to handle kernel NULL pointer dereference at virtual address 50\n";
  for (const char* name : functions) log += " " + std::string(name) + "+0x10/0x20\n";
  const Explanation found = explained(log);
  if (found.events.size() != 1) return std::to_string(found.events.size()) + " events";
  const Event& event = found.events.front();
  return std::string(pool::kind_name(event.answer->kind)) + ", " +
         sure_names[static_cast<int>(event.sure)];
}

// By the innermost function that names a call, not by where it faulted.
TEST(Explain, TheTraceTellsWhichDmaCallItWas) {
  const char *lookup = "iommu_get_dma_domain", *put = "page_pool_put_unrefed_netmem",
             *take = "page_pool_alloc_netmems";
  EXPECT_EQ(oops({lookup, "dma_map_page_attrs", take}), "map-after-unbind, certain");
  EXPECT_EQ(oops({lookup, "page_pool_dma_map", take}), "map-after-unbind, certain");
  EXPECT_EQ(oops({lookup, "dma_unmap_page_attrs", put}), "unmap-after-unbind, certain");
  EXPECT_EQ(oops({lookup, "page_pool_return_netmem", put}), "unmap-after-unbind, certain");
  EXPECT_EQ(oops({lookup, "__dma_sync_single_for_device", put}), "sync-after-unbind, certain");
  EXPECT_EQ(oops({lookup, "dma_sync_single_range_for_cpu", "napi_poll"}),
            "sync-after-unbind, likely");
  // The pool is somewhere further out, where it did something else.
  EXPECT_EQ(oops({lookup, "dma_map_page_attrs", "mlx5e_xmit", "dma_unmap_page_attrs", put}),
            "map-after-unbind, certain");
  // No call in the trace: nothing is certain.
  EXPECT_EQ(oops({lookup, take}), "map-after-unbind, likely");
  EXPECT_EQ(oops({lookup, "page_pool_release"}), "unmap-after-unbind, likely");
  EXPECT_EQ(oops({lookup, put}), "unmap-after-unbind, possible");
  EXPECT_EQ(oops({lookup}), "unmap-after-unbind, possible");
  // In the layer itself; and by a driver, without the pool.
  EXPECT_EQ(oops({"iommu_dma_map_page", "page_pool_dma_map"}), "map-after-unbind, likely");
  EXPECT_EQ(oops({"__iommu_dma_unmap", put}), "unmap-after-unbind, likely");
  EXPECT_EQ(oops({"dma_sync_single_for_device", put}), "sync-after-unbind, likely");
  EXPECT_EQ(oops({"iommu_dma_map_page", "mvneta_tx"}), "map-after-unbind, possible");
  EXPECT_EQ(oops({"iommu_dma_unmap_page", "mvneta_txq_done"}), "unmap-after-unbind, possible");
  EXPECT_EQ(oops({"iommu_dma_sync_single_for_cpu", "mvneta_rx_swbm"}), "sync-after-unbind, likely");
  EXPECT_EQ(oops({"iommu_dma_sync_single_for_cpu", "my_work"}), "sync-after-unbind, possible");
  EXPECT_EQ(oops({"arch_sync_dma_for_device", "dma_map_page_attrs", "stmmac_xmit"}),
            "map-after-unbind, possible");
  EXPECT_EQ(oops({"arch_sync_dma_for_device", "stmmac_rx"}), "sync-after-unmap, possible");
  // An interrupt that came in the midst of an unmap has nothing to do with it.
  EXPECT_EQ(oops({"tick_sched_timer", "asm_sysvec_apic_timer_interrupt", "iommu_dma_unmap_page"}),
            "0 events");
}

// A device that nobody knows for a NIC reads: that is hardly the pool's.
TEST(Explain, AnIommuFaultIsCertainOnlyOfANicOrAWrite) {
  const auto sure = [](const std::string& line) {
    const Explanation found = explained(line + "\n");
    return found.events.empty() ? "nothing"
                                : sure_names[static_cast<int>(found.events.front().sure)];
  };
  EXPECT_STREQ(sure("DMAR: [DMA Read] Request device [00:02.0] fault addr 1000 [fault reason 0x06] "
                    "PTE Read access is not set"),
               "possible");
  EXPECT_STREQ(sure("DMAR: [DMA Write] Request device [3b:00.0] fault addr 1000"), "certain");
  const std::string amd = " 0000:c1:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0021 ";
  EXPECT_STREQ(sure("mlx5_core" + amd + "address=0xfe3c1000 flags=0x0000]"), "certain");
  EXPECT_STREQ(sure("amdgpu" + amd + "address=0xfe3c1000 flags=0x0000]"), "possible");
  EXPECT_STREQ(sure("pcieport" + amd + "address=0xfe3c1000 flags=0x0020]"), "certain");
  const std::string smmu = "arm-smmu 5000000.iommu: Unhandled context fault: fsr=0x402, iova=0x1, ";
  EXPECT_STREQ(sure(smmu + "fsynr=0x10013, cb=1"), "certain");
  EXPECT_STREQ(sure(smmu + "fsynr=0x10003, cb=1"), "possible");
  EXPECT_STREQ(sure("mtk-iommu 1020a000.iommu: fault type=0x5 iova=0x1 layer=0 read"), "possible");
}

TEST(Explain, AWarningAndItsTextAreOneEvent) {
  const auto told = [](int count, const std::string& before) {
    return before + "Negative(" + std::to_string(count) +
           ") inflight packet-pages\nWARNING: CPU: 2 PID: 88 at net/core/page_pool.c:617 "
           "page_pool_inflight+0x4c/0x90\nCall Trace:\n page_pool_release+0x90/0x1c0\n";
  };
  for (const char* before : {"", "------------[ cut here ]------------\n"}) {
    const Explanation once = explained(told(-2, before));
    ASSERT_EQ(once.events.size(), 1u);
    EXPECT_EQ(once.events[0].count, 1);
    const Explanation twice = explained(told(-2, before) + told(-3, before));
    ASSERT_EQ(twice.events.size(), 1u);
    EXPECT_EQ(twice.events[0].count, 2);
  }
  const Explanation lines =
      explained("Negative(-2) inflight packet-pages\nNegative(-3) inflight packet-pages\n");
  ASSERT_EQ(lines.events.size(), 1u);
  EXPECT_EQ(lines.events[0].count, 2);
}

TEST(Explain, SaysWhatElseItMayBeInASentence) {
  const std::string text = explanation_text(explained(sample_logs.front().text));
  EXPECT_NE(text.find("otherwise, or as the next step: sync-after-unbind"), std::string::npos)
      << text;
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

// "FIRST-LAST WARNINGS, …" of each pool; at the date −1 a line has no stamp.
struct OldWarning {
  int inflight, age, uptime = -1;
};
std::string pools_of(const std::vector<OldWarning>& warnings) {
  std::string log, out;
  for (const OldWarning& w : warnings)
    log += (w.uptime < 0 ? "" : "[ " + std::to_string(w.uptime) + ".512345] [  T812] ") +
           "page_pool_release_retry() stalled pool shutdown " + std::to_string(w.inflight) +
           " inflight " + std::to_string(w.age) + " sec\n";
  for (const StalledPool& pool : explained(log).pools)
    out += (out.empty() ? "" : ", ") + std::to_string(pool.first.inflight) + "-" +
           std::to_string(pool.last.inflight) + " " + std::to_string(pool.warnings);
  return out;
}

// Two pools without ids, their minutes interleaved.
TEST(Explain, TellsPoolsWithoutIdsApart) {
  EXPECT_EQ(pools_of({{9, 60}, {5, 600}, {9, 120}, {4, 660}}), "9-9 2, 5-4 2") << "by age";
  // Of one age, by their counts: those cannot rise.
  EXPECT_EQ(pools_of({{40, 60}, {100, 60}, {40, 120}, {100, 120}}), "40-40 2, 100-100 2");
  EXPECT_EQ(pools_of({{100, 60}, {40, 60}, {40, 120}, {100, 120}}), "100-100 2, 40-40 2");
  EXPECT_EQ(pools_of({{100, 60}, {40, 60}, {90, 120}, {30, 120}}), "100-90 2, 40-30 2");
  EXPECT_EQ(pools_of({{40, 60}, {100, 60}, {30, 120}, {90, 120}}), "40-30 2, 100-90 2");
  EXPECT_EQ(pools_of({{64, 60}, {64, 61}, {64, 62}, {64, 120}, {12, 121}, {64, 122}}),
            "64-64 2, 64-12 2, 64-64 2")
      << "three that hold the same: one of them falls";
  EXPECT_EQ(pools_of({{5, 60}, {6, 120}}), "5-5 1, 6-6 1") << "a count does not rise";
  EXPECT_EQ(pools_of({{5, 60}, {5, 400}}), "5-5 1, 5-5 1") << "a minute lasts no six";
}

TEST(Explain, TheDateOfADestroyTellsPoolsApart) {
  // Destroyed at 1000 and at 1020; both ages grow by what a minute may be.
  EXPECT_EQ(pools_of({{100, 60, 1060}, {100, 60, 1080}, {80, 120, 1140}, {70, 121, 1121}}),
            "100-70 2, 100-80 2");
  EXPECT_EQ(pools_of({{5, 60, 1060}, {5, 400, 1401}}), "5-5 2") << "lines between are missing";
  EXPECT_EQ(pools_of({{5, 60, 1060}, {5, 120, 300}}), "5-5 1, 5-5 1") << "after a reboot";
}

// The same id after a reboot is another pool, and a count that rises says that it is.
TEST(Explain, AnIdThatComesAgainIsAnotherPool) {
  const auto pools = [](const std::string& first, const std::string& second) {
    const std::string says = "page_pool_release_retry() stalled pool shutdown: id 7, ";
    return explained(first + says + "9 inflight 60 sec\n" + second).pools.size();
  };
  const std::string says = "page_pool_release_retry() stalled pool shutdown: id 7, ";
  EXPECT_EQ(pools("", says + "9 inflight 120 sec\n"), 1u);
  EXPECT_EQ(pools("", says + "10 inflight 120 sec\n"), 2u);
  EXPECT_EQ(pools("[ 100.5] ", "[ 160.6] " + says + "9 inflight 120 sec\n"), 1u);
  EXPECT_EQ(pools("[ 100.5] ", "[  90.6] " + says + "9 inflight 60 sec\n"), 2u);
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

// As people paste a trace into a mail: without offsets.
TEST(Explain, ABareNameOfATraceIsAFunction) {
  for (const char* line :
       {"foo_bar", "  foo_bar", " ? foo_bar", "[  12.3]  foo_bar [mod]", "> foo_bar.isra.0",
        "Nov  3 04:05:06 gw kernel: foo_bar", "RIP: 0010:foo_bar", "pc : foo_bar"})
    EXPECT_EQ(bare_function(line), "foo_bar") << line;
  for (const char* line :
       {"", " ", "<TASK>", "Modules linked in: nf_tables", "Workqueue: events foo_bar", "foo",
        "4_2", "Hardware name: some_board", "Code: 90 90", "x29: ffff_0", "---[ end trace ]---",
        "[  12.3] [ffff] foo_bar baz"})
    EXPECT_EQ(bare_function(line), "") << line;
}

}  // namespace
}  // namespace poolrace::experiments
