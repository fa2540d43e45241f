// SPDX-License-Identifier: MIT
#include "pool/linux/compile.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>

#include "pool/linux/compiler.hpp"
#include "pool/linux/embedded.hpp"
#include "pool/linux/process.hpp"
#include "pool/linux/site_table.hpp"

namespace poolrace::pool::linux_tree {

namespace fs = std::filesystem;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;  // name, text: as they are laid out

[[noreturn]] void fail(const Tree& tree, const std::string& what) {
  throw TreeError("linux:" + tree.source.text() + ": " + what);
}

// FNV-1a, so that a folder's name is the same wherever and whenever it was made.
class Hash {
 public:
  void add(std::string_view text) {
    for (const char c : text) mix(static_cast<unsigned char>(c));
    mix(0x100);  // no byte: where one ends and the next begins
  }
  [[nodiscard]] std::string text() const {
    char out[17];
    std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(value_));
    return out;
  }

 private:
  void mix(std::uint64_t c) { value_ = (value_ ^ c) * 0x100000001b3ULL; }
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

// The tree's header, and behind it the sizes of the alloc cache: variables, so that one object serves
// every limit, or numbers.
std::string wrapped_types(const std::string& header, const BuildOptions& options) {
  std::string back = "../";
  for (auto slashes = std::count(header.begin(), header.end(), '/'); slashes > 0; --slashes)
    back += "../";
  const bool steps = options.target == Target::steps;
  const std::string cache = steps ? "pr_cache_size" : std::to_string(options.cache);
  const std::string refill = steps ? "pr_cache_refill" : std::to_string(options.refill);
  return "#include \"" + back + "tree/include/" + header +
         "\"\n#undef PP_ALLOC_CACHE_SIZE\n#undef PP_ALLOC_CACHE_REFILL\n"
         "#define PP_ALLOC_CACHE_SIZE " +
         cache + "\n#define PP_ALLOC_CACHE_REFILL " + refill + "\n";
}

std::string generated(const Tree& tree, const BuildOptions& options) {
  std::string out = options.stats ? "#define CONFIG_PAGE_POOL_STATS 1\n" : "";
  for (const std::string& feature : tree.features) out += "#define PR_HAS_" + feature + " 1\n";
  for (const std::string& trace : tree.traces) out += "#define " + trace + "(...) ((void)0)\n";
  return out;
}

std::string text_of(const std::string& file, const Tree& tree) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) fail(tree, "--extra " + file + ": cannot be read");
  return std::move(text).str();
}

Files layout(const Tree& tree, const BuildOptions& options) {
  Files files;
  for (const auto& [name, text] : tree.files) files.emplace_back("tree/" + name, text);
  for (const EmbeddedC& file : embedded_c()) files.emplace_back(file.name, file.text);
  for (const std::string& include : tree.left)
    if (include != "linux/mm.h") files.emplace_back("gen/" + include, "#include \"pr_kernel.h\"\n");
  const bool poison = tree.files.contains("include/linux/poison.h");
  files.emplace_back("gen/linux/mm.h", std::string("#pragma once\n#include \"pr_kernel.h\"\n") +
                                           (poison ? "#include <linux/poison.h>\n" : "") +
                                           tree.page_macros);
  for (const char* header : {"net/page_pool.h", "net/page_pool/types.h"})
    if ((options.target == Target::steps || options.cache != 0) &&
        tree.files.contains(std::string("include/") + header))
      files.emplace_back(std::string("gen/") + header, wrapped_types(header, options));
  files.emplace_back("gen/pr_generated.h", generated(tree, options));
  const bool small = options.target == Target::steps && options.small_nodes;
  files.emplace_back("gen/pr_sizes.h", small ? "#define XA_CHUNK_SHIFT 3\n" : "");
  files.emplace_back("gen/pr_extra.h", options.extra.empty() ? "" : text_of(options.extra, tree));
  return files;
}

// For whoever lists what is kept.
std::string how(const BuildOptions& options) {
  std::string out = options.target == Target::steps
                        ? options.small_nodes ? "steps" : "steps in runs"
                    : options.target == Target::native ? "native"
                                                       : "native, no preemption";
  if (!options.sanitizer.empty()) out += ", sanitizer " + options.sanitizer;
  if (!options.stats) out += ", no statistics";
  if (!options.extra.empty()) out += ", " + options.extra;
  return out + (options.optimise == "-O2" ? "" : ", " + options.optimise);
}

void write(const fs::path& path, const std::string& text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw TreeError(path.string() + ": cannot be written (is the disk full?)");
}

struct Job {
  std::string source, object;
  bool steps;
};

std::vector<Job> jobs_of(const Tree& tree, Target target) {
  std::vector<Job> jobs{{"look.c", "look.o", false},
                        {"glue.c", "glue.o", true},
                        {"tree/net/core/page_pool.c", "page_pool.o", true}};
  if (target == Target::steps) {
    jobs.push_back({"hooks.c", "hooks.o", false});
  } else {
    jobs.push_back({"native.c", "native.o", false});
    jobs.push_back({"pass.c", "pass.o", false});
  }
  if (tree.has("XARRAY")) {
    jobs.push_back({"node.c", "node.o", true});
    jobs.push_back({"tree/lib/xarray.c", "xarray.o", true});
  }
  return jobs;
}

void compile_in(const std::string& folder, const Tree& tree, const Compiler& cc, Target target) {
  const std::vector<Job> jobs = jobs_of(tree, target);
  std::vector<std::future<Ran>> running;
  for (const Job& job : jobs) {
    std::vector<std::string> words{cc.name};
    words.insert(words.end(), cc.flags.begin(), cc.flags.end());
    if (job.steps) words.insert(words.end(), cc.instrument.begin(), cc.instrument.end());
    words.insert(words.end(), {"-c", job.source, "-o", job.object});
    running.push_back(
        std::async(std::launch::async, [words, folder] { return run(words, folder); }));
  }
  std::string wrong;
  for (std::future<Ran>& one : running)
    if (const Ran ran = one.get(); !ran.good() && wrong.empty()) wrong = first_error(ran.err);
  constexpr const char* advice =
      " (what a tree uses and the shim lacks can be given with --extra FILE.h)";
  if (!wrong.empty()) fail(tree, "does not compile: " + wrong + advice);
  std::vector<std::string> link{cc.name, "-shared", "-o", "pool.so", "-Wl,-z,now"};
  link.insert(link.end(), cc.link.begin(), cc.link.end());
  for (const Job& job : jobs) link.push_back(job.object);
  const Ran linked = run(link, folder);
  if (!linked.good()) fail(tree, "does not link: " + first_error(linked.err) + advice);
}

// Where the compiler says names of members; else those files are not there.
void keep_members(const std::string& folder) {
  for (const std::string part : {"page_pool", "xarray"})
    run({"objcopy", "--dump-section", ".BTF=" + part + ".btf", part + ".o", "/dev/null"}, folder);
}

// An unpredictable name, so that two builds at once never meet; below the cache if that can be.
std::string new_folder() {
  const auto make = [](std::string name) {
    return ::mkdtemp(name.data()) == nullptr ? std::string() : name;
  };
  const std::string cache = cache_folder();
  std::error_code error;
  if (!cache.empty()) fs::create_directories(cache, error);
  std::string folder = cache.empty() ? "" : make(cache + "/new-XXXXXX");
  if (folder.empty())  // for this time alone: what others might put there is never looked for
    folder = make((fs::temp_directory_path(error) / "poolrace-linux-XXXXXX").string());
  if (folder.empty())
    throw TreeError("neither " + (cache.empty() ? "a cache folder" : cache) +
                    " nor the temporary folder can be written to: a tree's pool is compiled there "
                    "(set XDG_CACHE_HOME or TMPDIR)");
  return folder;
}

// Whoever comes second finds the first one's there, made of the same.
std::string keep(const std::string& folder, const std::string& hash) {
  if (cache_folder().empty() || !folder.starts_with(cache_folder() + "/")) return folder;
  const std::string name = (fs::path(folder).parent_path() / hash).string();
  std::error_code error;
  fs::rename(folder, name, error);
  if (!error) return name;
  if (!fs::exists(name + "/pool.so")) return folder;
  fs::remove_all(folder, error);
  return name;
}

std::string hash_of(const Files& files, const Compiler& cc) {
  Hash hash;
  for (const auto& [name, text] : files) {
    hash.add(name);
    hash.add(text);
  }
  hash.add(cc.version);
  for (const std::string& flag : cc.flags) hash.add(flag);
  for (const std::string& flag : cc.instrument) hash.add(flag);
  for (const std::string& flag : cc.link) hash.add(flag);
  return hash.text();
}

Compiler compiler_for(const BuildOptions& options) {
  return options.target == Target::steps
             ? find_compiler(options.optimise)
             : native_compiler(options.optimise, options.target == Target::native,
                               options.sanitizer);
}

}  // namespace

std::string cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::string(cache) + "/poolrace/linux";
  const char* home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? std::string(home) + "/.cache/poolrace/linux" : "";
}

std::string hash_of_build(const Tree& tree, const BuildOptions& options) {
  return hash_of(layout(tree, options), compiler_for(options));
}

Built build(const Tree& tree, const BuildOptions& options) {
  const bool steps = options.target == Target::steps;
  const Compiler cc = compiler_for(options);
  const Files files = layout(tree, options);
  Built built;
  built.hash = hash_of(files, cc);
  built.folder = cache_folder() + "/" + built.hash;
  if (!cache_folder().empty() && fs::exists(built.folder + "/sites")) return built;
  if (options.tell) options.tell("compiling the pool of " + tree.source.text());
  const std::string folder = new_folder();
  try {
    for (const auto& [name, text] : files) write(fs::path(folder) / name, text);
    compile_in(folder, tree, cc, options.target);
    if (steps) keep_members(folder);
    write(fs::path(folder) / "name", tree.source.text() + "\n");
    write(fs::path(folder) / "how", how(options) + "\n");
    write(fs::path(folder) / "sites", steps ? make_site_table(folder) : "");
  } catch (...) {
    std::error_code error;
    fs::remove_all(folder, error);
    throw;
  }
  built.folder = keep(folder, built.hash);
  built.fresh = true;
  return built;
}

std::vector<Kept> kept() {
  std::vector<Kept> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(cache_folder(), error)) {
    Kept one{entry.path().filename().string(), "", "", 0};
    std::ifstream name(entry.path() / "name"), how(entry.path() / "how");
    std::getline(name, one.name);
    std::getline(how, one.how);
    if (!fs::exists(entry.path() / "sites", error)) continue;
    for (const auto& file : fs::recursive_directory_iterator(entry.path(), error))
      if (file.is_regular_file(error)) one.bytes += file.file_size(error);
    out.push_back(one);
  }
  std::sort(out.begin(), out.end(), [](const Kept& a, const Kept& b) { return a.hash < b.hash; });
  return out;
}

std::size_t forget_all() {
  const std::size_t count = kept().size();
  std::error_code error;
  if (!cache_folder().empty()) fs::remove_all(cache_folder(), error);
  return count;
}

}  // namespace poolrace::pool::linux_tree
