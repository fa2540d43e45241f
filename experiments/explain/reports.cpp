// SPDX-License-Identifier: MIT
#include "experiments/explain/reports.hpp"

#include <algorithm>
#include <optional>

#include "experiments/explain/functions.hpp"

namespace poolrace::experiments {

namespace {

constexpr std::size_t text_max_bytes = 32'768;
constexpr std::size_t frames_max = 64;
constexpr std::size_t shortest = 5;   // "f+0x1": a shorter line says nothing
constexpr int quiet_lines_max = 120;  // modules, registers, a stack in hex: then it is over

struct Opener {
  std::string_view says;
  ReportType type;
};

// The first that a line has decides.
constexpr Opener openers[] = {
    {"KASAN: null-ptr-deref", ReportType::oops},
    {"KASAN: probably user-memory-access", ReportType::oops},
    {"KASAN: maybe wild-memory-access", ReportType::oops},
    {"BUG: KASAN: wild-memory-access", ReportType::oops},
    {"BUG: KASAN:", ReportType::memory},
    {"BUG: KFENCE:", ReportType::memory},
    {"BUG: KMSAN:", ReportType::memory},
    {"BUG: KCSAN:", ReportType::race},
    {"UBSAN:", ReportType::bounds},
    {"BUG: sleeping function called", ReportType::context},
    {"BUG: scheduling while atomic", ReportType::context},
    {"BUG: Invalid wait context", ReportType::context},
    {"Voluntary context switch within RCU", ReportType::context},
    {"WARNING: suspicious RCU usage", ReportType::context},
    {"WARNING: inconsistent lock state", ReportType::context},
    {"irq lock inversion dependency", ReportType::context},
    {"soft lockup - CPU", ReportType::hung},
    {"detected stalls on CPU", ReportType::hung},
    {"self-detected stall on CPU", ReportType::hung},
    {"detected expedited stalls", ReportType::hung},
    {"hard LOCKUP", ReportType::hung},
    {"blocked for more than", ReportType::hung},
    {"BUG: workqueue lockup", ReportType::hung},
    {"BUG: Bad page state", ReportType::page},
    {"BUG: Bad page cache", ReportType::page},
    {"list_del corruption", ReportType::list},
    {"list_add corruption", ReportType::list},
    {"DMA-API:", ReportType::dma_api},
    {"Unable to handle kernel", ReportType::oops},
    {"unable to handle kernel", ReportType::oops},
    {"BUG: kernel NULL pointer dereference", ReportType::oops},
    {"BUG: unable to handle page fault", ReportType::oops},
    {"general protection fault", ReportType::oops},
    {"Internal error: ", ReportType::oops},
    {"Unhandled fault", ReportType::oops},
    {"SError Interrupt", ReportType::oops},
    {"Kernel access of bad area", ReportType::oops},
    {"kernel BUG at", ReportType::oops},
    {"Kernel BUG [#", ReportType::oops},
    {"Oops", ReportType::oops},
    {"refcount_t:", ReportType::warning},
    {"inflight packet-pages", ReportType::warning},
    {"WARNING: ", ReportType::warning},
    {"cut here ]", ReportType::warning},
};

// A report by itself, which may stand in the midst of another.
constexpr std::string_view lines[] = {
    "unregister_netdevice: waiting for",
    "stalled pool shutdown",
    "page_pool refcnt",
    "Unhandled context fault",
    "arm-smmu-v3",
    "IO_PAGE_FAULT",
    "[DMA Write",
    "[DMA Read",
    "[INTR-REMAP]",
    "iommu: Page fault at",
    "sysmmu: ",
    "mtk-iommu",
    "hw csum failure",
    "Poison overwritten",
    "pagealloc: memory corruption",
    "fault occurred at iova",
};

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::optional<ReportType> opened_by(std::string_view text) {
  if (has(text, "Mapped at:")) return std::nullopt;  // dma-debug's second trace
  for (const Opener& opener : openers)
    if (has(text, opener.says)) return opener.type;
  return std::nullopt;
}

bool is_line(std::string_view text) {
  return std::any_of(std::begin(lines), std::end(lines),
                     [&](std::string_view says) { return has(text, says); });
}

bool begins_trace(std::string_view text) {
  return has(text, "Call Trace:") || has(text, "Call trace:") || has(text, "Backtrace:");
}

// Where a fault is, without an offset: "RIP: 0010:name", "pc : name".
bool is_place(std::string_view text) {
  return has(text, "RIP: ") || has(text, "pc : ") || has(text, "PC is at ");
}

bool is_version(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '-' || c == '+' || c == '_';
}

}  // namespace

void ReportReader::finish() {
  if (open_) tell_(report_);
  open_ = false;
}

void ReportReader::open(ReportType type, std::int64_t number) {
  finish();
  report_ = {.type = type, .line = number};
  open_ = true;
  in_trace_ = false;
  quiet_lines_ = 0;
  stack_ = &Report::frames;
}

// One line of the open report.
void ReportReader::add(const std::string& text) {
  if (report_.text.size() + text.size() < text_max_bytes) report_.text += text + "\n";
  if (has(text, "llocated by task")) stack_ = &Report::allocated;
  if (has(text, "reed by task")) stack_ = &Report::freed;
  if (has(text, "otentially related work") || has(text, "Mapped at:")) stack_ = nullptr;
  const bool of_a_lock = has(text, "{") && has(text, "}, at: ");  // "#0: … at: name+0x…"
  std::vector<std::string> names = of_a_lock ? std::vector<std::string>{} : functions_in(text);
  in_trace_ = in_trace_ || begins_trace(text);
  if (names.empty() && (in_trace_ || is_place(text)))
    if (std::string name = bare_function(text); !name.empty()) names.push_back(std::move(name));
  quiet_lines_ = names.empty() ? quiet_lines_ + 1 : 0;
  if (stack_ != nullptr)
    for (const std::string& name : names)
      if ((report_.*stack_).size() < frames_max) (report_.*stack_).push_back(name);
  const bool over = has(text, "---[ end trace") || quiet_lines_ > quiet_lines_max;
  if (over) finish();
}

// "… tainted 6.10.0-rc3 #1", "Tainted: G W 6.10.0 #1", "Linux version 6.10.0 (…)".
void ReportReader::note_kernel(std::string_view text) {
  if (!kernel_.empty() || (!has(text, "ainted") && !has(text, "Linux version "))) return;
  for (std::size_t at = 0; at + 3 < text.size(); ++at) {
    const bool begins = text[at] >= '1' && text[at] <= '9' && (at == 0 || text[at - 1] == ' ');
    if (!begins) continue;
    std::size_t end = at;
    while (end < text.size() && is_version(text[end])) ++end;
    const std::string_view word = text.substr(at, std::min<std::size_t>(end - at, 40));
    const std::size_t dot = word.find('.');
    if (dot != std::string_view::npos && dot <= 2 && dot + 1 < word.size() &&
        word[dot + 1] >= '0' && word[dot + 1] <= '9') {
      kernel_ = std::string(word);
      return;
    }
  }
}

// Whether an opening line belongs to the report that is open: a fault is told by several lines, a
// warning's text stands before "WARNING:" (or, of dma-debug in old kernels, behind it).
bool ReportReader::follows(ReportType type, std::string_view text) const {
  using enum ReportType;
  if (!open_) return false;
  const ReportType now = report_.type;
  if (type == dma_api) return now == warning && has(report_.text, "debug.c");
  if (!report_.frames.empty()) return false;
  // That line is the text of one warning: where it comes again, so does the warning.
  constexpr std::string_view count = "inflight packet-pages";
  if (has(text, count) && has(report_.text, count)) return false;
  if (now == dma_api) return type == warning && has(text, "debug.c");
  return now == warning || type == warning || (type == oops && (now == oops || now == list));
}

void ReportReader::line(const std::string& text, std::int64_t number) {
  if (text.size() < shortest) return;
  note_kernel(text);
  if (page_pool_line_ == 0 && has(text, "page_pool")) page_pool_line_ = number;
  if (is_line(text)) {
    tell_({.type = ReportType::line, .line = number, .text = text + "\n"});
    return;
  }
  const std::optional<ReportType> type = opened_by(text);
  if (!type && !open_ && (begins_trace(text) || !functions_in(text).empty()))
    open(ReportType::trace, number);
  if (type && !follows(*type, text)) open(*type, number);
  if (type && report_.type == ReportType::warning) report_.type = *type;
  if (open_) add(text);
}

}  // namespace poolrace::experiments
