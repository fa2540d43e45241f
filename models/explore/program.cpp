// SPDX-License-Identifier: MIT
#include "models/explore/program.hpp"

#include <algorithm>

#include "sim/settings/find_named.hpp"

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
        out.push_back(
            {.name = joined(teardown, put, "-vs-") + beside.name,
             .help = std::string(teardown.help) + ", and " + put.help + beside.help,
             .parts = {teardown.part, put.part, beside.part},
             // Under `stall` the worker comes in as well: three pages among four parts.
             .large = teardown.part == remove && put.part == put_bulk && beside.part == put_late});
    }
}

// Every two puts, and every put beside a poll; nobody destroys.
void add_live(std::vector<Program>& out) {
  for (std::size_t i = 0; i < std::size(puts); ++i)
    for (std::size_t j = i; j < std::size(puts); ++j)
      out.push_back(
          {.name = joined(puts[i], puts[j], "-vs-"),
           .help = std::string(puts[i].help) + " and " + puts[j].help + "; nobody destroys",
           .parts = {puts[i].part, puts[j].part}});
  for (const Named& put : puts)
    out.push_back({.name = std::string(put.name) + "-vs-napi",
                   .help = std::string(put.help) + ", and a poll allocates; nobody destroys",
                   .parts = {put.part, napi}});
}

void add_by_hand(std::vector<Program>& out) {
  const Program programs[] = {
      {.name = "destroy-vs-late",
       .help = "destroy, and a put that begins when it is over",
       .parts = {destroy, put_late}},
      {.name = "destroy-vs-late-vs-worker",
       .help = "destroy, a put after it, and the retry worker",
       .parts = {destroy, put_late, worker}},
      {.name = "remove-vs-late",
       .help = "destroy, unbind and removal, and a put after destroy",
       .parts = {remove, put_late}},
      {.name = "remove-vs-late-vs-worker",
       .help = "destroy, unbind and removal, a put after destroy, and the retry worker",
       .parts = {remove, put_late, worker}},
      {.name = "remove-vs-put-return-softirq",
       .help = "destroy, unbind and removal, and a put in a softirq of a page that must leave",
       .parts = {remove, put_return_softirq}},
      {.name = "remove-vs-put-return-bh-off",
       .help = "destroy, unbind and removal, and a put with bottom halves off of such a page",
       .parts = {remove, put_return_bh_off}},
      {.name = "recycle-and-post",
       .help =
           "a put; a poll allocates the page and posts it; the NIC writes; a line is written back",
       .parts = {put_task, napi, nic, writeback}},
      {.name = "ring-resize",
       .help = "destroy, and a put in a task, while the next pool allocates and the NIC writes",
       .parts = {destroy, put_task, napi, nic, flush_timer, free_lists},
       .large = true},
      {.name = "ring-resize-late",
       .help = "destroy, and a put after it, while the next pool allocates and the NIC writes",
       .parts = {destroy, put_late, napi, nic, flush_timer, free_lists},
       .large = true},
      {.name = "destroy-vs-put-softirq-one-cpu",
       .help = "destroy in a task, interrupted by a softirq that puts",
       .parts = {destroy, put_softirq},
       .one_cpu = true},
      {.name = "put-vs-put-softirq-one-cpu",
       .help = "a put in a task, interrupted by a softirq that puts; nobody destroys",
       .parts = {put_task, put_softirq},
       .one_cpu = true},
      {.name = "destroy-vs-put-vs-put",
       .help = "destroy, and two puts in tasks",
       .parts = {destroy, put_task, put_task}},
      {.name = "destroy-vs-put-softirq-vs-put",
       .help = "destroy, a put in a softirq and one in a task",
       .parts = {destroy, put_softirq, put_task}},
      {.name = "destroy-vs-frag-vs-frag",
       .help = "destroy, and the two fragments of a page put by two tasks",
       .parts = {destroy, put_frag, put_frag}},
      {.name = "broken-napi",
       .help = "destroy while a poll of the same pool goes on",
       .parts = {destroy, napi_left_on},
       .contract_kept = false},
      {.name = "broken-napi-vs-put",
       .help = "destroy while a poll of the same pool goes on, and a put in a task",
       .parts = {destroy, napi_left_on, put_task},
       .contract_kept = false,
       .large = true},
      {.name = "broken-rx",
       .help = "destroy while the NIC writes into a buffer that the driver took back",
       .parts = {destroy, nic_left_on},
       .contract_kept = false},
      {.name = "broken-rx-vs-put",
       .help = "the same, and a put in a task",
       .parts = {destroy, nic_left_on, put_task},
       .contract_kept = false},
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

}  // namespace

bool Program::has(Part part) const {
  return std::find(parts.begin(), parts.end(), part) != parts.end();
}

std::span<const Program> program_table() {
  static const std::vector<Program> programs = all_programs();
  return programs;
}

const Program& find_program(std::string_view name, std::string_view where) {
  return sim::find_named(program_table(), where, "program", name);
}

}  // namespace poolrace::models
