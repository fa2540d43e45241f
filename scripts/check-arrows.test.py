#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests check-arrows.py on small trees: each rule broken is told, in one line with its place."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent / "check-arrows.py"


def told(tree: dict[str, str]) -> list[str]:
    """What the check says of a tree, given as path -> text."""
    with tempfile.TemporaryDirectory() as root:
        for name, text in tree.items():
            path = Path(root) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        run = subprocess.run(
            [sys.executable, SCRIPT, "--root", root], capture_output=True, text=True, check=False
        )
        assert run.stderr == "", run.stderr
        assert run.returncode == (1 if run.stdout else 0)
        return run.stdout.splitlines()


def including(*headers: str) -> str:
    """A file that includes these."""
    return "".join(f'#include "{header}"\n' for header in headers)


class CheckArrows(unittest.TestCase):
    """One rule a test."""

    def test_silent_where_every_arrow_points_down(self):
        """Rooms, boxes, a component of two files, a test that sees more than its room."""
        self.assertEqual(
            told(
                {
                    "sim/time.hpp": "",
                    "sim/worlds/world.hpp": including("sim/time.hpp"),
                    "sim/worlds/world.cpp": including("sim/worlds/world.hpp"),
                    "models/ids.hpp": "",
                    "models/cpu/cpu.hpp": including("models/ids.hpp", "sim/worlds/world.hpp"),
                    "models/cpu/cpu.test.cpp": including("models/test_bench.hpp"),
                    "models/test_bench.hpp": including("models/cpu/cpu.hpp"),
                    "experiments/main.cpp": including("models/test_bench.hpp"),
                }
            ),
            [],
        )

    def test_between_rooms(self):
        """Upward, and around the one room that knows SimGrid."""
        tree = {
            "sim/time.hpp": including("models/ids.hpp"),
            "models/ids.hpp": "#include <simgrid/s4u.hpp>\n",
            "pool/stats.hpp": including("sim/time.hpp"),
            "pool/stats.test.cpp": including("sim/time.hpp"),
        }
        lines = told(tree)
        self.assertEqual(len(lines), 3, lines)
        self.assertIn("models/ids.hpp:1: includes simgrid/s4u.hpp: only sim", lines[0])
        self.assertIn("pool/stats.hpp:1: includes sim/time.hpp: pool may include pool", lines[1])
        self.assertIn("sim/time.hpp:1: includes models/ids.hpp: sim may include sim", lines[2])

    def test_between_boxes_of_a_room(self):
        """The memory model may not know the devices; the devices may know it."""
        tree = {
            "models/memory/words.hpp": including("models/cpu/cpu.hpp", "models/dma/iotlb.hpp"),
            "models/cpu/cpu.hpp": "",
            "models/dma/iotlb.hpp": "",
            "pool/variants/scan.hpp": including("pool/stats.hpp"),
            "pool/stats.hpp": including("pool/native/words.hpp", "pool/variants.hpp"),
            "pool/native/words.hpp": "",
            "pool/variants.hpp": "",
        }
        lines = told(tree)
        self.assertEqual(len(lines), 2, lines)
        self.assertIn(
            "models/memory/words.hpp:2: includes models/dma/iotlb.hpp: inside models, memory/ may",
            lines[0],
        )
        self.assertIn("inside pool, . may include no other box", lines[1])

    def test_box_without_a_line(self):
        """A new folder gives itself a place in the table."""
        lines = told({"models/wifi/radio.hpp": "", "models/wifi/radio.cpp": ""})
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("models/wifi/radio.cpp:1: models has no box wifi/", lines[0])

    def test_circle_of_components(self):
        """A source counts as its header; the halves of a template are one component."""
        tree = {
            "sim/worlds/world.hpp": "",
            "sim/worlds/world.cpp": including("sim/worlds/timed.hpp"),
            "sim/worlds/timed.hpp": including("sim/worlds/world.hpp"),
            "pool/page_pool.hpp": including("pool/page_pool_put.hpp"),
            "pool/page_pool_put.hpp": including("pool/page_pool.hpp"),
        }
        self.assertEqual(
            told(tree),
            [
                "sim/worlds/timed: components include each other: sim/worlds/timed -> "
                "sim/worlds/world -> sim/worlds/timed"
            ],
        )

    def test_output_by_other_ways(self):
        """stdout and files have one place each."""
        tree = {
            "experiments/commands/list.cpp": '  std::printf("x");\n  std::snprintf(b, n, "x");\n',
            "experiments/report/page.cpp": "std::ofstream file(path);\nstd::ifstream in(path);\n",
            "experiments/text/output_file.cpp": "open(path, O_CREAT);\n",
        }
        lines = told(tree)
        self.assertEqual(len(lines), 2, lines)
        self.assertIn("experiments/commands/list.cpp:1: writes by itself", lines[0])
        self.assertIn("experiments/report/page.cpp:1: writes by itself", lines[1])

    def test_places_on_a_machine(self):
        """Build folders are passed over; a file whose name begins like one is not."""
        place = "cd /" + "home/somebody\n"
        lines = told({"scripts/build.sh": place, "build-debug/a.txt": place, "build/b.txt": place})
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("scripts/build.sh:1: names a place on one machine", lines[0])


if __name__ == "__main__":
    unittest.main()
