# One image for every Airflow process: the locked dependencies, compiled, and this repository's code.
FROM python:3.11-slim-bookworm AS dependencies

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
# Every file is checked against its hash and nothing is built from source. Bytecode is compiled once here:
# without it, each Airflow process takes seconds longer to start.
RUN /opt/venv/bin/pip install --no-deps --require-hashes --only-binary :all: -r /tmp/requirements.txt \
    && /opt/venv/bin/python -m compileall -q -j 0 /opt/venv/lib


FROM python:3.11-slim-bookworm

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/opt/hiring-signals \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/hiring-signals/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/hiring-signals/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    HIRING_SIGNALS_DATA_DIR=/data

# Group 0, as in Airflow's own image, so that the image also runs under a user id that the platform chooses.
# Volumes take the owner of the folders that they are mounted on.
RUN useradd --uid 50000 --gid 0 --home-dir /opt/airflow --no-create-home --shell /usr/sbin/nologin airflow \
    && install -d -o airflow -g 0 -m 0775 /opt/airflow /opt/airflow/logs /opt/airflow/state /data

COPY --from=dependencies /opt/venv /opt/venv
WORKDIR /opt/hiring-signals
COPY pyproject.toml LICENSE ./
COPY plugins plugins
COPY include include
COPY dags dags
RUN python -m compileall -q plugins include dags

USER 50000:0
ENTRYPOINT ["airflow"]
CMD ["version"]
