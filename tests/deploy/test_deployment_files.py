"""The deployment as far as it can be proven without a Docker engine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from include.settings import PROJECT_ROOT, Settings
from include.yaml_files import load_yaml

COMPOSE_FILE = PROJECT_ROOT / "docker-compose.yaml"
DOCKERFILE = PROJECT_ROOT / "Dockerfile"
ENV_EXAMPLE = PROJECT_ROOT / ".env.example"
BIN = Path(sys.executable).parent

LONG_RUNNING = (
    "postgres", "redis", "airflow-apiserver", "airflow-scheduler", "airflow-dag-processor", "airflow-worker",
    "airflow-triggerer", "flower",
)  # fmt: skip
_VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>\w+)(?P<rule>:[?-])?(?P<rest>[^}]*)\}")


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that stands twice in one mapping, of which YAML would silently keep the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [key.value for key, _ in node.value if key.value != "<<"]
        twice = {key for key in keys if keys.count(key) > 1}
        assert not twice, f"line {node.start_mark.line + 1}: keys stand twice: {twice}"
        return super().construct_mapping(node, deep)


@cache
def _compose() -> dict[str, Any]:
    return dict(yaml.load(COMPOSE_FILE.read_text(encoding="utf-8"), Loader=_StrictLoader))  # noqa: S506


def _airflow_services() -> dict[str, dict[str, Any]]:
    return {name: service for name, service in _compose()["services"].items() if "build" in service}


def _variables() -> dict[str, str | None]:
    """Return the variables of the compose file with their rule (`:?`, `:-` or None)."""
    text = COMPOSE_FILE.read_text(encoding="utf-8")
    named = [match for match in _VARIABLE.finditer(text) if match["rest"] or match["rule"] == ":-"]
    return {match["name"]: match["rule"] for match in named}


def _instructions() -> list[tuple[str, str]]:
    lines = re.sub(r"\\\n", " ", DOCKERFILE.read_text(encoding="utf-8")).splitlines()
    found = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    return [(name, rest) for name, rest in found]


def test_compose_follows_its_schema() -> None:
    command = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE_FILE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schema_check_can_fail(tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yaml"
    wrong.write_text(COMPOSE_FILE.read_text(encoding="utf-8").replace("healthcheck:", "healthchek:"))
    command = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", wrong]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0


def test_the_dockerfile_is_lint_free() -> None:
    done = subprocess.run(
        [BIN / "hadolint", DOCKERFILE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_yaml_is_tidy() -> None:
    for number, line in enumerate(COMPOSE_FILE.read_text(encoding="utf-8").splitlines(), start=1):
        assert "\t" not in line, f"line {number} holds a tab"
        assert line == line.rstrip(), f"line {number} ends with blanks"
        assert len(line) <= 120, f"line {number} is too long"


def test_the_topology_is_airflows() -> None:
    assert set(_compose()["services"]) == {*LONG_RUNNING, "airflow-init"}
    commands = {name: service.get("command") for name, service in _airflow_services().items()}
    assert commands["airflow-apiserver"] == "api-server"
    assert commands["airflow-scheduler"] == "scheduler"
    assert commands["airflow-dag-processor"] == "dag-processor"
    assert commands["airflow-triggerer"] == "triggerer"
    assert commands["airflow-worker"] == "celery worker"
    assert _compose()["services"]["flower"]["profiles"] == ["flower"]


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_what_runs_on_is_watched_and_restarted(name: str) -> None:
    service = _compose()["services"][name]
    assert service["restart"] == "unless-stopped"
    assert {"test", "interval", "retries", "start_period"} <= set(service["healthcheck"])


@pytest.mark.parametrize("name", sorted(_airflow_services()))
def test_no_health_check_starts_airflows_command_line(name: str) -> None:
    """It took 3 s of processor time a minute and process, and on a busy host more than its 30 s."""
    check = " ".join(map(str, _airflow_services()[name].get("healthcheck", {}).get("test", [])))
    assert not re.search(r"\bairflow (?!-)|airflow\.providers", check)


class _Health(BaseHTTPRequestHandler):
    """Answers like `/api/v2/monitor/health` of an API server whose triggerer has died."""

    def do_GET(self) -> None:
        assert self.path == "/api/v2/monitor/health"
        answer = {"dag_processor": {"status": "healthy"}, "triggerer": {"status": "unhealthy"}}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(("name", "code"), [("airflow-dag-processor", 0), ("airflow-triggerer", 1)])
def test_a_dead_process_is_unhealthy_by_its_heartbeat(name: str, code: int) -> None:
    kind, program, *arguments = _compose()["services"][name]["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "python")
    with ThreadingHTTPServer(("127.0.0.1", 0), _Health) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        here = f"127.0.0.1:{server.server_port}"
        command = [argument.replace("airflow-apiserver:8080", here) for argument in arguments]
        ended = subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=30)
        server.shutdown()
    assert (ended.returncode, ended.stderr) == (code, "")


def test_everything_waits_for_the_database_and_the_init_step() -> None:
    services = _airflow_services()
    for name, service in services.items():
        if name != "airflow-init":
            assert service["depends_on"]["airflow-init"] == {"condition": "service_completed_successfully"}
    assert set(services["airflow-init"]["depends_on"]) == {"postgres", "redis"}
    conditions = {rule["condition"] for rule in services["airflow-init"]["depends_on"].values()}
    assert conditions == {"service_healthy"}


def test_every_airflow_process_has_the_same_image_settings_and_volumes() -> None:
    services = _airflow_services()
    shared = services["airflow-scheduler"]
    for name, service in services.items():
        assert service["image"] == shared["image"]
        assert service["volumes"] == shared["volumes"]
        assert service["cap_drop"] == ["ALL"]
        assert set(shared["environment"].items()) <= set(service["environment"].items()), name
    mounted = {volume.split(":")[0] for volume in shared["volumes"]}
    assert mounted | {"postgres"} == set(_compose()["volumes"])
    # A data folder outside a volume would be lost with its container.
    assert f"data:{shared['environment']['HIRING_SIGNALS_DATA_DIR']}" in shared["volumes"]


def test_secrets_come_from_the_environment_and_are_demanded() -> None:
    variables = _variables()
    secret = {name for name in variables if re.search(r"PASSWORD|SECRET|KEY", name)}
    assert secret == {
        "AIRFLOW_FERNET_KEY",
        "AIRFLOW_JWT_SECRET",
        "AIRFLOW_ADMIN_PASSWORD",
        "POSTGRES_PASSWORD",
        "REDIS_PASSWORD",
        "FLOWER_PASSWORD",
    }
    assert {variables[name] for name in secret} == {":?"}
    for service in _compose()["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD$|SECRET|FERNET|CONN$|BROKER_URL|RESULT_BACKEND|AUTH$", name):
                assert "${" in value, f"{name} is written into the file"
    assert "/.env" in (PROJECT_ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert not re.search(r"^(?!#)\w+=.+", ENV_EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)


def test_whoever_can_stop_workers_has_logged_in() -> None:
    name, _, password = _compose()["services"]["flower"]["environment"][
        "AIRFLOW__CELERY__FLOWER_BASIC_AUTH"
    ].partition(":")
    assert (name, _VARIABLE.sub(r"\g<name>", password)) == ("admin", "FLOWER_PASSWORD")


def test_the_example_names_every_variable() -> None:
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", ENV_EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))
    assert named == set(_variables())


def test_nothing_listens_beyond_this_host_unless_told_to() -> None:
    ports = [port for service in _compose()["services"].values() for port in service.get("ports", ())]
    assert sorted(ports) == ["${AIRFLOW_BIND:-127.0.0.1}:${AIRFLOW_PORT:-8080}:8080", "127.0.0.1:5555:5555"]


def test_init_makes_the_pools_that_the_dags_name() -> None:
    dags = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "dags").glob("*.py"))
    pools = set(re.findall(r'pool="(\w+)"', dags))
    assert pools == {"duckdb"}
    script = _compose()["services"]["airflow-init"]["command"][0]
    assert re.search(r"^airflow pools set duckdb 1 ", script, re.MULTILINE)
    assert re.search(r"^airflow db migrate$", script, re.MULTILINE)
    bash = shutil.which("bash")
    assert bash
    script = script.replace("$$", "$")
    done = subprocess.run([bash, "-n"], input=script, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_airflow_knows_every_setting() -> None:
    import airflow.config_templates
    import airflow.providers.celery

    known = {
        (section, option)
        for file in (
            Path(next(iter(airflow.config_templates.__path__))) / "config.yml",
            Path(next(iter(airflow.providers.celery.__path__))) / "provider.yaml",
        )
        if file.exists()
        for section, body in _sections(load_yaml(file)).items()
        for option in body["options"]
    }
    if not any(section == "celery" for section, _ in known):  # the wheel carries it as Python
        from airflow.providers.celery.get_provider_info import get_provider_info

        known |= {
            (section, option)
            for section, body in get_provider_info()["config"].items()
            for option in body["options"]
        }
    image = re.findall(r"(AIRFLOW__\w+)=", DOCKERFILE.read_text(encoding="utf-8"))
    compose = {name for service in _airflow_services().values() for name in service["environment"]}
    for name in {*image, *compose}:
        if name.startswith("AIRFLOW__"):
            section, option = name.removeprefix("AIRFLOW__").lower().split("__", 1)
            assert (section, option) in known, name


def test_the_pipeline_knows_every_setting_and_the_containers_get_every_one() -> None:
    """Written into .env, what a container is not handed changes nothing: a gentler rate, say."""
    handed = {
        name.removeprefix("HIRING_SIGNALS_").lower()
        for name in _compose()["x-airflow-environment"]
        if name.startswith("HIRING_SIGNALS_")
    }
    of_simulation = {"simulated_market_url", "allow_loopback"}
    assert handed == {*Settings.model_fields, "code_sha"} - of_simulation


def test_the_image_is_locked_compiled_and_unprivileged() -> None:
    instructions = _instructions()
    runs = " ".join(rest for name, rest in instructions if name == "RUN")
    assert "--require-hashes" in runs
    assert "--only-binary :all:" in runs
    assert runs.count("compileall") == 2
    assert [rest for name, rest in instructions if name == "USER"] == ["50000:0"]
    root = next(rest for name, rest in instructions if name == "WORKDIR")
    environment = " ".join(rest for name, rest in instructions if name == "ENV")
    assert f"PYTHONPATH={root}" in environment  # the DAGs say `from include...`
    assert "PYTHONDONTWRITEBYTECODE" not in environment
    versions = {rest.split()[0] for name, rest in instructions if name == "FROM"}
    assert versions == {"python:3.11-slim-bookworm"}


def test_the_context_holds_what_is_copied_and_no_more() -> None:
    copied = [
        source
        for name, rest in _instructions()
        if name == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    ]
    assert all((PROJECT_ROOT / source).exists() for source in copied)
    lines = (PROJECT_ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == set(copied)


def test_every_dependency_is_hashed() -> None:
    lock = (PROJECT_ROOT / "requirements.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock)
    assert len(blocks) > 100
    assert [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block] == []


def _sections(document: dict[str, Any]) -> dict[str, Any]:
    return dict(document.get("config", document))
