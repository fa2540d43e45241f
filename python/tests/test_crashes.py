# SPDX-License-Identifier: MIT
"""Whatever becomes of a worker, the interpreter and a notebook's kernel live on."""

import concurrent.futures
import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import matplotlib
import nbformat
import poolrace
import pytest
from nbclient import NotebookClient

matplotlib.use("agg")

WAYS = {
    "abort": "killed by signal 6",
    "segfault": "killed by signal 11",
    "memory": "ran out of memory",
}


@pytest.mark.parametrize(("way", "ending"), WAYS.items())
def test_a_dead_worker_is_an_exception_with_its_reproduce_line(quick, monkeypatch, way, ending):
    monkeypatch.setenv("POOLRACE_TEST_CRASH", f"{way}@3")
    with pytest.raises(poolrace.WorkerCrashed, match=f"run 3: its worker process.*{ending}") as at:
        poolrace.run(quick, variant="scan", runs=10, seed=5, jobs=2)
    string = at.value.reproduce.removeprefix("poolrace replay ").strip("'")
    assert "variant=scan;seed=5;run=3" in string
    assert isinstance(pickle.loads(pickle.dumps(at.value)), poolrace.WorkerCrashed)
    monkeypatch.delenv("POOLRACE_TEST_CRASH")
    assert poolrace.replay(string).fingerprint
    assert poolrace.run(quick, runs=2).runs == 2


def test_the_programs_own_death_is_one_too(tmp_path, monkeypatch):
    program = tmp_path / "poolrace"
    program.write_text("#!/bin/sh\nkill -SEGV $$\n")
    program.chmod(0o755)
    monkeypatch.setenv("POOLRACE_BINARY", str(program))
    with pytest.raises(poolrace.WorkerCrashed, match="SIGSEGV") as at:
        poolrace.explore("destroy-vs-put-preemptible", variants="scan")
    assert at.value.reproduce.startswith(
        "poolrace explore --program destroy-vs-put-preemptible --variant scan"
    )


def test_a_notebooks_kernel_lives_on():
    cells = ["import os, poolrace; s = poolrace.Scenario(horizon_s=1.2, load_mpps=0.001); n = 0"]
    for way in WAYS:
        cells.append(
            f"os.environ['POOLRACE_TEST_CRASH'] = '{way}@1'\n"
            "try:\n    poolrace.run(s, runs=4)\n"
            "except poolrace.WorkerCrashed as error:\n    n += 'replay' in error.reproduce"
        )
    cells.append("del os.environ['POOLRACE_TEST_CRASH']\nprint(n, poolrace.run(s, runs=4).runs)")
    cells.append(
        "def stop(done, *_):\n    os.kill(os.getpid(), 2) if done > 3 else None\n"
        "try:\n    poolrace.run(s, runs=100000, progress=stop)\n"
        "except poolrace.Interrupted as error:\n    print(error.results.runs > 3)"
    )
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(book, timeout=120, kernel_name="python3").execute()
    assert [cell.outputs[0]["text"] for cell in book.cells[-2:]] == ["3 4\n", "True\n"]


def test_ctrl_c_keeps_what_is_done(quick):
    begun = threading.Event()

    def stop(done, total, violations):
        if done >= 5 and not begun.is_set():
            begun.set()
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(poolrace.Interrupted, match="of 100000 runs were done") as at:
        poolrace.compare(quick, variants=["scan"], runs=100_000, jobs=2, progress=stop)
    kept = at.value.results
    assert isinstance(at.value, KeyboardInterrupt)
    assert 0 < kept.runs < 100_000
    again = poolrace.compare(quick, variants=["scan"], runs=kept.runs)
    assert again[0].fingerprint == kept[0].fingerprint and again == kept


def test_ctrl_c_keeps_the_verdicts(quick):
    def stop(done, total, violations):
        if done == 2:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(poolrace.Interrupted, match="2 of 3") as at:
        poolrace.explore(
            "destroy-vs-put-preemptible", variants=["scan", "skip", "wait"], progress=stop
        )
    assert {verdict.variant for verdict in at.value.results} == {"scan", "skip"}


def ending(tmp_path, monkeypatch, status, message):
    """Has the package start a program that says and does no more than that."""
    program = tmp_path / "poolrace"
    program.write_text(f"#!/bin/sh\necho 'poolrace: {message}' >&2; exit {status}\n")
    program.chmod(0o755)
    monkeypatch.setenv("POOLRACE_BINARY", str(program))


def test_the_program_out_of_memory(tmp_path, monkeypatch):
    ending(tmp_path, monkeypatch, 5, "out of memory")
    with pytest.raises(poolrace.WorkerCrashed, match="out of memory; reproduce: poolrace explore"):
        poolrace.explore("destroy-vs-put-preemptible")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (2, poolrace.ConfigError),
        (3, poolrace.InternalError),
        (4, poolrace.InternalError),
        (5, poolrace.WorkerCrashed),
    ],
)
def test_the_status_alone_says_which_exception(tmp_path, monkeypatch, status, error):
    ending(tmp_path, monkeypatch, status, "its worker process had std::bad_alloc")
    with pytest.raises(error) as at:
        poolrace.run(runs=2)
    assert type(at.value) is error


def test_a_name_with_the_words_of_a_crash_is_none(quick):
    with pytest.raises(poolrace.ConfigError, match="its worker process"):
        poolrace.run(quick.name, variant="its worker process", runs=1)


def test_a_progress_function_that_fails_leaves_no_process_behind(quick):
    def fail(*_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        poolrace.run(quick, runs=100_000, progress=fail)
    with pytest.raises(ChildProcessError):  # nobody left to wait for
        os.waitpid(-1, os.WNOHANG)


def alive(session):
    """Processes that this interpreter's program started, by the marker in their environment."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                found += [pid] * (f"POOLRACE_PARENT={session}".encode() in file.read().split(b"\0"))
        except OSError:
            continue
    return found


def test_the_program_ends_with_an_interpreter_that_is_killed():
    program = "import poolrace; poolrace.run(runs=1000000, progress=lambda *_: print(flush=True))"
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    child.stdout.readline()
    assert alive(child.pid)
    child.kill()
    child.wait()
    child.stdout.close()
    for _ in range(600):
        if not alive(child.pid):
            return
        time.sleep(0.1)
    pytest.fail(f"still there: {alive(child.pid)}")


def test_other_threads_go_on_while_a_run_is_waited_for(tmp_path, monkeypatch):
    program, begun, go = (tmp_path / name for name in ("poolrace", "begun", "go"))
    program.write_text(
        f"#!/bin/sh\ntouch {begun}\nwhile [ ! -e {go} ]; do sleep 0.01; done\n"
        "echo 'poolrace: let go' >&2; exit 2\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("POOLRACE_BINARY", str(program))

    def let_go():  # what the program waits for, so that it would never end if this could not run
        while not begun.exists():
            time.sleep(0.001)
        go.touch()

    other = threading.Thread(target=let_go)
    other.start()
    with pytest.raises(poolrace.ConfigError, match="let go"):
        poolrace.run(runs=2)
    other.join()


def test_two_threads_can_run_at_once(quick):
    results = {}

    def work(name):
        results[name] = poolrace.run(quick, variant=name, runs=10)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("scan", "scan-rcu")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, result in results.items():
        assert result == poolrace.run(quick, variant=name, runs=10)
    assert len(results) == 2


THREADS = """
import concurrent.futures, poolrace
s = poolrace.Scenario(horizon_s=1.2, load_mpps=0.001)
pool = concurrent.futures.ThreadPoolExecutor(2)
runs = [pool.submit(poolrace.run, s, runs=1000000, jobs=1, seed=seed,
                    progress=lambda *_, seed=seed: print(seed, flush=True)) for seed in (1, 2)]
try:
    concurrent.futures.wait(runs)
except KeyboardInterrupt:
    pool.shutdown()
    for run in runs:
        error = run.exception()
        print(type(error).__name__, error.results.runs > 0)
"""


def test_ctrl_c_ends_what_threads_wait_for():
    child = subprocess.Popen(
        [sys.executable, "-c", THREADS], stdout=subprocess.PIPE, text=True, process_group=0
    )
    try:
        begun = set()
        while len(begun) < 2:  # both have told a run
            begun.add(child.stdout.readline())
        os.killpg(child.pid, signal.SIGINT)  # as terminals and Jupyter do
        told, _ = child.communicate(timeout=30)
    finally:
        child.kill()
    assert told.splitlines()[-2:] == ["Interrupted True"] * 2 and child.returncode == 0


def test_a_bar_of_tqdm(quick, capfd):
    poolrace.run(quick, runs=5, progress=True)
    assert "5/5" in capfd.readouterr().err


def interrupting(tmp_path, monkeypatch, status):
    """Has the package start a program that waits for Ctrl-C, which comes as soon as it waits."""
    program = tmp_path / "poolrace"
    program.write_text(
        f"#!/bin/sh\ntrap 'echo something; exit {status}' TERM INT\n"
        f"sleep 0.2; kill -INT {os.getpid()}\nwhile :; do sleep 0.02; done\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("POOLRACE_BINARY", str(program))


@pytest.mark.parametrize("status", [0, 130, 143])
@pytest.mark.parametrize(
    "call",
    [
        lambda: poolrace.lesson("the-race"),
        lambda: poolrace.trace("seed-race"),
        lambda: poolrace.replay("poolrace/0;scenario=seed-race"),
        lambda: poolrace.validate(),
    ],
)
def test_ctrl_c_where_a_part_is_nothing(tmp_path, monkeypatch, call, status):
    interrupting(tmp_path, monkeypatch, status)
    with pytest.raises(KeyboardInterrupt) as at:
        call()
    assert not isinstance(at.value, poolrace.Interrupted)


def test_ctrl_c_with_an_executor_keeps_what_has_come(quick, tmp_path):
    told = []

    def stop(done, total, violations):
        told.append((done, total, violations))
        signal.raise_signal(signal.SIGINT)

    vary = {"variant": ["baseline", "scan"]}
    size = {"runs": 400, "block_runs": 2, "store": tmp_path / "study.sqlite"}
    with (
        concurrent.futures.ThreadPoolExecutor(2) as pool,
        pytest.raises(poolrace.Interrupted, match="runs were done") as at,
    ):
        poolrace.sweep(quick.with_(load_mpps="0"), vary=vary, executor=pool, progress=stop, **size)
    kept = at.value.results
    assert 0 < kept.runs == kept.runs_computed < 800 and len(kept) == 2
    assert told[0][0] <= kept.runs and told[0][1] == 800
    assert poolrace.open_store(tmp_path / "study.sqlite").runs == kept.runs


def test_an_interrupt_with_an_executor_leaves_something_of_every_point(quick):
    def stop(done, total, violations):
        if done >= 40:
            signal.raise_signal(signal.SIGINT)

    vary = {"cpus": [2, 3, 4, 5], "variant": ["baseline", "scan"]}
    with (
        concurrent.futures.ThreadPoolExecutor(2) as pool,
        pytest.raises(poolrace.Interrupted) as at,
    ):
        poolrace.sweep(quick, vary=vary, runs=400, block_runs=2, executor=pool, progress=stop)
    runs = [row["runs"] for row in at.value.results]
    assert len(runs) == 8 and min(runs) > 0 and max(runs) - min(runs) <= 6


def test_progress_of_an_executor_is_told_to_the_end(quick):
    told = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        table = poolrace.sweep(
            quick, vary={"variant": ["baseline", "scan"]}, runs=6, block_runs=2, executor=pool,
            progress=lambda *now: told.append(now),
        )  # fmt: skip
    violations = sum(row[name] for row in table for name in row if name.endswith("_harm_runs"))
    assert told[-1] == (12, 12, violations) and violations > 0
    assert [done for done, *_ in told] == sorted({done for done, *_ in told})


def test_the_table_of_an_interrupted_sweep_says_nothing_of_what_did_not_run(quick):
    def stop(done, *_):
        if done > 500:  # past the first of one block a point
            signal.raise_signal(signal.SIGINT)

    vary = {"cpus": list(range(2, 10)), "variant": ["baseline", "scan"]}
    with pytest.raises(poolrace.Interrupted) as at:
        poolrace.sweep(quick, vary=vary, runs=400, block_runs=400, jobs=1, progress=stop)
    kept = at.value.results
    frame = kept.to_pandas()
    idle = frame[frame["runs"] == 0]
    assert len(kept) == 16 and len(idle) and len(idle) < 16
    derived = ["probability", "low", "high", "sequence_low", "sequence_high", "fingerprint",
               "teardown_median_us", "grace_period_share", "cpu_ns_per_packet", "replay",
               "sync_after_unmap_harm_high"]  # fmt: skip
    assert idle[derived].isna().all().all()
    ran = frame[frame["runs"] > 0]
    assert ran[["probability", "low", "high", "fingerprint"]].notna().all().all()
    assert (frame["cpus"] == [row["cpus"] for row in kept]).all()
    assert int(kept.to_xarray()["probability"].isnull().sum()) == len(idle)
    kept.plot()
