# SPDX-License-Identifier: MIT
"""Runs the program ``poolrace`` that the package brings, and says how it ended.

Simulations never happen in the interpreter.  Its threads would make a fork dangerous, an abort of
the engine would take the notebook along, and the engine's clock serves one process once.  So the
package starts the program of the command line (exec, by way of vfork), which forks the workers;
that is also why both give the same fingerprints.  While it waits, the interpreter's lock is free.
"""

from __future__ import annotations

import os
import selectors
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import _core
from ._errors import REPRODUCE, ConfigError, InternalError, WorkerCrashed, python_words

#: Exit statuses (experiments/README.md): a bad configuration, a simulating process that died, a
#: violation that was to be told by it.
_CONFIG, _DIED, _VIOLATION = 2, 5, 10

Progress = Callable[[int, int, int], None]  # runs done, runs in all, violations so far


@dataclass(frozen=True)
class Output:
    status: int
    stdout: str
    stderr: str
    interrupted: bool  # by Ctrl-C; stdout then holds what was done


def binary() -> str:
    """The program: $POOLRACE_BINARY, or the one that was installed with the package."""
    beside = Path(_core.__file__).parent / "bin" / "poolrace"
    return os.environ.get("POOLRACE_BINARY") or str(beside)


def main() -> None:
    """The command ``poolrace`` of an installed package."""
    os.execv(binary(), ["poolrace", *sys.argv[1:]])


class _Call:
    def __init__(self, words: Sequence[str], progress: Progress | None):
        self.progress = progress
        self.partial = b""
        read_end, write_end = os.pipe()
        environment = {
            **os.environ,
            "POOLRACE_PROGRESS_FD": str(write_end),
            "POOLRACE_PARENT": str(os.getpid()),
        }
        try:
            self.process = subprocess.Popen(
                [binary(), *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(write_end,),
                env=environment,
                # A terminal's Ctrl-C is ours to pass on; but Python tells its main thread alone, so
                # what another thread waits for hears it itself, from the terminal or the notebook.
                start_new_session=threading.current_thread() is threading.main_thread(),
            )
        except BaseException:
            os.close(read_end)
            raise
        finally:
            os.close(write_end)
        assert self.process.stdout and self.process.stderr
        self.text = {self.process.stdout.fileno(): b"", self.process.stderr.fileno(): b""}
        self.pipe = read_end
        self.selector = selectors.DefaultSelector()
        for fd in (*self.text, self.pipe):
            self.selector.register(fd, selectors.EVENT_READ)

    def wait(self) -> None:
        while self.selector.get_map():
            for key, _ in self.selector.select():
                self.take(key.fd)
        self.process.wait()

    def take(self, fd: int) -> None:
        data = os.read(fd, 65536)
        if not data:
            self.selector.unregister(fd)
        elif fd in self.text:
            self.text[fd] += data
        else:
            *lines, self.partial = (self.partial + data).split(b"\n")
            if lines and self.progress:
                done, total, violations = map(int, lines[-1].split())
                self.progress(done, total, violations)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.selector.close()
        os.close(self.pipe)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream
            stream.close()


def call(words: Sequence[str], progress: Progress | None = None) -> Output:
    """Runs it to its end.  Raises what a bad ending means; a second Ctrl-C ends it at once."""
    if wrong := [word for word in words if "\0" in word]:
        raise ConfigError(f"{wrong[0]!r} has a NUL in it, which no word can")
    running = _Call(words, progress)
    interrupted = False
    try:
        try:
            running.wait()
        except KeyboardInterrupt:
            interrupted = True
            running.progress = None
            running.process.terminate()  # like SIGINT, which an idle notebook kernel ignores
            running.wait()
    finally:
        running.close()
    out, err = (text.decode(errors="replace") for text in running.text.values())
    status = running.process.returncode
    interrupted = interrupted or status == 128 + signal.SIGINT  # which came to it by itself
    done = Output(status, out, err, interrupted)
    ended_well = done.status in (0, 128 + signal.SIGTERM, 128 + signal.SIGINT)
    if interrupted and not (ended_well and done.stdout):
        raise KeyboardInterrupt("nothing was done yet")
    if not interrupted:
        _check(done, words)
    return done


def whole(words: Sequence[str]) -> Output:
    """As :func:`call`, of what is nothing in part: Ctrl-C is a KeyboardInterrupt."""
    done = call(words)
    if done.interrupted:
        raise KeyboardInterrupt("interrupted; nothing is kept")
    return done


def _check(done: Output, words: Sequence[str]) -> None:
    if done.status in (0, _VIOLATION):
        return
    message = done.stderr.strip().rpartition("\n")[2].removeprefix("poolrace: ")
    if done.status == _CONFIG:
        raise ConfigError(python_words(message))
    if done.status < 0:
        message = f"poolrace was killed by {signal.Signals(-done.status).name}"
    if done.status < 0 or done.status == _DIED:
        if REPRODUCE not in message:  # which run it was is not known
            message += f"{REPRODUCE}poolrace {shlex.join(words)}"
        raise WorkerCrashed(message)
    raise InternalError(message or f"poolrace left with exit status {done.status}")
