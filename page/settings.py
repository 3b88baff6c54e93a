"""What the host of a page can choose: flags, or environment variables of the same names."""

import ipaddress
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from models.catalogue import DEFAULT, built_in, with_own
from models.own.folder import DEFAULT_FOLDER, read_folder
from page.words import codes

MOST_WAITING = 10_000
_MACHINE = r"http://([\w.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?/?"
SPACE = {
    "host": "0.0.0.0",  # it is reached from outside its container
    "frames": "https://huggingface.co https://*.hf.space",  # the platform shows it in a frame of its own page
    "queue_each": str(MOST_WAITING),  # behind its proxy all visitors have one address
}


def on_space() -> bool:
    """Whether this is a Space of Hugging Face, by the variable that the platform sets."""
    return bool(os.environ.get("SPACE_ID"))


def _of_the_platform() -> dict[str, str]:
    """What Gradio's own variables say, and what a Space needs."""
    own = {"host": os.environ.get("GRADIO_SERVER_NAME"), "port": os.environ.get("GRADIO_SERVER_PORT")}
    return {**(SPACE if on_space() else {}), **{name: value for name, value in own.items() if value}}


class Settings(BaseSettings):
    """`--port 7861` and `SEEWHY_PORT=7861` say the same; the flag wins."""

    model_config = SettingsConfigDict(
        env_prefix="SEEWHY_",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        cli_prog_name="app.py",
        cli_kebab_case=True,
        cli_implicit_flags=True,
        cli_hide_none_type=True,
        cli_exit_on_error=False,
    )

    host: Annotated[str, Field(min_length=1)] = Field("127.0.0.1", description="address to listen on")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(7860, description="port to listen on")
    models: Path = Field(
        DEFAULT_FOLDER, description="folder of networks of your own, which the page offers beside the others"
    )
    model: str = Field(DEFAULT, description="the model that answers first; one of your own, too")
    device: Literal["auto", "cuda", "mps", "cpu"] = Field(
        "auto", description="where models run; auto takes CUDA, then MPS, then the CPU"
    )
    threads: Annotated[int, Field(ge=0, le=1024)] = Field(
        0, description="CPU threads; 0 follows the processors this process may use"
    )
    engine: Literal["auto", "torch", "openvino"] = Field(
        "auto", description="what computes the maps; auto takes openvino on a CPU, and torch where that can't"
    )
    cluster: str = Field(
        "", description="addresses of a cluster where the models work, with commas between; auto starts one here"
    )
    cache: Path = Field(
        Path("~/.cache/seewhy"), description="folder for what is computed once and kept: openvino's graphs, thumbnails"
    )
    language: str = Field(
        "auto", description="language of the page, such as de; auto takes the browser's, and visitors may change it"
    )
    offline: bool = Field(False, description="never touch the network; offer only models that are here")
    kiosk: bool = Field(False, description="a screen for everybody: large, nothing to save, forgets each visit")
    curator: Path = Field(
        Path("curator.toml"), description="file of words, pictures and tests of your own; without it, the page's"
    )
    tally: Path | None = Field(
        None,
        description="SQLite file that counts what visitors said of the page's own examples; without it, nothing is",
    )
    tally_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        0, description="after how many days those counts are wiped, 1 each night; 0 keeps them"
    )
    idle_seconds: Annotated[float, Field(ge=1, le=3600)] = Field(
        45, description="with --kiosk, seconds without a touch until it asks whether somebody is there"
    )
    stay_seconds: Annotated[float, Field(ge=1, le=3600)] = Field(
        300, description="with --kiosk, seconds for which moving before the mirror counts as being there"
    )
    countdown_seconds: Annotated[float, Field(ge=1, le=600)] = Field(
        15, description="with --kiosk, seconds from then until it forgets the visit"
    )
    keep_models: Annotated[int, Field(ge=1, le=64)] = Field(2, description="how many models stay in memory")
    queue: Annotated[int, Field(ge=1, le=MOST_WAITING)] = Field(
        64, description="how many requests may wait, on the page and over plain HTTP each"
    )
    queue_each: Annotated[int, Field(ge=1, le=MOST_WAITING)] = Field(
        48, description="how many of them may come from one address"
    )
    mirrors: Annotated[int, Field(ge=0, le=MOST_WAITING)] = Field(
        8, description="how many visitors may see themselves in a mirror at once"
    )
    downloads: Literal["auto", "yes", "no"] = Field(
        "auto", description="whether a model that a visitor chooses may be downloaded; auto: unless --public"
    )
    public: bool = Field(False, description="a page for strangers: limits what one address may send in a minute")
    requests_each: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        6000, description="with --public, requests of an address in a minute; a class that opens the page sends 1,800"
    )
    questions_each: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        600, description="with --public, questions of an address in a minute"
    )
    uploads_each: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        240, description="with --public, uploads of an address in a minute"
    )
    connections_each: Annotated[int, Field(ge=1, le=MOST_WAITING)] = Field(
        60, description="with --public, connections of an address that are served at a time; twice as many wait"
    )
    cpu_seconds_each: Annotated[float, Field(ge=1, le=1_000_000)] = Field(
        90, description="with --public, seconds of a processor for an address in a minute, while others are there"
    )
    proxies: str = Field(
        "", description="addresses of proxies, with commas between: whom to believe where a request comes from"
    )
    hosts: str = Field(
        "", description="names that the page answers to besides localhost; without any, all where others can reach it"
    )
    frames: str = Field("", description="sites whose pages may hold this one in a frame, with spaces between")
    files: Annotated[int, Field(ge=1, le=1000)] = Field(32, description="how many files one request may bring")
    sessions: Annotated[int, Field(ge=1, le=100_000)] = Field(
        200, description="of how many visits the last state is kept in memory, up to a megabyte each"
    )
    seconds: Annotated[int, Field(ge=1, le=3600)] = Field(
        120, description="how long an answer may take, before the visitor is told to try again"
    )
    log: Literal["text", "json"] = Field("text", description="one line an event, to read or for a program")
    megabytes: Annotated[int, Field(ge=1, le=1000)] = Field(15, description="largest picture file, in MB")
    megapixels: Annotated[int, Field(ge=1, le=1000)] = Field(40, description="largest picture, in megapixels")
    sweep_minutes: Annotated[float, Field(ge=0.05, le=1440)] = Field(
        10, description="after how many minutes an upload is deleted at the latest"
    )
    farewell_seconds: Annotated[float, Field(ge=1, le=3600)] = Field(
        60, description="seconds after its last page was closed, or fell silent, until a visit is deleted"
    )

    @model_validator(mode="before")
    @classmethod
    def _platform(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {**_of_the_platform(), **values}

    @field_validator("frames")
    @classmethod
    def _sites(cls, frames: str) -> str:
        if not re.fullmatch(r"(https?://[\w*.:-]+ ?)*", frames):
            raise ValueError("write sites such as https://example.org, with spaces between")
        return frames

    @field_validator("cluster")
    @classmethod
    def _machines(cls, cluster: str) -> str:
        if cluster not in ("", "auto") and not re.fullmatch(rf"{_MACHINE}(,{_MACHINE})*", cluster):
            raise ValueError("write addresses such as http://10.0.0.5:8000, with commas between, or auto")
        return cluster

    @field_validator("proxies")
    @classmethod
    def _addresses(cls, proxies: str) -> str:
        for proxy in filter(None, proxies.split(",")):
            ipaddress.ip_network(proxy.strip(), strict=False)
        return proxies

    @property
    def upload_bytes(self) -> int:
        """The largest picture file, in bytes."""
        return self.megabytes * 1024 * 1024

    @property
    def sweep_seconds(self) -> float:
        """How long an upload stays at the most."""
        return 60 * self.sweep_minutes

    @property
    def downloads_allowed(self) -> bool:
        """Whether a visitor's choice may bring a model: strangers could have all of them brought in turn."""
        return self.downloads == "yes" or (self.downloads == "auto" and not self.public)

    @field_validator("public")
    @classmethod
    def _addresses_differ(cls, public: bool) -> bool:
        if public and on_space():
            raise ValueError("on a Space all visitors share one address, and would share its limits")
        return public

    @field_validator("language")
    @classmethod
    def _spoken(cls, language: str) -> str:
        if language not in (known := ("auto", *codes())):
            raise ValueError(f"known are {', '.join(known)}")
        return language

    @field_validator("model")
    @classmethod
    def _known(cls, name: str, info: ValidationInfo) -> str:
        if name in built_in():
            return name
        own = read_folder(info.data["models"], built_in())
        if name in own.specs:
            return name
        for problem in own.problems:
            if Path(str(problem.values["file"])).stem == name:
                raise ValueError(str(problem).removesuffix("."))
        raise ValueError(f"unknown model; known are {', '.join(with_own(own.specs))}")


def read_settings(arguments: list[str] | None = None) -> Settings:
    """Settings from the command line and the environment.

    Args:
        arguments: command-line arguments without the program's name; None reads `sys.argv`.

    Raises:
        SystemExit: an invalid value, after one sentence a problem on standard error; code 2.
    """
    try:
        return Settings(_cli_parse_args=sys.argv[1:] if arguments is None else arguments)  # type: ignore[call-arg]
    except ValidationError as error:
        for problem in error.errors():
            name = "-".join(str(part) for part in problem["loc"]).replace("_", "-")
            reason = problem["msg"].removeprefix("Value error, ")
            print(f"--{name} can't be {problem['input']!r}: {reason[:1].lower()}{reason[1:]}.", file=sys.stderr)
        raise SystemExit(2) from None
    except SettingsError as error:
        reason = str(error).removeprefix("error parsing CLI: ")
        print(f"{reason[:1].upper()}{reason[1:]}; --help lists what there is.", file=sys.stderr)
        raise SystemExit(2) from None
