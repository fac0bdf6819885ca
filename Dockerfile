# The production image holds no sandbox; `--target demo` adds it. `make pin` takes a newer base than this.
ARG PYTHON_IMAGE=python:3.11-slim@sha256:9c900dea9e8fb7e16277c179b555cc72d29a352dbc33cff48ad5a0412fd5bfc7
FROM ${PYTHON_IMAGE} AS packages
WORKDIR /build
COPY requirements.txt requirements-install.txt ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements-install.txt \
    && /opt/venv/bin/python -m uv pip install --no-cache --python /opt/venv/bin/python --compile-bytecode \
       --require-hashes -r requirements.txt

FROM ${PYTHON_IMAGE} AS production
RUN useradd --system --uid 10001 --create-home --home-dir /home/webcare --shell /usr/sbin/nologin webcare \
    && install -d -o webcare -g webcare /data /data/media /data/static
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY --chown=root:root manage.py LICENSE ./
COPY --chown=root:root locale locale
COPY --chown=root:root static static
COPY --chown=root:root templates templates
COPY --chown=root:root webcare webcare
COPY --chown=root:root channels channels
COPY --chown=root:root inbox inbox
COPY --chown=root:root reports reports
COPY --chown=root:root monitoring monitoring
COPY --chown=root:root api api
COPY --chown=root:root crm crm
COPY --chown=root:root assist assist
COPY --chown=root:root publishing publishing
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=webcare.settings \
    WEBCARE_DATA=/data \
    STATIC_ROOT=/app/staticfiles
# Both read settings but nobody's secrets; the ones here end with this line.
RUN python -m compileall -q webcare channels inbox reports monitoring api crm assist publishing \
    && python -m webcare.translations compile \
    && SECRET_KEY=only-to-collect-static-files-while-this-image-is-built CREDENTIAL_KEYS=b25seS10by1jb2xsZWN0LXN0YXRpYy1maWxlcy1ub3c= \
    ALLOWED_HOSTS=localhost python manage.py collectstatic --no-input
USER webcare
EXPOSE 8000
VOLUME /data
CMD ["uvicorn", "webcare.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--http", "webcare.server.connections:Connection", "--ws", "none", "--no-proxy-headers", "--no-server-header", "--no-access-log", \
     "--timeout-graceful-shutdown", "5"]

FROM production AS demo
COPY --chown=root:root sandbox sandbox
RUN python -m compileall -q sandbox
EXPOSE 9009
CMD ["python", "-m", "sandbox", "--host", "0.0.0.0", "--port", "9009", "--data", "/data/sandbox"]

# What `docker build .` makes without a target.
FROM production
