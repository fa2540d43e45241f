// SPDX-License-Identifier: MIT
// lesson: a self-contained page in which a learner plays the scheduler of a small program, sees the
// same choices under another variant, and what it comes to in numbers.  Without a name: the course,
// all lessons in teaching order.
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/cli/tree_options.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/lesson/choice.hpp"
#include "experiments/lesson/data.hpp"
#include "experiments/lesson/lessons.hpp"
#include "experiments/lesson/page.hpp"
#include "experiments/scenario/version.hpp"
#include "experiments/text/output_file.hpp"

namespace poolrace::experiments {

namespace {

using Json = nlohmann::ordered_json;

// Of a page, so that a browser opens it at once.
constexpr std::size_t bytes_max = 2'000'000;
constexpr std::size_t course_bytes_max = 8'000'000;

void write_page(const std::string& path, OutputFile& file, const Json& data, std::size_t most,
                const char* advice) {
  const std::string page = lesson_page(data);
  if (page.size() > most)
    throw ConfigError("poolrace lesson: the page would have " + std::to_string(page.size()) +
                      " bytes, allowed are " + std::to_string(most) + "; " + advice);
  file.stream() << page;
  file.commit();
  std::cerr << path << ": " << page.size() / 1000 << " kB; open it in a browser\n";
}

int lesson(const ParsedLine& parsed) {
  const PageSizes sizes = {.states_max = parsed.integer("states", 60'000, 1, 10'000'000),
                           .runs = parsed.integer("runs", 100, 0, 1'000'000)};
  const bool all = asks_for_course(parsed);
  const Lesson chosen = all ? Lesson{} : choose_lesson(parsed);
  const auto path = parsed.get("output");
  if (!path) throw ConfigError("poolrace lesson: give -o FILE.html for the page");
  OutputFile file(*path, "poolrace lesson: --output");
  if (all) {
    write_page(*path, file, course_data(course(), sizes), course_bytes_max, "take fewer --runs");
    return 0;
  }
  write_page(*path, file, lesson_data(chosen, sizes, parsed.get("trace")), bytes_max,
             "take fewer variants, a smaller program or a shorter trace");
  if (parsed.has("runs") && sizes.runs > 0 && chosen.measure.empty())
    std::cerr << "there is no table in it: " << chosen.name << " has no traffic to measure\n";
  return 0;
}

}  // namespace

Command lesson_command() {
  CommandLine line("lesson", "a self-contained page: play the scheduler, compare, measure");
  line.positional("lesson",
                  "a lesson (poolrace list lessons), a program (poolrace list programs), or the "
                  "replay string of a run or of a schedule; none: the course, all lessons in "
                  "teaching order");
  line.value("program", "P", "a program, said this way");
  line.value(
      "variant", "V[,V2...]",
      "of a program: variants to compare; linux:TREE[@REF] is the pool of a kernel tree of your "
      "own, shown on its own lines",
      "scan,xarray-fixed");
  line.repeated("set", "NAME=VALUE", "of a program: " + models::setting_names());
  line.value("output", "FILE", "the page; -o for short");
  line.value("runs", "N", "of the measured table, a variant and load; 0: no table", "100");
  line.value("trace", "FILE", "a trace that `poolrace trace` wrote, to watch in the page");
  line.value("states", "N", "largest graph of a variant, in states", "60000");
  add_tree_options(line);
  line.example("-o course.html", "the course: all lessons, a start page, a glossary");
  line.example("the-race -o race.html",
               "the race that the list argued about; open it in a browser");
  line.example("destroy-vs-put-bulk --variant scan-rcu,xarray-fixed -o p.html", "any program");
  line.example("remove-vs-put-return --variant linux:$HOME/linux -o p.html",
               "your own page_pool.c, line by line");
  line.example(std::string("'poolrace/") + version() + ";scenario=…' -o run.html",
               "a run that `compare` printed");
  return {line, lesson};
}

}  // namespace poolrace::experiments
