"""Starts what `benchmarks cluster` measures, in a process of its own, and does what it is told line by line.

"upgrade" deploys the replicas once more, as another version of themselves; "node" ends a machine with replicas.
"""

import argparse
import json
import os
import sys
from base64 import b64decode
from typing import Any

from benchmarks.server import free_port


def main() -> None:
    """The command line."""
    # Read by Ray when it is imported.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_SERVE_ENABLE_HA_PROXY"] = "1"
    os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 - as Ray spells it
    parser = argparse.ArgumentParser(prog="python -m benchmarks.starting", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--stand-in", metavar="FILE", help="of answers; without it replicas are real")
    parser.add_argument("--device-seconds", type=float, default=0.025, help="that a stand-in takes for a batch")
    parser.add_argument("--nodes", type=int, default=1)
    options = parser.parse_args()
    for name in ("RAY_SERVE_HAPROXY_METRICS_PORT", "RAY_SERVE_HAPROXY_STATS_PORT"):
        os.environ[name] = str(free_port())
    import ray
    from ray import serve

    variables = {key: value for key, value in os.environ.items() if key.startswith("SEEWHY_")}
    environment = {"env_vars": {**variables, "PYTHONPATH": os.environ["PYTHONPATH"]}}
    nodes = _nodes(options.nodes)
    if nodes:
        ray.init(address=nodes[0].address, runtime_env=environment, log_to_driver=False)
    else:
        room = options.replicas + 1  # a newer one may start before an older one ends
        ray.init(address="local", num_cpus=room, include_dashboard=False, runtime_env=environment, log_to_driver=False)
    serve.start(
        http_options={"host": "127.0.0.1", "port": options.port},
        proxy_location="HeadOnly",
        logging_config={"enable_access_log": False, "log_level": "WARNING"},
    )

    def deploy(version: int) -> None:
        resources = {"num_cpus": 1 if not options.stand_in else 0.1, "runtime_env": _env(environment, version)}
        if options.stand_in:
            from benchmarks.stand_in import StandIn

            stand_in: Any = StandIn

            with open(options.stand_in, encoding="utf-8") as file:
                answers = {name: b64decode(text) for name, text in json.load(file).items()}
            deployment = stand_in.options(num_replicas=options.replicas, ray_actor_options=resources)
            serve.run(deployment.bind(answers, options.device_seconds), name="seewhy")
        else:
            from cluster.replica import Explainer

            explainer: Any = Explainer

            deployment = explainer.options(num_replicas=options.replicas, ray_actor_options=resources)
            serve.run(deployment.bind(), name="seewhy")

    deploy(0)
    print(f"the cluster answers at {options.port}", flush=True)
    version = 0
    for line in sys.stdin:
        if line.strip() == "upgrade":
            version += 1
            deploy(version)
        elif line.strip() == "node":
            nodes[0].remove_node(nodes.pop(), allow_graceful=False)
            nodes.append(nodes[0].add_node(num_cpus=1))
        print("done", flush=True)
    from cluster.__main__ import end

    end()
    if nodes:
        nodes[0].shutdown()


def _env(environment: dict[str, Any], version: int) -> dict[str, Any]:
    return {"env_vars": {**environment["env_vars"], "SEEWHY_BENCHMARK": str(version)}}


def _nodes(count: int) -> list[Any]:
    """A cluster of so many machines, played on this one, each with room for a replica; nothing for a single one."""
    if count < 2:
        return []
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    return [cluster, *(cluster.add_node(num_cpus=1) for _ in range(count - 1))]


if __name__ == "__main__":
    main()
