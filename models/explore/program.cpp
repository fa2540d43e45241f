// SPDX-License-Identifier: MIT
#include "models/explore/program.hpp"

#include <algorithm>

#include "models/parameters.hpp"
#include "sim/errors.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::models {

namespace {

using enum Part;

struct Named {
  Part part;
  const char* name;
  const char* help;
};

constexpr Named teardowns[] = {{destroy, "destroy", "destroy"},
                               {remove, "remove", "destroy, unbind and removal"}};
constexpr Named puts[] = {{put_task, "put-preemptible", "a put in a task"},
                          {put_softirq, "put-softirq", "a put in a softirq"},
                          {put_bh_off, "put-bh-off", "a put with bottom halves off"},
                          {put_bulk, "put-bulk", "two pages put in bulk"},
                          {put_frag, "put-frag", "fragments of one page put"},
                          {put_return, "put-return", "a put of a page that must leave the pool"}};
// What may go on beside a pair.
constexpr Named besides[] = {{none, "", ""},
                             {put_late, "-vs-late", ", and a put after destroy"},
                             {worker, "-vs-worker", ", and the retry worker"},
                             {nic, "-with-nic", ", while the NIC writes into a posted buffer"}};

std::string joined(const Named& a, const Named& b, const char* between) {
  return std::string(a.name) + between + b.name;
}

// Every teardown with every put, alone and with something beside them.
void add_teardowns(std::vector<Program>& out) {
  for (const Named& teardown : teardowns)
    for (const Named& beside : besides) {
      if (teardown.part == remove && beside.part == nic) continue;  // the device goes, too
      for (const Named& put : puts)
        out.push_back({joined(teardown, put, "-vs-") + beside.name,
                       std::string(teardown.help) + ", and " + put.help + beside.help,
                       {teardown.part, put.part, beside.part}});
    }
}

// Every two puts, and every put beside a poll; nobody destroys.
void add_live(std::vector<Program>& out) {
  for (std::size_t i = 0; i < std::size(puts); ++i)
    for (std::size_t j = i; j < std::size(puts); ++j)
      out.push_back({joined(puts[i], puts[j], "-vs-"),
                     std::string(puts[i].help) + " and " + puts[j].help + "; nobody destroys",
                     {puts[i].part, puts[j].part}});
  for (const Named& put : puts)
    out.push_back({std::string(put.name) + "-vs-napi",
                   std::string(put.help) + ", and a poll allocates; nobody destroys",
                   {put.part, napi}});
}

void add_by_hand(std::vector<Program>& out) {
  const Program programs[] = {
      {"destroy-vs-late", "destroy, and a put that begins when it is over", {destroy, put_late}},
      {"destroy-vs-late-vs-worker",
       "destroy, a put after it, and the retry worker",
       {destroy, put_late, worker}},
      {"remove-vs-late",
       "destroy, unbind and removal, and a put after destroy",
       {remove, put_late}},
      {"remove-vs-late-vs-worker",
       "destroy, unbind and removal, a put after destroy, and the retry worker",
       {remove, put_late, worker}},
      {"recycle-and-post",
       "a put; a poll allocates the page and posts it; the NIC writes; a line is written back",
       {put_task, napi, nic, writeback}},
      {"ring-resize",
       "destroy, and a put in a task, while the next pool allocates and the NIC writes",
       {destroy, put_task, napi, nic, flush_timer, free_lists},
       true,
       false,
       true},
      {"ring-resize-late",
       "destroy, and a put after it, while the next pool allocates and the NIC writes",
       {destroy, put_late, napi, nic, flush_timer, free_lists},
       true,
       false,
       true},
      {"destroy-vs-put-softirq-one-cpu",
       "destroy in a task, interrupted by a softirq that puts",
       {destroy, put_softirq},
       true,
       true},
      {"put-vs-put-softirq-one-cpu",
       "a put in a task, interrupted by a softirq that puts; nobody destroys",
       {put_task, put_softirq},
       true,
       true},
      {"destroy-vs-put-vs-put", "destroy, and two puts in tasks", {destroy, put_task, put_task}},
      {"destroy-vs-put-softirq-vs-put",
       "destroy, a put in a softirq and one in a task",
       {destroy, put_softirq, put_task}},
      {"destroy-vs-frag-vs-frag",
       "destroy, and the two fragments of a page put by two tasks",
       {destroy, put_frag, put_frag}},
      {"broken-napi",
       "destroy while a poll of the same pool goes on",
       {destroy, napi_left_on},
       false},
      {"broken-napi-vs-put",
       "destroy while a poll of the same pool goes on, and a put in a task",
       {destroy, napi_left_on, put_task},
       false,
       false,
       true},
      {"broken-rx",
       "destroy while the NIC writes into a buffer that the driver took back",
       {destroy, nic_left_on},
       false},
      {"broken-rx-vs-put",
       "the same, and a put in a task",
       {destroy, nic_left_on, put_task},
       false},
  };
  out.insert(out.end(), std::begin(programs), std::end(programs));
}

std::vector<Program> all_programs() {
  std::vector<Program> out;
  add_teardowns(out);
  add_live(out);
  add_by_hand(out);
  for (Program& program : out) std::erase(program.parts, none);
  return out;
}

const ExploreConfig configs[] = {
    {},
    {.preempt = false},
    {.iommu = IommuMode::lazy},
    {.iommu = IommuMode::none},
    {.coherent = true},
    {.coherent = true, .iommu = IommuMode::none, .swiotlb = true},
    {.coherent = true, .dma_debug = true},
};

struct Flag {
  const char* name;
  bool ExploreConfig::*member;
};
constexpr Flag flags[] = {{"coherent", &ExploreConfig::coherent},
                          {"swiotlb", &ExploreConfig::swiotlb},
                          {"dma_debug", &ExploreConfig::dma_debug},
                          {"preempt", &ExploreConfig::preempt},
                          {"ram_at_zero", &ExploreConfig::ram_at_zero}};

}  // namespace

bool Program::has(Part part) const {
  return std::find(parts.begin(), parts.end(), part) != parts.end();
}

std::span<const Program> program_table() {
  static const std::vector<Program> programs = all_programs();
  return programs;
}

const Program& find_program(std::string_view name) {
  std::vector<std::string> names;
  for (const Program& program : program_table()) {
    if (program.name == name) return program;
    names.emplace_back(program.name);
  }
  throw ConfigError("unknown program '" + std::string(name) + "'" + sim::nearest_hint(name, names));
}

std::span<const ExploreConfig> config_table() {
  return configs;
}

std::string text_of(const ExploreConfig& config, std::string_view separator) {
  std::string out = "iommu=";
  out += iommu_mode_names[static_cast<std::size_t>(config.iommu)];
  for (const Flag& flag : flags) {
    out += separator;
    out += flag.name;
    out += config.*flag.member ? "=true" : "=false";
  }
  return out;
}

void set_config(ExploreConfig& config, std::string_view name, std::string_view value) {
  const auto wrong_value = [&](const char* allowed) {
    throw ConfigError(std::string(name) + "=" + std::string(value) + ": allowed are " + allowed);
  };
  if (name == "iommu") {
    for (std::size_t i = 0; i < std::size(iommu_mode_names); ++i) {
      if (value != iommu_mode_names[i]) continue;
      config.iommu = static_cast<IommuMode>(i);
      return;
    }
    wrong_value("none, lazy, strict");
  }
  std::vector<std::string> names{"iommu"};
  for (const Flag& flag : flags) {
    names.emplace_back(flag.name);
    if (name != flag.name) continue;
    if (value != "true" && value != "false") wrong_value("true, false");
    config.*flag.member = value == "true";
    return;
  }
  throw ConfigError("unknown setting '" + std::string(name) + "' of a program" +
                    sim::nearest_hint(name, names));
}

void check_together(const ExploreConfig& config) {
  check_swiotlb(config.swiotlb, config.iommu);
}

}  // namespace poolrace::models
