// SPDX-License-Identifier: MIT
// The traffic generator beside the laws that it draws from.
#include "models/traffic/traffic.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "experiments/validate/groups.hpp"
#include "sim/chance/random.hpp"

namespace poolrace::experiments {

namespace {

constexpr int draws = 20'000;

struct CdfPoint {
  const char* name;
  std::uint32_t bytes;
  double percent;
};

constexpr CdfPoint websearch[] = {
    {"10K", 10'000, 15},   {"20K", 20'000, 20},     {"30K", 30'000, 30},     {"50K", 50'000, 40},
    {"80K", 80'000, 53},   {"200K", 200'000, 60},   {"1M", 1'000'000, 70},   {"2M", 2'000'000, 80},
    {"5M", 5'000'000, 90}, {"10M", 10'000'000, 97}, {"30M", 30'000'000, 100}};
constexpr CdfPoint fb_hadoop[] = {
    {"100", 100, 1},         {"200", 200, 2},       {"300", 300, 5},         {"350", 350, 15},
    {"400", 400, 20},        {"500", 500, 30},      {"600", 600, 40},        {"700", 700, 50},
    {"1K", 1000, 60},        {"2K", 2000, 67},      {"7K", 7000, 70},        {"30K", 30'000, 72},
    {"50K", 50'000, 82},     {"80K", 80'000, 87},   {"120K", 120'000, 90},   {"300K", 300'000, 95},
    {"1M", 1'000'000, 97.5}, {"2M", 2'000'000, 99}, {"10M", 10'000'000, 100}};
constexpr CdfPoint alistorage[] = {{"4K", 4000, 22.93},      {"8K", 8000, 69.21},
                                   {"16K", 16'000, 80.61},   {"32K", 32'000, 90.47},
                                   {"64K", 64'000, 93.53},   {"128K", 128'000, 96.77},
                                   {"256K", 256'000, 97.53}, {"2M", 2'000'000, 100}};

void add_cdf(GroupOfRows& group, const std::string& name, models::TrafficKind kind,
             std::span<const CdfPoint> points) {
  sim::Stream stream = sim::Streams(1, 0).stream("validate: flows");
  std::vector<std::uint32_t> sizes;
  for (int i = 0; i < draws; ++i) sizes.push_back(models::draw_flow_bytes(kind, stream));
  for (const CdfPoint& point : points) {
    const auto below = std::count_if(sizes.begin(), sizes.end(),
                                     [&](std::uint32_t bytes) { return bytes <= point.bytes; });
    const double share = 100.0 * static_cast<double>(below) / draws;
    if (point.percent >= 100) {  // nothing to be drawn: none is larger
      group.add("flows/" + name + "/up to " + point.name, point.percent, share, "%", Basis::drawn);
      continue;
    }
    group.add_sample("flows/" + name + "/up to " + point.name, point.percent, share, "%",
                     std::sqrt(point.percent * (100 - point.percent) / draws));
  }
}

void add_imix(ValidationRows& rows) {
  GroupOfRows group(rows, "IMIX", "7:4:1 of 64, 594 and 1518 B");
  models::TrafficParams params;
  params.kind = models::TrafficKind::imix;
  models::Traffic traffic(params, sim::Streams(1, 0).stream("validate: imix"));
  double sum = 0, squares = 0;
  for (int i = 0; i < draws; ++i) {
    const double bytes = traffic.next().bytes;
    sum += bytes;
    squares += bytes * bytes;
  }
  const double mean = sum / draws;
  group.add_sample("imix/mean frame", 361.8, mean, "B",
                   std::sqrt((squares / draws - mean * mean) / draws));
  group.add("imix/10G line rate", 3.27,
            static_cast<double>(params.link_bps) / 8 / (traffic.mean_frame_bytes() + 20) / 1e6,
            "Mpps", Basis::formula);
}

}  // namespace

void add_traffic(ValidationRows& rows) {
  add_imix(rows);
  GroupOfRows group(rows, "Flow sizes, share of flows",
                    "alibaba-edu/High-Precision-Congestion-Control");
  add_cdf(group, "WebSearch", models::TrafficKind::websearch, websearch);
  add_cdf(group, "FB Hadoop", models::TrafficKind::fb_hadoop, fb_hadoop);
  add_cdf(group, "AliStorage", models::TrafficKind::alistorage, alistorage);
}

}  // namespace poolrace::experiments
