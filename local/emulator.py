"""Runs MiniStack and takes everything it started away with it when it ends.

Usage: emulator.py INSTANCE [FOLDER]

It ends by SIGTERM, by its own death, or when standard input closes: the kernel closes that pipe however
the owner goes, SIGKILL included. An owner that writes to it first lets the emulator live on. The function
workers share the emulator's process group, so killing the group reaches them. INSTANCE only marks the
command line for who looks for it. FOLDER is removed in the end, unless the emulator died by itself: its log
may be there.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

removable = []


def terminate(*_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    removable.extend(sys.argv[2:])
    sys.exit(0)


def end_with_owner():
    if os.read(sys.stdin.fileno(), 1) == b"":
        os.kill(os.getpid(), signal.SIGTERM)


signal.signal(signal.SIGTERM, terminate)
with tempfile.TemporaryDirectory(prefix="orders-emulator-", ignore_cleanup_errors=True) as scratch:
    emulator = None
    try:
        # HOME too, so that no credentials file of the user's can reach a function.
        environment = {**os.environ, "TMPDIR": scratch, "HOME": scratch}
        ministack = os.path.join(os.path.dirname(__file__), "ministack_as_aws.py")
        emulator = subprocess.Popen(
            [sys.executable, ministack], stdin=subprocess.DEVNULL, env=environment, start_new_session=True
        )
        threading.Thread(target=end_with_owner, daemon=True).start()
        sys.exit(emulator.wait())
    finally:
        if emulator is not None:
            try:
                os.killpg(emulator.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # it died alone, with no worker left
            emulator.wait()
        for folder in removable:
            shutil.rmtree(folder, ignore_errors=True)
