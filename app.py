"""SeeWhy: show a picture to an image classifier and see where it looked."""

import os
import platform
import sys
from pathlib import Path


def main() -> None:
    """Settings, store, page, launch: the only place where they meet."""
    from page.own_folder import CLOSED, own_folder

    os.umask(CLOSED)
    # Read by Gradio when it is imported: no calls home, and a folder of our own for uploads.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_TEMP_DIR"] = os.environ.get("GRADIO_TEMP_DIR") or str(own_folder("seewhy"))
    from page.settings import read_settings

    settings = read_settings()
    # Read by the server: whoever is on this machine could write another address into a header, to be another visitor.
    os.environ["FORWARDED_ALLOW_IPS"] = settings.proxies
    if settings.offline:
        os.environ["HF_HUB_OFFLINE"] = "1"
    from page.gpu import BorrowedGpu, lender
    from page.place import Here, Place

    lend = lender()
    place: Place = BorrowedGpu(lend) if lend else Here()
    from models.problems import Problem
    from page.patches.table import check
    from page.words import load

    words = load()
    try:  # before anything is imported that builds on Gradio as it is
        check()
    except Problem as problem:
        raise SystemExit(words.of(problem)) from None
    from models.catalogue import built_in, with_own
    from models.own.folder import read_folder
    from page import log
    from page.curator import read_curator
    from page.examples import FOLDER, find_examples
    from page.experiments import EXPERIMENTS
    from page.python import LOWEST, safe
    from page.ready import tell_ready
    from page.site import build_site, serve
    from page.thumbnails import Thumbnails

    log.set_up(settings.log)
    own = read_folder(settings.models, built_in())
    log.tell_left_out(own.problems)
    catalogue = with_own(own.specs)
    thumbnails = Thumbnails(settings.cache.expanduser() / "thumbnails")
    try:
        tests = [each.name for each in EXPERIMENTS if each.card]
        labels = catalogue[settings.model].labels
        curator = read_curator(settings.curator, "curator" in settings.model_fields_set, tests, labels, thumbnails)
        words = curator.said(words)
        if settings.cluster:
            from cluster.front import service_in_front

            service = service_in_front(settings, catalogue, words)
        else:
            from page.alone import service_alone

            service = service_alone(settings, catalogue, words, place)
    except Problem as problem:
        raise SystemExit(words.of(problem)) from None
    examples = curator.pictures(thumbnails) or find_examples(words, Path(FOLDER), thumbnails)
    site = build_site(settings, service, words, examples, curator)
    if place.lent:
        service.readiness.reach()  # what is loaded before the page is served is on the GPU at once
    try:
        shutdown = serve(site, settings, service, examples, curator)
    except OSError:
        print(words("server.port", port=settings.port, host=settings.host), file=sys.stderr, flush=True)
        # Not by SystemExit: the model is loading, and Python would end with an abort when its threads are still there.
        os._exit(1)
    print(f"SeeWhy is at http://{settings.host}:{settings.port}", flush=True)
    tell_ready()
    if not safe(sys.version_info[:3]):
        print(words("server.old_python", version=platform.python_version(), lowest=LOWEST), file=sys.stderr, flush=True)
    shutdown.wait()


if __name__ == "__main__":
    main()
