# SeeWhy as an image, for any machine without a GPU. With --target page it is what stands in front of a cluster, without
# torch, and with --target replica what stands behind: see deploy/ray/README.md. Without, it is both in one:
#   docker build --build-arg TORCH_INDEX=… --tag seewhy .
#   docker run --init --publish 7860:7860 --read-only --tmpfs /tmp --cap-drop ALL seewhy
# TORCH_INDEX is the address that PyTorch's installation page gives for "Linux, Pip, CPU" (after --index-url).
# Left empty, torch comes as the build for NVIDIA cards: that works without a card as well, but makes the image
# about 6 GB instead of about 1.6 GB.
# The base by its digest, so that it stays the same: see "Images that stay the same" in docs/host.md.
ARG PYTHON_IMAGE=python:3.11.17-slim-bookworm@sha256:0a310eeecf4e1f5a0743f9a6520c90c88d089c903ca5fd283f501e3a805f5f89
FROM ${PYTHON_IMAGE} AS bare

WORKDIR /app
COPY constraints.txt ./
COPY scripts/packages scripts/

# HOME and USER: libraries ask for both, and uid 1000 has no entry in /etc/passwd. Everything that is written
# goes to /tmp, so the rest can be read-only.
ENV HOME=/tmp \
    USER=seewhy \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GRADIO_TEMP_DIR=/tmp/gradio \
    GRADIO_ANALYTICS_ENABLED=False \
    SEEWHY_CACHE=/tmp/seewhy \
    SEEWHY_HOST=0.0.0.0 \
    SEEWHY_PORT=7860

# --- a page in front of a cluster: it computes nothing

FROM bare AS page

RUN PIP_NO_CACHE_DIR=1 scripts/packages python page
COPY models/ models/
COPY explainer/ explainer/
COPY page/ page/
COPY cluster/ cluster/
COPY app.py LICENSE pyproject.toml ./
# Offline, because the models are the ones inside an image: there is nowhere to put another one's weights.
ENV HF_HUB_OFFLINE=1 SEEWHY_OFFLINE=true
# A number, because a cluster that forbids root can't tell what a name stands for.
USER 1000
EXPOSE 7860
# The standard library, because a slim image has no curl; without a proxy, because it is this very machine. Whoever waits
# for health, as compose does, waits on a slow machine too: the first answer that is well ends the period.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15m CMD ["python", "-c", "import os, urllib.request as u; \
u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['SEEWHY_PORT'] + '/healthz', timeout=4)"]

CMD ["python", "app.py"]

# --- what computes

FROM bare AS computing

# Every file is checked by its hash; with TORCH_INDEX, torch comes from that index and nothing else does.
ARG TORCH_INDEX=""
COPY constraints-torch.txt ./
RUN PIP_NO_CACHE_DIR=1 scripts/packages python

# Weights before the page, so that a change to the page does not fetch them again. Those of two models came with
# their packages; name others to have them inside: --build-arg MODELS="resnet50 vgg16"
ARG MODELS=""
ENV TORCH_HOME=/opt/weights
COPY models/ models/
# hadolint ignore=SC2086
RUN mkdir -p "${TORCH_HOME}" && if [ -n "${MODELS}" ]; then python -m models fetch ${MODELS}; fi

# The graphs of these two for the fast engine, so that no container builds them anew; readable for whoever runs it.
COPY explainer/ explainer/
RUN python -m explainer.engines.build efficientnet_lite0 /opt/graphs && \
    python -m explainer.engines.build efficientnet_lite2 /opt/graphs && chmod -R a+rX /opt/graphs

# --- a replica of a cluster; on Kubernetes its operator says what is started

FROM computing AS replica

ARG TORCH_INDEX=""
COPY constraints-cluster.txt ./
RUN PIP_NO_CACHE_DIR=1 scripts/packages python cluster
COPY page/ page/
COPY cluster/ cluster/
COPY LICENSE pyproject.toml ./
ENV HF_HUB_OFFLINE=1 SEEWHY_OFFLINE=true SEEWHY_CACHE=/opt/graphs PYTHONPATH=/app \
    RAY_USAGE_STATS_ENABLED=0 RAY_SERVE_ENABLE_HA_PROXY=1 RAY_worker_niceness=0
USER 1000
CMD ["python", "-m", "cluster", "--host", "0.0.0.0"]

# --- both in one

FROM computing AS alone

COPY page/ page/
COPY cluster/ cluster/
COPY app.py LICENSE pyproject.toml ./
ENV HF_HUB_OFFLINE=1 SEEWHY_OFFLINE=true SEEWHY_CACHE=/opt/graphs
USER 1000
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=15m CMD ["python", "-c", "import os, urllib.request as u; \
u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['SEEWHY_PORT'] + '/healthz', timeout=4)"]

CMD ["python", "app.py"]
