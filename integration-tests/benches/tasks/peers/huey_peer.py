"""Huey on SQLite or Redis: no-op tasks, enqueued and then run by a consumer with as many threads as there
are processors. Prints one line of JSON.

    huey_peer.py (sqlite FILE | redis URL) COUNT
"""

import json
import os
import subprocess
import sys
import time

import huey
from huey import RedisHuey, SqliteHuey

import watch


def make(kind, place, name):
    if kind == "sqlite":
        # As it comes: `fsync` is off, and a crash of the machine may cost what was enqueued last.
        return SqliteHuey(name, filename=place, results=False)
    return RedisHuey(name, url=place, results=False)


# The consumer has this module by its name, and the place from the environment.
if __name__ != "__main__":
    queue = make(os.environ["PEER_KIND"], os.environ["PEER_PLACE"], os.environ["PEER_NAME"])

    @queue.task(name="noop")
    def noop(number):
        pass


def main():
    kind, place, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    os.environ.update(PEER_KIND=kind, PEER_PLACE=place, PEER_NAME="savia-bench-%d" % os.getpid())
    from huey_peer import noop, queue

    since = time.perf_counter()
    for number in range(count):
        noop(number)
    pushed = time.perf_counter() - since
    consumer = os.path.join(os.path.dirname(sys.executable), "huey_consumer")
    worker = subprocess.Popen(
        [consumer, "huey_peer.queue", "-k", "thread", "-w", str(os.cpu_count()), "-q", "-n"],
        cwd=os.path.dirname(os.path.abspath(__file__)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        counted, ran = watch.until_empty(queue.pending_count, count, worker)
    finally:
        worker.terminate()
        worker.wait()
        queue.storage.flush_all()
    version = huey.__version__
    print(json.dumps({"version": version, "pushed": pushed, "counted": counted, "ran": ran}))


if __name__ == "__main__":
    main()
