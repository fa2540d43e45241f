// SPDX-License-Identifier: MIT
// One trace in every form that people have it in is one trace; what is none is named.
#include "models/traffic/trace_file.hpp"

#include <gtest/gtest.h>

#include "models/traffic/captures.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

std::shared_ptr<const RecordedTrace> read(const std::string& bytes) {
  return read_trace(sim::file_of(bytes), "F");
}

std::string error_of(const std::string& bytes) {
  try {
    read(bytes);
    return "no error";
  } catch (const ConfigError& error) {
    EXPECT_EQ(std::string_view(error.what()).substr(0, 12), "trace file F");
    return std::string(error.what()).substr(13);
  }
}

// The same without what is allowed.
std::string wrong(const std::string& bytes) {
  const std::string error = error_of(bytes);
  EXPECT_NE(error.find("; allowed: "), std::string::npos) << error;
  return error.substr(0, error.find("; allowed: "));
}

const std::vector<CapturedFrame> frames = {{1'700'000'000'000'001'000, 60, 60},
                                           {1'700'000'000'000'004'000, 1514, 96},
                                           {1'700'000'001'500'000'000, 42, 42}};

// Of all the same three frames, in every form.
TEST(TraceFile, OneTraceInEveryForm) {
  const std::string same[] = {
      "time_us,bytes\n0,64\n3,1518\n1499999,64\n",
      "time_s;bytes\n10.000001;64\n10.000004;1518\n11.5;64\n",
      "time_ms\tbytes\n0\t64\n0.003\t1518\n1499.999\t64\n",
      "bytes,other,time_ns\n64,x,0\n1518,,3000\n64,\"y,z\",1499999000\n",
      // tshark -T fields -E header=y, with -E separator=, or /t and -E quote=d
      "frame.time_relative,frame.len\n0.000001000,60\n0.000004000,1514\n1.500000000,42\n",
      "\"frame.time_epoch\"\t\"frame.len\"\n\"1700000000.000001000\"\t\"60\"\n"
      "\"1700000000.000004000\"\t\"1514\"\n\"1700000001.500000000\"\t\"42\"\n",
      // Wireshark's export
      "\"No.\",\"Time\",\"Source\",\"Length\",\"Info\"\n\"1\",\"0.000001\",\"a\",\"60\",\"\"\n"
      "\"2\",\"0.000004\",\"a\",\"1514\",\"→\"\n\"3\",\"1.500000\",\"a\",\"42\",\"x, \"\"y\"\"\"\n",
      pcap_of(frames),
      pcap_of(frames, true),
      pcap_of(frames, true, true),
      pcap_of(frames, false, true),
      pcapng_of(frames),
      pcapng_of(frames, 6),
      pcapng_of(frames, 9, {{}}, true),
  };
  for (const std::string& bytes : same) {
    const auto trace = read(bytes);
    ASSERT_EQ(trace->records.size(), 3u) << bytes;
    EXPECT_EQ(trace->records[0].time, 0);
    EXPECT_EQ(trace->records[1].time, 3 * ps_per_us) << bytes;
    EXPECT_EQ(trace->records[2].time, 1'499'999 * ps_per_us) << bytes;
    EXPECT_EQ(trace->records[0].bytes, 64u) << bytes;
    EXPECT_EQ(trace->records[1].bytes, 1518u) << bytes;  // on the wire, whatever was kept of it
    EXPECT_EQ(trace->records[2].bytes, 64u) << bytes;    // padded
    EXPECT_EQ(trace->hash, read(same[0])->hash) << bytes;
  }
  EXPECT_NE(read("time_us,bytes\n0,64\n3,1518\n1499999,65\n")->hash, read(same[0])->hash);
}

TEST(TraceFile, ReadsExactly) {
  const auto trace =
      read("time_us,bytes\n1000000.1,64\r\n1000000.100001,1518\n1000000.100001,60\n1.5e6,14\n");
  ASSERT_EQ(trace->records.size(), 4u);
  EXPECT_EQ(trace->records[1].time, 1);
  EXPECT_EQ(trace->records[2].bytes, 60u);
  EXPECT_EQ(trace->records[3].time, 499'999'900'000);
  EXPECT_EQ(read(pcap_of({{7, 60, 0}, {8, 60, 0}}, true))->records[1].time, 1000);
}

TEST(TraceFile, APlusSignIsRead) {
  const std::string plain = "time_us,bytes\n0,64\n3.5,100\n";
  EXPECT_EQ(read("time_us,bytes\n+0,+64\n+3.5,+100\n")->hash, read(plain)->hash);
  EXPECT_EQ(wrong("time_us,bytes\n0,++64\n"), "line 2: bytes=++64 is no number of bytes");
  EXPECT_EQ(wrong("time_us,bytes\n0,+-64\n"), "line 2: bytes=+-64 is no number of bytes");
  EXPECT_EQ(wrong("time_us,bytes\n+,64\n"), "line 2: time_us=+ is no number");
}

// A capture whose lengths count the FCS says so: pcap beside its link type, pcapng of an interface.
TEST(TraceFile, AnFcsThatIsKeptIsNotAddedAgain) {
  const std::vector<CapturedFrame> kept = {{0, 64, 64}, {3000, 1518, 96}, {9000, 60, 60}};
  const std::string with_fcs[] = {
      pcap_of(kept, true, false, 0x44000001), pcap_of(kept, true, true, 0x24000001),
      pcapng_of(kept, 9, {{.fcs_length = 4}}), pcapng_of(kept, 9, {{.fcs_length = 4}}, true)};
  for (const std::string& bytes : with_fcs) {
    const auto trace = read(bytes);
    ASSERT_EQ(trace->records.size(), 3u);
    EXPECT_EQ(trace->records[0].bytes, 64u);
    EXPECT_EQ(trace->records[1].bytes, 1518u);
    EXPECT_EQ(trace->records[2].bytes, 60u) << "as the file has it";
  }
  // Known to be of length 0; a length without the bit that says that it is known; no word.
  const std::string without[] = {pcap_of(kept, true, false, 0x04000001),
                                 pcap_of(kept, true, false, 0x40000001),
                                 pcapng_of(kept, 9, {{.fcs_length = 0}}), pcapng_of(kept)};
  for (const std::string& bytes : without) EXPECT_EQ(read(bytes)->records[0].bytes, 68u);
  EXPECT_EQ(wrong(pcapng_of(kept, 9, {{.fcs_length = 4}, {}})),
            " some of its interfaces keep the FCS of a frame, and some do not");
}

TEST(TraceFile, LateFramesArePutInOrder) {
  const auto trace = read(pcap_of({{5'000'000, 60, 0}, {9'000'000, 61, 0}, {4'000'000, 62, 0}}));
  ASSERT_EQ(trace->records.size(), 3u);
  EXPECT_EQ(trace->records[0].bytes, 66u);
  EXPECT_EQ(trace->records[1].time, ps_per_ms);
  EXPECT_EQ(trace->records[2].time, 5 * ps_per_ms);
  EXPECT_EQ(wrong("time_s,bytes\n0,64\n7.5,64\n7.3,64\n"),
            "line 4: time goes back, from 7.5 s to 7.3 s after the first frame");
  EXPECT_EQ(wrong(pcap_of({{1'700'000'000'000'000'000, 60, 0}, {0, 60, 0}})),
            "frame 2: time goes back, from 0 s to -4000000 s after the first frame");
}

TEST(TraceFile, SaysWhatIsWrongInATableAndWhere) {
  const std::string h = "time_us,bytes\n";
  EXPECT_EQ(wrong(""), " is empty");
  EXPECT_EQ(wrong(h), " has no frame");
  EXPECT_EQ(wrong("0,64\n"), "line 1: '0,64' has no column of times");
  EXPECT_EQ(wrong("time_uss,bytes\n0,64\n"),
            "line 1: 'time_uss,bytes' has no column of times (nearest: time_us)");
  EXPECT_EQ(wrong("time_us,frame_len\n0,64\n"),
            "line 1: 'time_us,frame_len' has no column of sizes (nearest: frame.len)");
  EXPECT_EQ(error_of("time_us,frame.cap_len\n0,64\n"),
            "line 1: 'frame.cap_len' is what was kept of a frame; allowed: frame.len");
  EXPECT_EQ(error_of("frame.time,frame.len\n0,64\n"),
            "line 1: 'frame.time' is a date in words; allowed: frame.time_epoch");
  EXPECT_EQ(wrong(h + "0,64\n5,6"),
            "line 3: does not end in a newline, so the file may have been cut short");
  EXPECT_EQ(wrong(h + "0,64\nx,64\n"), "line 3: time_us=x is no number");
  EXPECT_EQ(wrong("time_s;bytes\n0,5;64\n"),
            "line 2: time_s=0,5 is no number (a decimal comma? write a point)");
  EXPECT_EQ(wrong(h + "0,64,7\n"), "line 2: has 3 cells");
  EXPECT_EQ(wrong(h + "0,\n"), "line 2: bytes= is no number of bytes");
  EXPECT_EQ(wrong(h + "1,64.5\n"), "line 2: bytes=64.5 is no number of bytes");
  EXPECT_EQ(wrong(h + "-1,64\n"), "line 2: time_us=-1 is before the beginning");
  EXPECT_EQ(wrong(h + "1,13\n"), "line 2: a frame of 13 bytes");
  EXPECT_EQ(wrong(h + "1,9217\n").substr(0, 49),
            "line 2: a frame of 9217 bytes, as no wire carries");
  EXPECT_EQ(wrong(h + "0.000012345,64\n"),
            "line 2: time_us=0.000012345 is finer than a picosecond (seconds? then name the column "
            "time_s)");
  EXPECT_EQ(wrong("time_s,bytes\n0,64\n4000001,64\n"),
            "line 3: a time over 46 days after the first");
}

// Which of the two is meant nobody knows; other columns may be there twice.
TEST(TraceFile, TwoColumnsOfOneNameAreRefused) {
  EXPECT_EQ(error_of("frame.time_epoch,frame.len,frame.len\n0,64,64\n"),
            "line 1: columns 2 and 3 are both called 'frame.len'; allowed: one of that name");
  EXPECT_EQ(wrong("time_us,time_us,bytes\n0,1,64\n"),
            "line 1: columns 1 and 2 are both called 'time_us'");
  EXPECT_EQ(wrong("x,bytes,time_s,x,bytes\n0,64,0,1,64\n"),
            "line 1: columns 2 and 5 are both called 'bytes'");
  EXPECT_EQ(read("x,time_us,x,bytes\n1,0,2,64\n")->records.size(), 1u);
}

TEST(TraceFile, ARangeIsNamedWithItsEnds) {
  EXPECT_EQ(error_of("time_us,bytes\n18446744073709551615,64\n"),
            "line 2: time_us=18446744073709551615 is out of range; allowed: 0 to "
            "9223372036854775.807, e.g. 12.5");
  EXPECT_EQ(read("time_us,bytes\n9223372036854775.807,64\n")->records.size(), 1u);
  EXPECT_EQ(wrong("time_us,bytes\n9223372036854775.808,64\n"),
            "line 2: time_us=9223372036854775.808 is out of range");
  EXPECT_EQ(read("time_ns,bytes\n9223372036854775807,64\n")->records.size(), 1u);
  EXPECT_EQ(read("time_s,bytes\n9223372036.854775807,64\n")->records.size(), 1u);
  EXPECT_EQ(error_of("time_us,bytes\n0,18446744073709551615\n"),
            "line 2: bytes=18446744073709551615 is out of range; allowed: the bytes of a frame, "
            "e.g. 1518");
}

TEST(TraceFile, SaysWhatIsWrongInACapture) {
  EXPECT_EQ(wrong(pcap_of({})), " has no frame");
  EXPECT_EQ(wrong(pcap_of({{0, 60, 60}}).substr(0, 60)).substr(0, 8), "frame 1:");
  EXPECT_EQ(wrong(pcap_of(frames, false, false, 113)),
            " its link type is LINUX_SLL (113), whose lengths are not those of frames (tcpdump -i "
            "any; name the device)");
  EXPECT_EQ(wrong(pcapng_of(frames, 9, {{.link_type = 101}})),
            " its link type is RAW (12), whose lengths are not those of frames");
  EXPECT_EQ(wrong(pcap_of({{0, 65226, 96}})).substr(0, 51),
            "frame 1: a frame of 65226 bytes, as no wire carries");
  EXPECT_NE(wrong(std::string("\xd4\xc3\xb2\xa1\0", 5)), "");
  EXPECT_EQ(wrong(simple_pcapng_of({{0, 60, 60}, {0, 60, 60}})),
            " block 3 is a Simple Packet Block, which carries no time");
  // Nothing is cut here, and editcap IN OUT would change nothing.
  const std::string mixed = error_of(pcapng_of(frames, 9, {{}, {.snap_length = 96}}));
  EXPECT_NE(mixed.find("snapshot length"), std::string::npos) << mixed;
  EXPECT_NE(mixed.find("; allowed: interfaces of one link type and one snap length"),
            std::string::npos)
      << mixed;
  EXPECT_NE(error_of(pcapng_of(frames).substr(0, 150)).find("; allowed: whole frames"),
            std::string::npos);
  EXPECT_EQ(wrong(std::string("\x1f\x8b\x08\0", 4)), " is gzip (gunzip unpacks it)");
}

}  // namespace
}  // namespace poolrace::models
