"""Celery on Redis: no-op tasks, enqueued and then run by a worker with as many processes as there are
processors. Prints one line of JSON.

    celery_peer.py REDIS_URL PREFIX COUNT
"""

import json
import os
import subprocess
import sys
import time

import celery

import watch

URL, PREFIX = os.environ.get("PEER_URL", ""), os.environ.get("PEER_PREFIX", "")

app = celery.Celery("celery_peer", broker=URL)
app.conf.update(
    task_ignore_result=True,
    task_default_queue="default",
    broker_transport_options={"global_keyprefix": PREFIX},
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
)


@app.task(name="noop")
def noop(number):
    pass


def main():
    url, prefix, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    os.environ.update(PEER_URL=url, PEER_PREFIX=prefix)
    import redis

    app.conf.update(broker_url=url, broker_transport_options={"global_keyprefix": prefix})
    server = redis.Redis.from_url(url)
    since = time.perf_counter()
    for number in range(count):
        noop.delay(number)
    pushed = time.perf_counter() - since
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "celery_peer", "worker", "--loglevel", "ERROR"]
        + ["--without-gossip", "--without-mingle", "--without-heartbeat"],
        cwd=os.path.dirname(os.path.abspath(__file__)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        # What a worker has taken stands in another key until it is done.
        left = lambda: server.llen(prefix + "default") + server.hlen(prefix + "unacked")
        counted, ran = watch.until_empty(left, count, worker)
    finally:
        worker.terminate()
        worker.wait()
        for key in server.scan_iter(match=prefix + "*"):
            server.delete(key)
    version = celery.__version__
    print(json.dumps({"version": version, "pushed": pushed, "counted": counted, "ran": ran}))


if __name__ == "__main__":
    main()
