# The service with its models inside: nothing is downloaded when it starts.
#   docker build -t quoth .
#   docker run --rm --read-only --tmpfs /tmp --cap-drop ALL -p 127.0.0.1:8000:8000 -v quoth:/data quoth
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# The locked packages change less often than the code: their layer is kept. From PyTorch's CPU index torch comes
# without NVIDIA's libraries.
COPY requirements.lock requirements-torch-cpu.lock ./
RUN pip install --no-deps --require-hashes --extra-index-url https://download.pytorch.org/whl/cpu \
        -r requirements-torch-cpu.lock \
    && pip install --no-deps --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY service service
RUN pip install --no-deps --no-build-isolation . && rm -rf build service && quoth models verify

RUN useradd --system --uid 999 --home-dir /data --create-home quoth
USER 999
WORKDIR /data
VOLUME /data

ENV QUOTH_HOST=0.0.0.0 QUOTH_DATABASE_URL=sqlite:////data/quoth.db OMP_NUM_THREADS=1
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["sh", "-c", "quoth db upgrade && exec quoth serve"]
