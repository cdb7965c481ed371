# The map's packages, the Python environment, and the server on top of both; nothing else is in the image.
FROM node:20.20.2-bookworm-slim AS map
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM python:3.11.14-slim-bookworm AS packages
COPY requirements/bootstrap.txt requirements/base.txt /build/
RUN pip install --no-cache-dir --require-hashes -r /build/bootstrap.txt \
    && python -m venv --without-pip /opt/venv \
    && uv pip sync --no-cache --python /opt/venv/bin/python --require-hashes --compile-bytecode /build/base.txt

FROM python:3.11.14-slim-bookworm
# libexpat1 is the one library that the geospatial wheels take from the system.
RUN apt-get update && apt-get install -y --no-install-recommends libexpat1 && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 gisserver
COPY --from=packages /opt/venv /opt/venv
WORKDIR /home/gisserver
COPY --chown=root:root . .
COPY --from=map /build/node_modules ./node_modules
ENV PATH=/opt/venv/bin:$PATH \
    DJANGO_SETTINGS_MODULE=gisserver.settings.prod \
    GISSERVER_HOME=/home/gisserver/var \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
RUN SECRET_KEY=unused-while-building python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q gisserver grids buildings incidents layers rasters tiles fixtures \
    && install -d -o gisserver -m 0700 var
USER gisserver
EXPOSE 8000
ENTRYPOINT ["/home/gisserver/deploy/entrypoint"]
CMD ["web"]
