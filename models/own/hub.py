"""timm's networks on the Hugging Face Hub, downloaded by its own client: `hf-hub:timm/NAME`."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.own.containers import GIGABYTE
from models.own.entry import RESAMPLING
from models.own.export import Told
from models.own.problems import NotANetwork

ADDRESS = "hf-hub:"
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
MOST_CONFIG = 10_000_000  # bytes; a list of 20,000 class names has less


@dataclass(frozen=True)
class Brought:
    """A network in the client's cache: its file of weights, and what its config.json tells."""

    file: Path
    told: Told


def name_of(address: str) -> str:
    """What a network at an address may be called."""
    return address.removeprefix(ADDRESS).partition("@")[0].rpartition("/")[2]


def bring(address: str, most_gigabytes: float, endpoint: str | None = None, cache: Path | None = None) -> Brought:
    """Download a network's config.json and weights, or take them out of the client's cache.

    Args:
        address: hf-hub:OWNER/NAME, or hf-hub:OWNER/NAME@REVISION.
        most_gigabytes: how large the file of weights may be; a larger one is not downloaded.
        endpoint: the server's address; None for the client's own.
        cache: the client's cache; None for its own.

    Raises:
        NotANetwork: it is not there, can't be had, is too large, or is none of timm's.
    """
    repository, _, revision = address.removeprefix(ADDRESS).partition("@")
    where = {"repo_id": repository, "revision": revision or None, "endpoint": endpoint, "cache_dir": cache}

    def file(name: str, most_bytes: float) -> Path:
        return _file(address, name, most_bytes, **where)

    told = _told(address, file("config.json", MOST_CONFIG))
    from huggingface_hub.errors import EntryNotFoundError

    for weights in WEIGHTS:
        try:
            return Brought(file(weights, most_gigabytes * GIGABYTE), told)
        except NotANetwork as problem:
            if not isinstance(problem.__cause__, EntryNotFoundError):
                raise
    raise NotANetwork("hub_empty", address, detail=" or ".join(WEIGHTS))


def _file(address: str, name: str, most_bytes: float, **where: Any) -> Path:
    """One file of a repository, of which the client first says how large it is."""
    # The client takes half a second to import, and only who asks for an address needs it.
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        size = hf_hub_download(filename=name, dry_run=True, **where).file_size
        if size > most_bytes:
            gigabytes, most = (f"{each / GIGABYTE:.2g}" for each in (size, most_bytes))
            raise NotANetwork("too_large", f"{address}'s {name}", gigabytes=gigabytes, most=most)
        return Path(hf_hub_download(filename=name, **where))
    except HFValidationError as error:
        raise NotANetwork("hub_address", address) from error
    except LocalEntryNotFoundError as error:
        raise NotANetwork("hub_far", address) from error
    except HfHubHTTPError as error:
        raise NotANetwork("hub_refused", address, detail=_why(error)) from error
    except OSError as error:  # a full disk, a broken connection
        raise NotANetwork("hub_broken", address, detail=str(error).splitlines()[0][:100]) from error


def _why(error: Exception) -> str:
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    kinds: Mapping[type[Exception], str] = {
        GatedRepoError: "its owner asks for an agreement first, on its page",
        RepositoryNotFoundError: "there is no such network, or it is not public",
        RevisionNotFoundError: "there is no such revision",
        EntryNotFoundError: "a file that it should have is missing",
    }
    return next((said for kind, said in kinds.items() if isinstance(error, kind)), str(error).splitlines()[0][:100])


def _told(address: str, config: Path) -> Told:
    try:
        held = json.loads(config.read_text(encoding="utf-8"))
        architecture, fed = held["architecture"], held.get("pretrained_cfg") or held
        if not isinstance(architecture, str) or not isinstance(fed, dict):
            raise ValueError("architecture")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotANetwork("hub_other", address) from error
    changed = sorted({*(held.get("model_args") or {})} - {"num_classes"})
    if changed:
        raise NotANetwork("hub_changed", address, detail=", ".join(changed)[:100])
    return Told(
        architecture=f"timm/{architecture.partition('.')[0]}",
        classes=_classes(held),
        size=_size(fed.get("input_size")),
        method={"squash": "squish", "border": "pad"}.get(str(fed.get("crop_mode"))),
        share=_share(fed.get("crop_pct")),
        interpolation=interpolation if (interpolation := fed.get("interpolation")) in RESAMPLING else None,
        mean=_three(fed.get("mean"), lambda each: True),
        std=_three(fed.get("std"), lambda each: each > 0),
    )


def _classes(held: Mapping[str, Any]) -> tuple[str, ...]:
    """Their names as people read them, where a description goes with each and no two are alike; else as they are."""
    names, described = held.get("label_names"), held.get("label_descriptions")
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        return ()
    if isinstance(described, dict):
        told = tuple(str(described.get(name, name)) for name in names)
        if len(set(told)) == len(told):
            return told
    return tuple(names)


def _size(shape: object) -> int | None:
    side = shape[-1] if isinstance(shape, list) and len(shape) == 3 else None
    return side if type(side) is int and side > 0 else None


def _share(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and 0.1 <= value <= 1 else None


def _three(values: object, fits: Callable[[float], bool]) -> tuple[float, ...]:
    if not isinstance(values, list) or len(values) != 3 or not all(type(each) in (int, float) for each in values):
        return ()
    return tuple(map(float, values)) if all(map(fits, values)) else ()
