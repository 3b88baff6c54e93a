"""Start a cluster on this machine: `python -m cluster`. On several machines, deploy/ray/README.md says how.

It ends with Ctrl-C; with `--attached` also when its standard input closes, as it does when whoever started it dies.
"""

import argparse
import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

# Read by Ray when it is imported: no calls home, and no question of the interpreter which packages to install.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
# HAProxy, which comes with it, passes questions on in a tenth of the time that its door in Python takes.
os.environ.setdefault("RAY_SERVE_ENABLE_HA_PROXY", "1")
# Else replicas give way to whatever else runs, such as pages on the same machine.
os.environ.setdefault("RAY_worker_niceness", "0")
# On a busy machine the door takes longer than Ray's 5 and 10 seconds to say that it is there, and would be ended.
for check in ("READY", "HEALTH"):
    os.environ.setdefault(f"RAY_SERVE_PROXY_{check}_CHECK_TIMEOUT_S", "60")

DOOR = "haproxy"


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m cluster", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="where pages ask; of a private network, never the web's")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--join", metavar="ADDRESS", help="deploy to a Ray cluster that runs; auto for this machine's")
    parser.add_argument("--least", type=int, default=1, help="replicas at the least")
    parser.add_argument("--most", type=int, default=1, help="replicas at the most, as many as are asked for")
    parser.add_argument("--cpus", type=float, default=1, help="processors of a replica, and its threads")
    parser.add_argument("--gpus", type=float, default=0, help="graphics cards of a replica, such as 0.25")
    parser.add_argument("--attached", action="store_true")
    return parser.parse_args(arguments)


def start(options: argparse.Namespace) -> None:
    """Start what is missing, and deploy; returns once the replicas are ready. Raises what Ray raises."""
    if not options.join:
        for name in ("RAY_SERVE_HAPROXY_METRICS_PORT", "RAY_SERVE_HAPROXY_STATS_PORT"):
            os.environ.setdefault(name, str(_free_port()))  # its usual ones may be another cluster's
    import ray
    from ray import serve

    folder = os.getcwd()
    environment = {key: value for key, value in os.environ.items() if key.startswith("SEEWHY_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (folder, os.environ.get("PYTHONPATH"))))
    joined: dict[str, Any] = (
        {"address": options.join}
        if options.join
        else {
            "address": "local",  # one of its own, even where another runs
            "num_cpus": max(options.cpus * options.most, 1),
            "include_dashboard": False,
            "_node_ip_address": "127.0.0.1",
            "object_store_memory": 128 * 2**20,  # pictures are small, and none stays
        }
    )
    ray.init(log_to_driver=True, runtime_env={"env_vars": environment}, **joined)
    serve.start(http_options={"host": options.host, "port": options.port}, proxy_location="EveryNode")
    from cluster.replica import Explainer

    scaling = {
        "min_replicas": options.least,
        "max_replicas": max(options.least, options.most),
        "target_ongoing_requests": 6,
        "upscale_delay_s": 5,
        "downscale_delay_s": 120,
    }
    resources = {"num_cpus": options.cpus, "num_gpus": options.gpus}
    deployed = Explainer.options(  # type: ignore[attr-defined]
        autoscaling_config=scaling, ray_actor_options=resources
    )
    serve.run(deployed.bind(), name="seewhy", blocking=False)


def main(arguments: list[str] | None = None) -> None:
    """Start, say so, wait for the end, and stop what was started here."""
    options = options_of(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    if options.attached:
        threading.Thread(target=_until_closed, args=(ended,), daemon=True).start()
    start(options)
    print(f"the cluster answers at http://{options.host}:{options.port}", flush=True)
    ended.wait()
    end(all_of_it=not options.join)


def end(all_of_it: bool = True) -> None:
    """Leave the cluster, and end `all_of_it` where it was started by this process."""
    import ray

    doors = _doors() if all_of_it else []
    ray.shutdown()  # what was started here ends with it, within a moment
    for pid in doors:  # but for these, which Serve would close in half a minute
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _doors() -> list[int]:
    """The processes of HAProxy below this one."""
    parents, names = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name, _, rest = (folder / "stat").read_text().partition("(")[2].rpartition(")")
            names[int(folder.name)], parents[int(folder.name)] = name, int(rest.split()[1])
    below = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return [pid for pid in below if names[pid] == DOOR]


def _until_closed(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    main()
