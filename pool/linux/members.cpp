// SPDX-License-Identifier: MIT
#include "pool/linux/members.hpp"

#include <cstring>

namespace poolrace::pool::linux_tree {

namespace {

enum Kind : std::uint32_t {
  integer = 1,
  pointer = 2,
  array = 3,
  structure = 4,
  union_ = 5,
  enumeration = 6,
  type_def = 8,
  volatile_ = 9,
  constant = 10,
  restrict_ = 11,
  prototype = 13,
  variable = 14,
  section = 15,
  tag = 17,
  type_tag = 18,
  enumeration64 = 19,
};

constexpr std::uint32_t entry_bytes = 12;

// What follows an entry's twelve bytes.
std::uint64_t tail_of(std::uint32_t kind, std::uint32_t count) {
  switch (kind) {
    case integer:
    case variable:
    case tag:
      return 4;
    case array:
      return 12;
    case structure:
    case union_:
    case section:
    case enumeration64:
      return std::uint64_t{12} * count;
    case enumeration:
    case prototype:
      return std::uint64_t{8} * count;
    default:
      return 0;
  }
}

}  // namespace

Members::Members(std::string btf) : btf_(std::move(btf)) {
  constexpr std::uint32_t magic = 0xeb9f;
  if (btf_.size() >= 24 && (u32(0) & 0xffff) == magic) read();
}

std::uint32_t Members::u32(std::uint64_t at) const {
  std::uint32_t value = 0;
  if (at + sizeof value <= btf_.size()) std::memcpy(&value, btf_.data() + at, sizeof value);
  return value;
}

std::string Members::text(std::uint32_t name) const {
  const std::uint64_t at = strings_ + name;
  return at < btf_.size() ? std::string(btf_.c_str() + at) : "";
}

void Members::read() {
  const std::uint64_t header = u32(4), begin = header + u32(8), end = begin + u32(12);
  strings_ = header + u32(16);
  for (std::uint64_t at = begin; at + entry_bytes <= end && at < btf_.size();) {
    const std::uint32_t info = u32(at + 4), count = info & 0xffff;
    Type type;
    type.name = u32(at);
    type.kind = (info >> 24) & 31;
    type.size = u32(at + 8);
    const std::uint64_t tail = at + entry_bytes;
    if (type.kind == array) {
      type.size = u32(tail);
      type.count = u32(tail + 8);
    }
    if (type.kind == structure || type.kind == union_)
      for (std::uint64_t m = tail; m < tail + std::uint64_t{12} * count; m += 12) {
        const std::uint32_t where = u32(m + 8);
        const bool fields = (info >> 31) != 0;
        type.members.push_back(
            {u32(m), u32(m + 4), fields ? where & 0xffffff : where, fields ? where >> 24 : 0});
      }
    types_.push_back(std::move(type));
    at = tail + tail_of((info >> 24) & 31, count);
  }
}

std::uint32_t Members::bare(std::uint32_t type) const {
  for (int hops = 0; type < types_.size() && hops < 32; ++hops) {
    const std::uint32_t kind = types_[type].kind;
    if (kind != type_def && kind != volatile_ && kind != constant && kind != restrict_ &&
        kind != type_tag)
      return type;
    type = types_[type].size;
  }
  return 0;
}

std::uint64_t Members::size_of(std::uint32_t type) const {
  const Type& it = types_[bare(type)];
  if (it.kind == pointer) return sizeof(void*);
  return it.kind == array ? it.count * size_of(it.size) : it.size;
}

// Down to what is no struct any more; of a union the first that fits; of bit fields all in the byte.
std::string Members::within(std::uint32_t type, std::uint64_t offset, std::uint64_t size) const {
  const Type& it = types_[bare(type)];
  if (it.kind == array) {
    const std::uint64_t each = size_of(it.size);
    if (each == 0 || size > each) return "";
    return "[" + std::to_string(offset / each) + "]" + within(it.size, offset % each, size);
  }
  std::string fields;
  for (const Member& member : it.members) {
    const std::uint64_t bit = offset * 8;
    if (member.bits != 0) {
      if (member.bit < bit + size * 8 && bit < member.bit + member.bits)
        fields += (fields.empty() ? "" : "/") + text(member.name);
      continue;
    }
    const std::uint64_t begin = member.bit / 8, bytes = size_of(member.type);
    if (!fields.empty() || offset < begin || offset + size > begin + bytes) continue;
    const std::string inner = within(member.type, offset - begin, size);
    const std::string name = text(member.name);
    if (name.starts_with("pr_")) return "";  // the shim's own: the lock itself is meant
    if (name.empty() && inner.empty()) continue;
    return name + (inner.empty() || name.empty() || inner.front() == '[' ? "" : ".") + inner;
  }
  return fields;
}

std::string Members::at(const std::string& name, std::uint64_t offset, std::uint64_t size) const {
  for (std::uint32_t id = 1; id < types_.size(); ++id)
    if (types_[id].kind == structure && text(types_[id].name) == name)
      return within(id, offset, size);
  return "";
}

}  // namespace poolrace::pool::linux_tree
