"""Runs MiniStack and cleans up after it: no worker process or temporary file outlives it.

Usage: emulator.py INSTANCE [--record FILE] [FOLDER]

This process supervises another one, the emulator, which shares a process group with the function workers. It kills that
group and removes its temporary files on SIGTERM, when the emulator dies, or when standard input closes: the kernel closes
that pipe when the owner ends, even by SIGKILL. An owner that writes to it first detaches the emulator. The emulator watches
its pipe from the supervisor in the same way. INSTANCE and FILE (where the emulator is recorded) only make the command line
searchable. FOLDER is removed at the end, unless the emulator died on its own: its log may be in there.
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
            # HOME, too, so that functions don't find the user's credentials file.
            environment = {**os.environ, "TMPDIR": scratch, "HOME": scratch, "ORDERS_SUPERVISED": "1"}
            emulator = subprocess.Popen(
                [sys.executable, __file__], stdin=subprocess.PIPE, env=environment, start_new_session=True
            )
            signal.signal(signal.SIGUSR1, lambda *_: emulator.send_signal(signal.SIGUSR1))
            when_pipe_closes(lambda: os.kill(os.getpid(), signal.SIGTERM))
            sys.exit(emulator.wait())
        finally:
            if emulator is not None:
                kill_group(emulator.pid)
                emulator.wait()
            for folder in removable:
                shutil.rmtree(folder, ignore_errors=True)


def emulate():
    def clean_up():
        shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
        kill_group(os.getpid())

    when_pipe_closes(clean_up)
    runpy.run_path(os.path.join(os.path.dirname(__file__), "ministack_as_aws.py"))


def when_pipe_closes(callback):
    def watch():
        if os.read(sys.stdin.fileno(), 1) == b"":
            callback()

    threading.Thread(target=watch, daemon=True).start()


def kill_group(leader):
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        pass  # the emulator died, and no worker is left


if os.environ.get("ORDERS_SUPERVISED"):
    emulate()
else:
    main()
