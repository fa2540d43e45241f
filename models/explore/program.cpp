// SPDX-License-Identifier: MIT
#include "models/explore/program.hpp"

#include "sim/errors.hpp"
#include "sim/nearest.hpp"

namespace poolrace::models {

namespace {

using enum Part;

const Program programs[] = {
    {"destroy-vs-put-preemptible",
     "the seed's two columns: destroy, and a put in a task",
     {destroy, put_task}},
    {"destroy-vs-put-softirq", "destroy, and a put in a softirq", {destroy, put_softirq}},
    {"destroy-vs-put-bh-off", "destroy, and a put with bottom halves off", {destroy, put_bh_off}},
    {"destroy-vs-put-bulk", "destroy, and two pages put in bulk", {destroy, put_bulk}},
    {"destroy-vs-put-return",
     "destroy, and a put of a page that must leave the pool",
     {destroy, put_return}},
    {"destroy-vs-put-late", "destroy, and a put that begins when it is over", {destroy, put_late}},
    {"put-vs-put", "two puts in tasks; nobody destroys", {put_task, put_task}},
    {"put-vs-put-softirq", "a put in a task and one in a softirq", {put_task, put_softirq}},
    {"remove-vs-put-preemptible",
     "destroy, unbind and removal, and a put in a task",
     {remove, put_task}},
    {"remove-vs-put-softirq",
     "destroy, unbind and removal, and a put in a softirq",
     {remove, put_softirq}},
    {"remove-vs-put-late",
     "destroy, unbind and removal, and a put after destroy",
     {remove, put_late}},
    {"destroy-vs-put-vs-worker",
     "destroy, a put in a task, and the retry worker",
     {destroy, put_task, worker}},
    {"destroy-vs-late-vs-worker",
     "destroy, a put after it, and the retry worker",
     {destroy, put_late, worker}},
    {"destroy-vs-put-vs-put", "destroy, and two puts in tasks", {destroy, put_task, put_task}},
};

const ExploreConfig configs[] = {
    {},
    {.preempt = false},
    {.iommu = IommuMode::lazy},
    {.iommu = IommuMode::none},
    {.coherent = true},
    {.coherent = true, .iommu = IommuMode::none, .swiotlb = true},
    {.coherent = true, .dma_debug = true},
};

constexpr const char* iommu_names[] = {"none", "lazy", "strict"};

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

std::span<const Program> program_table() {
  return programs;
}

const Program& find_program(std::string_view name) {
  std::vector<std::string> names;
  for (const Program& program : programs) {
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
  out += iommu_names[static_cast<std::size_t>(config.iommu)];
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
    for (std::size_t i = 0; i < std::size(iommu_names); ++i) {
      if (value != iommu_names[i]) continue;
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

}  // namespace poolrace::models
