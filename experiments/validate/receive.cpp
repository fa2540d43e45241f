// SPDX-License-Identifier: MIT
// What a core receives: frames a second that were published of XDP programs.
#include "experiments/bench/hw_drop.hpp"
#include "experiments/validate/groups.hpp"

namespace poolrace::experiments {

namespace {

constexpr int repetitions = 10;

OnMachine receiving(const std::string& profile, const std::string& rx_action,
                    const std::vector<Setting>& changes) {
  std::vector<Setting> all = receive_scene(rx_action);
  all.push_back({"frame_bytes", "64"});
  all.insert(all.end(), changes.begin(), changes.end());
  OnMachine on(profile, all);
  on.words = profile + ", rx_action=" + rx_action;
  for (const Setting& change : changes) on.words += ", " + text_of(change);
  return on;
}

// driver_per_packet and clean_line were taken from these rows: they say what else a frame costs.
void add_espressobin(ValidationRows& rows) {
  GroupOfRows group(rows, "XDP_DROP, Espressobin (Cortex-A53, mvneta)", "published");
  group.add_missing("espressobin/no sync", 607'460, "pps",
                    "our driver always puts a page straight into its pool's cache");
  const OnMachine sync = receiving(
      "arm64-soc", "drop", {{"iommu", "none"}, {"put_sync", "page"}, {"max_len_bytes", "3520"}});
  const double with = 1e6 * receive_overload(sync.p, repetitions).mpps;
  group.add("espressobin/sync of 3520 B", 421'419, with, "pps", Basis::input, sync.words);
  const OnMachine direct =
      receiving("arm64-soc", "drop", {{"iommu", "none"}, {"coherent", "true"}});
  const double without = 1e6 * receive_overload(direct.p, repetitions).mpps;
  group.add("espressobin/no sync, recycle_direct", 695'461, without, "pps", Basis::input,
            direct.words);
  group.add("espressobin/what the sync costs", 1e9 / 421'419 - 1e9 / 607'460,
            1e9 / with - 1e9 / without, "ns", Basis::input, sync.words);
}

// Of the IOMMU the paper says nothing; with one, F&S's law would allow 3.8 Mpps.
void add_xdp_paper(ValidationRows& rows) {
  GroupOfRows group(rows, "A core, 64-B frames, E5-1650 v4", "XDP paper");
  const Setting untranslated{"iommu", "none"};
  const OnMachine drop = receiving("e5-1650-v4", "drop", {untranslated});
  group.add("xdp/drop", 41.6, 1000 / receive_overload(drop.p, repetitions).mpps, "ns", Basis::input,
            drop.words);
  group.add_missing("xdp/iptables raw drop", 208, "ns", "no netfilter");
  group.add_missing("xdp/conntrack", 556, "ns", "no netfilter");
  group.add_missing("xdp/forward, a single route", 1.74, "Mpps", "no forwarding");
  const std::pair<const char*, double> redirects[] = {{"1024", 8.65}, {"256", 8.64}};
  for (const auto& [ring, mpps] : redirects) {
    const OnMachine on = receiving("e5-1650-v4", "redirect", {untranslated, {"ring", ring}});
    group.add(std::string("xdp/redirect, ring ") + ring, mpps,
              receive_overload(on.p, repetitions).mpps, "Mpps", Basis::mechanism, on.words);
  }
}

}  // namespace

void add_receive(ValidationRows& rows) {
  add_espressobin(rows);
  add_xdp_paper(rows);
}

}  // namespace poolrace::experiments
