"""What keeps a file from becoming a classifier, each in one sentence that says what to do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Literal

from models.problems import Problem

Reason = Literal[
    "absent",
    "damaged",
    "too_large",
    "odd",
    "kind",
    "empty",
    "not_finite",
    "several",
    "none",
    "no_such",
    "channels",
    "no_layers",
    "entry",
    "name",
    "taken",
    "classes",
    "size",
    "several_answers",
    "disk",
    "unknown",
    "trial",
    "untried",
    "hub_address",
    "hub_far",
    "hub_refused",
    "hub_broken",
    "hub_other",
    "hub_changed",
    "hub_empty",
]

# This is said to a host at the command line, in English; visitors can't bring files of networks.
SENTENCES: Mapping[Reason, str] = MappingProxyType(
    {
        "absent": "{file} is not there.",
        "damaged": "{file} is cut off or damaged ({detail}); copy it again, or save it again.",
        "too_large": "{file} would take {gigabytes} GB; --max-gigabytes allows {most}.",
        "odd": "{file} is built like no file of a network ({detail}); nothing in it was run. Save the weights again.",
        "kind": "{file} is {kind}. {advice}",
        "not_finite": "{file} has numbers in {tensor} that are none (NaN or infinite): its training went wrong.",
        "several": "{file} fits several networks, which answer differently: {fitting}. Choose with --architecture.",
        "none": "{file} fits no network of torchvision's or timm's. The nearest is {nearest}; {count} weights differ, "
        "among them: {differences}.",
        "no_such": "Neither torchvision nor timm has an architecture called {architecture}.",
        "channels": "{file} takes pictures of {channels} channels; here they have three, or one when grey.",
        "no_layers": "{file} is {architecture}, which has neither feature maps nor attention to a square of places; "
        "that can't be explained here.",
        "entry": "{file} can't be used: {detail}.",
        "name": "A network can't be called {name}: take small letters, digits and _, at most 40, with --name.",
        "taken": "There is a model called {name} already; choose another --name, or remove it first.",
        "classes": "{file} has {classes} classes, and {given} names were given for them.",
        "size": "{file} can't take pictures of {size} by {size}; give the --size that it was trained with.",
        "several_answers": "{file} gives any number of answers at a time; the page explains networks that choose one.",
        "disk": "{file} could not be written: {detail}.",
        "unknown": "There is no network of your own called {name}. There are: {known}.",
        "trial": "{file} fails: {detail}.",
        "untried": "{name} was added, but its trial did not come to an end; try it again with "
        "python -m explainer.own_trial {name}.",
        "hub_address": "{file} is no address of a network: write hf-hub:OWNER/NAME, such as "
        "hf-hub:timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k.",
        "hub_far": "{file} is not on this machine, and the Hugging Face Hub can't be reached; check the network, or "
        "bring its model.safetensors here and add that.",
        "hub_refused": "The Hugging Face Hub did not give {file} away: {detail}.",
        "hub_broken": "{file} could not be downloaded: {detail}.",
        "hub_other": "{file} is none of timm's networks: its config.json names no architecture of timm's.",
        "hub_changed": "{file} is one of timm's networks, built with changes ({detail}) that can't be made here.",
        "hub_empty": "{file} has no {detail}.",
        "empty": "{file} holds no weights of a network; it holds {detail}.",
    }
)


class NotANetwork(Problem):
    """A file that can't become a classifier. Values: reason (a key of SENTENCES), file (its name), and its own."""

    key: ClassVar[str] = "own.not_a_network"

    def __init__(self, reason: Reason, file: str, **values: object) -> None:
        super().__init__(reason=reason, file=file, **values)

    def __str__(self) -> str:
        """The sentence."""
        reason: Reason = self.values["reason"]  # type: ignore[assignment]
        return SENTENCES[reason].format(**self.values)
