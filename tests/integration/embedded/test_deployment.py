"""docker-compose.yml holds no secret, says when each process is well, and gives each its role."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
SECRET = re.compile(r"PASSWORD|SECRET|KEY|AUTH|_URL$")
SERVERS = ["postgres", "redis", "web", "worker", "beat", "dropfolder"]


def values() -> list[tuple[str, str, str]]:
    return [
        (service, name, str(value))
        for service, what in SERVICES.items()
        for name, value in what.get("environment", {}).items()
    ]


def test_every_process_of_the_service_is_there():
    assert sorted(SERVICES) == sorted([*SERVERS, "migrate"])


WORKS_WITHOUT = {"NOTIFY_API_KEY", "MAILBOXES", "FILE_KEYS_BEFORE"}
"""Without the first two nothing is sent and nothing is read, which the pages say; the third is
there only while the file key is changed."""


def test_no_secret_has_a_default():
    for service, name, value in values():
        if SECRET.search(name) and name not in {"EMAIL_URL", "PASSKEY_DOMAIN"}:
            asked = re.findall(r"\$\{(\w+)(:\?)?", value)
            assert asked, f"{name} of {service} is written down"
            assert name in WORKS_WITHOUT or all(must for _, must in asked), (
                f"{name} of {service} may be left out"
            )
            literal = re.sub(r"\$\{[^}]*\}", "", value)
            assert not re.search(r":[^/@:]+@", literal), f"{name} of {service} holds a password"


def test_every_missing_variable_is_asked_for_in_words():
    text = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / ".env.example").read_text()
    asked = dict(re.findall(r"\$\{(\w+):\?([^}]*)\}", text))

    assert all(words.startswith(f"set {name}") for name, words in asked.items())
    assert set(asked) == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))


@pytest.mark.parametrize("service", SERVERS)
def test_every_server_says_when_it_is_well(service):
    assert SERVICES[service]["healthcheck"]["test"]


@pytest.mark.parametrize(
    ("service", "role"),
    [
        ("migrate", "owner"),
        ("web", "web"),
        *((name, "worker") for name in ("worker", "beat", "dropfolder")),
    ],
)
def test_each_process_has_its_own_login(service, role):
    environment = SERVICES[service]["environment"]
    name = "DATABASE_OWNER_URL" if role == "owner" else "DATABASE_URL"

    assert environment["CCIS_DATABASE_ROLE"] == role
    assert environment[name].startswith(f"postgresql://ccis_{role}:")
    assert (role == "owner") == ("DATABASE_OWNER_URL" in environment)
    assert (role == "web") == ("DATABASE_PORTAL_URL" in environment)


def test_no_port_but_the_sites_own_is_open_and_that_only_here():
    ports = {name: what["ports"] for name, what in SERVICES.items() if what.get("ports")}

    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_the_script_that_makes_the_roles_is_well_formed():
    script = ROOT / "ccis" / "access" / "roles.sh"

    subprocess.run(["sh", "-n", script], check=True)
    made = re.findall(r"CREATE ROLE (\w+)", script.read_text())
    assert made == ["ccis_owner", "ccis_web", "ccis_worker", "ccis_portal", "ccis_reporting"]
    assert "SUPERUSER" not in script.read_text()


def test_the_versions_of_uv_agree():
    versions = {
        re.search(pattern, (ROOT / file).read_text()).group(1)
        for file, pattern in (("Makefile", r"UV_VERSION := (\S+)"), ("Dockerfile", r"uv==(\S+)"))
    }
    assert len(versions) == 1
