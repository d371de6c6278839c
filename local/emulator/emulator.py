"""Runs MiniStack and takes everything it started away with it when it ends.

Usage: emulator.py INSTANCE [--record FILE] [FOLDER]

This process watches over another one, the emulator, in a process group of its own that the function workers share. It
kills that group and removes its temporary files on SIGTERM, when the emulator dies, or when standard input closes: the
kernel closes that pipe however the owner goes, SIGKILL included. An owner that writes to it first lets the emulator live
on. The emulator in turn watches the pipe from its watcher. INSTANCE and FILE, where it is recorded, only mark the command
line for who looks for it. FOLDER is removed in the end, unless the emulator died by itself: its log may be there.
"""

import argparse
import os
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

removable = []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("instance")
    parser.add_argument("--record")
    parser.add_argument("folder", nargs="*")
    folders = parser.parse_args().folder

    def terminate(*_):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        removable.extend(folders)
        sys.exit(0)

    signal.signal(signal.SIGTERM, terminate)
    with tempfile.TemporaryDirectory(prefix="orders-emulator-", ignore_cleanup_errors=True) as scratch:
        emulator = None
        try:
            # HOME too, so that no credentials file of the user's can reach a function.
            environment = {**os.environ, "TMPDIR": scratch, "HOME": scratch, "ORDERS_WATCHED": "1"}
            emulator = subprocess.Popen(
                [sys.executable, __file__], stdin=subprocess.PIPE, env=environment, start_new_session=True
            )
            when_pipe_closes(lambda: os.kill(os.getpid(), signal.SIGTERM))
            sys.exit(emulator.wait())
        finally:
            if emulator is not None:
                kill_group(emulator.pid)
                emulator.wait()
            for folder in removable:
                shutil.rmtree(folder, ignore_errors=True)


def emulate():
    def end():
        shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
        kill_group(os.getpid())

    when_pipe_closes(end)
    runpy.run_path(os.path.join(os.path.dirname(__file__), "ministack_as_aws.py"))


def when_pipe_closes(end):
    def watch():
        if os.read(sys.stdin.fileno(), 1) == b"":
            end()

    threading.Thread(target=watch, daemon=True).start()


def kill_group(leader):
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        pass  # the emulator died alone, with no worker left


if os.environ.get("ORDERS_WATCHED"):
    emulate()
else:
    main()
