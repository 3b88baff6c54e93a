"""What is offered for clusters is what their programs take, and says the same everywhere it is said."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from page import metrics
from page.settings import Settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "ray"
SERVE: dict[str, Any] = yaml.safe_load((FOLDER / "serve.yaml").read_text())
SERVICE: dict[str, Any] = yaml.safe_load((FOLDER / "rayservice.yaml").read_text())
KUBERNETES: list[dict[str, Any]] = list(yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text()))
NEWEST = "1.37"
METRIC = re.compile(r"seewhy_\w+")
CHECK = """
import json, sys, warnings
from ray.serve.schema import ServeDeploySchema
told = ServeDeploySchema(**json.load(sys.stdin))
print(told.applications[0].import_path)
"""


@pytest.mark.parametrize("told", KUBERNETES, ids=lambda told: str(told["kind"]))
@pytest.mark.parametrize("version", ["1.30", NEWEST])
def test_kubernetes_takes_what_is_its_own(told: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(told, version, strict=True)


def test_what_kubernetes_does_not_know_is_noticed() -> None:
    deployment = json.loads(json.dumps(KUBERNETES[0]))
    deployment["spec"]["pods"] = 2
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, NEWEST, strict=True)


def test_templates_of_ray_machines_are_pods_that_kubernetes_takes() -> None:
    cluster = SERVICE["spec"]["rayClusterConfig"]
    for group in (cluster["headGroupSpec"], *cluster["workerGroupSpecs"]):
        template = group["template"]
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", **template["metadata"]}}
        kubernetes_validate.validate({**pod, "spec": template["spec"]}, NEWEST, strict=True)


def test_ray_takes_what_is_deployed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECK], input=json.dumps(SERVE), capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "cluster.replica:app"


def test_kubernetes_deploys_the_same() -> None:
    assert yaml.safe_load(SERVICE["spec"]["serveConfigV2"]) == SERVE


def test_ray_is_the_version_that_was_tested() -> None:
    version = SERVICE["spec"]["rayClusterConfig"]["rayVersion"]
    assert f"ray[serve]=={version}" in (ROOT / "requirements-cluster.txt").read_text().splitlines()


def test_variables_are_settings() -> None:
    (page,) = KUBERNETES[0]["spec"]["template"]["spec"]["containers"]
    named = {each["name"] for each in page["env"]} | set(SERVE["applications"][0]["runtime_env"]["env_vars"])
    own = {"SEEWHY_METRICS_PORT", "SEEWHY_METRICS_HOST"}
    assert named - own <= {f"SEEWHY_{name.upper()}" for name in Settings.model_fields}


def test_a_visit_stays_with_its_page_and_nobody_else_reaches_the_replicas() -> None:
    by_kind = {each["kind"]: each for each in KUBERNETES}
    assert by_kind["Ingress"]["metadata"]["annotations"]["nginx.ingress.kubernetes.io/affinity"] == "cookie"
    assert by_kind["Service"]["spec"].get("type", "ClusterIP") == "ClusterIP"
    (port,) = by_kind["NetworkPolicy"]["spec"]["ingress"][0]["ports"]
    assert port["port"] == SERVE["http_options"]["port"]
    labels = by_kind["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"]
    cluster = SERVICE["spec"]["rayClusterConfig"]
    groups = (cluster["headGroupSpec"], *cluster["workerGroupSpecs"])
    assert all(group["template"]["metadata"]["labels"] == labels for group in groups)


def test_board_asks_for_what_is_counted() -> None:
    board = json.loads((FOLDER / "grafana.json").read_text())
    asked = {name for panel in board["panels"] for each in panel["targets"] for name in METRIC.findall(each["expr"])}
    counted = metrics.written(metrics.Looked(lambda: 0, dict)).decode()
    assert len(asked) >= 5
    assert [name for name in asked if name.removesuffix("_bucket").removesuffix("_total") not in counted] == []
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    assert all(set(panel["gridPos"]) == {"x", "y", "w", "h"} for panel in board["panels"])


def test_guide_names_the_jobs_of_the_board() -> None:
    guide, board = (FOLDER / "README.md").read_text(), (FOLDER / "grafana.json").read_text()
    for job in set(re.findall(r'job=\\"([a-z-]+)\\"', board)):
        assert f"job_name: {job}\n" in guide
