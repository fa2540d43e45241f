// SPDX-License-Identifier: MIT
#include "pool/linux/object.hpp"

#include <dlfcn.h>
#include <link.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "pool/linux/tree.hpp"

namespace poolrace::pool::linux_tree {

namespace {

struct Wanted {
  const char* base;
  std::vector<Object::Range>* ranges;
};

int note_segments(dl_phdr_info* info, std::size_t, void* data) {
  const auto* wanted = static_cast<const Wanted*>(data);
  const auto* base = reinterpret_cast<const char*>(info->dlpi_addr);
  if (base != wanted->base) return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    const char* begin = base + segment.p_vaddr;
    wanted->ranges->push_back({begin, begin + segment.p_memsz, (segment.p_flags & PF_W) != 0});
  }
  return 1;
}

std::string content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return in ? std::move(text).str() : "";
}

}  // namespace

Object::Object(const std::string& folder)
    : folder_(folder),
      sites_(folder),
      of_pool_(content_of(folder + "/page_pool.btf")),
      of_xarray_(content_of(folder + "/xarray.btf")) {
  const std::string file = folder + "/pool.so";
  void* handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw TreeError(file + ": cannot be loaded: " + ::dlerror());
  const auto ops = reinterpret_cast<pr_ops* (*)()>(::dlsym(handle, "poolrace_ops"));
  const auto glue = reinterpret_cast<const pr_glue* (*)()>(::dlsym(handle, "poolrace_glue"));
  Dl_info info{};
  if (ops == nullptr || glue == nullptr || ::dladdr(reinterpret_cast<void*>(ops), &info) == 0)
    throw TreeError(file + ": is no pool of ours (poolrace linux clean forgets what was compiled)");
  base_ = static_cast<const char*>(info.dli_fbase);
  ops_ = ops();
  glue_ = glue();
  Wanted wanted{base_, &ranges_};
  ::dl_iterate_phdr(note_segments, &wanted);
}

std::string Object::member(const std::string& structure, std::uint64_t offset,
                           std::uint64_t size) const {
  const std::string name = of_pool_.at(structure, offset, size);
  return name.empty() ? of_xarray_.at(structure, offset, size) : name;
}

void Object::connect(const pr_ops& ops) {
  *ops_ = ops;
  kept_.clear();
  for (const Range& range : ranges_)
    if (range.writable) kept_.emplace_back(range.begin, range.end);
}

void Object::restore() {
  std::size_t i = 0;
  for (const Range& range : ranges_)
    if (range.writable) {
      std::memcpy(const_cast<char*>(range.begin), kept_[i].data(), kept_[i].size());
      ++i;
    }
}

}  // namespace poolrace::pool::linux_tree
