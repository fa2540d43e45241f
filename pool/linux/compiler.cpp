// SPDX-License-Identifier: MIT
#include "pool/linux/compiler.hpp"

#include <cstdlib>
#include <sstream>

#include "pool/linux/process.hpp"
#include "pool/linux/tree.hpp"

namespace poolrace::pool::linux_tree {

namespace {

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

void add(std::vector<std::string>& to, std::initializer_list<std::string> words) {
  to.insert(to.end(), words);
}

// What every object of a tree is compiled with.
Compiler plain_compiler(const std::string& optimise) {
  Compiler cc;
  const char* chosen = std::getenv("CC");
  cc.name = chosen != nullptr && *chosen != '\0' ? chosen : "cc";
  const Ran version = run({cc.name, "--version"});
  if (!version.good())
    throw TreeError("no C compiler: '" + cc.name +
                    "' cannot be run, which compiles a tree's pool (set CC, or install gcc)");
  cc.version = first_line(version.out);
  cc.clang = version.out.find("clang") != std::string::npos;
  const std::string include = first_line(run({cc.name, "-print-file-name=include"}).out);
  cc.flags = {"-std=gnu11",
              optimise,
              "-fPIC",
              "-fvisibility=hidden",
              "-ffreestanding",
              "-nostdinc",
              "-isystem",
              include,
              "-fno-strict-aliasing",
              "-fwrapv",
              "-fno-delete-null-pointer-checks",
              "-fms-extensions",
              "-Igen",
              "-Itree/include",
              "-Itree/net/core",
              "-Ishim",
              "-I.",
              "-Werror=implicit-function-declaration",
              "-Werror=implicit-int"};
  return cc;
}

}  // namespace

Compiler find_compiler(const std::string& optimise) {
  Compiler cc = plain_compiler(optimise);
  add(cc.flags, {"-g", "-fno-builtin", "-fno-optimize-sibling-calls", "-fexceptions"});
  add(cc.link, {"-Wl,--no-undefined", "-Wl,-z,norelro"});
  cc.instrument = {"-fsanitize=thread"};
  if (run({cc.name, "-gbtf", "-x", "c", "-fsyntax-only", "/dev/null"}).good())
    cc.instrument.emplace_back("-gbtf");  // names of members
  if (cc.clang)
    add(cc.instrument,
        {"-fno-vectorize", "-fno-slp-vectorize", "-mllvm", "-tsan-instrument-func-entry-exit=0",
         "-mllvm", "-tsan-distinguish-volatile=1", "-mllvm",
         "-tsan-instrument-read-before-write=1"});
  else
    add(cc.instrument,
        {"--param", "tsan-instrument-func-entry-exit=0", "--param", "tsan-distinguish-volatile=1"});
  return cc;
}

Compiler native_compiler(const std::string& optimise, bool preempt, const std::string& sanitizer) {
  Compiler cc = plain_compiler(optimise);
  add(cc.flags, {"-DPR_NATIVE", "-fno-asynchronous-unwind-tables"});
  if (preempt) cc.flags.emplace_back("-DPR_PREEMPT_RCU");
  if (sanitizer.empty()) {
    cc.link = {"-Wl,--no-undefined"};
    return cc;
  }
  add(cc.flags, {"-fsanitize=" + sanitizer, "-g", "-fno-omit-frame-pointer"});
  if (sanitizer == "thread") add(cc.flags, {"-DPR_TSAN", "-Wno-tsan"});
  if (!cc.clang) cc.link = {"-fsanitize=" + sanitizer};  // clang's runtime is in the program
  return cc;
}

std::string first_error(const std::string& said) {
  std::istringstream in(said);
  std::string first;
  for (std::string line; std::getline(in, line);) {
    if (first.empty()) first = line;
    for (const char* sign : {" error: ", "undefined reference"})
      if (line.find(sign) != std::string::npos) {
        const std::size_t from = line.find("tree/");
        return from == std::string::npos ? line : line.substr(from + 5);
      }
  }
  return first;
}

}  // namespace poolrace::pool::linux_tree
