"""Settings come from the environment; a missing one stops the start with a sentence."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ccis.embedded import database_urls
from ccis.embedded.folders import socket_folder_for
from ccis.settings.kept_secrets import kept_secrets

ROOT = Path(__file__).resolve().parents[3]
COMPLETE = {
    "SECRET_KEY": "a long random text",
    "FILE_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "ALLOWED_HOSTS": "ccis.example.gov.uk",
    "DATABASE_URL": "postgresql://ccis_web:pass@db.example/ccis",
    "REDIS_URL": "redis://broker.example:6379/0",
}


def settings(module: str, environment: dict[str, str], tmp_path: Path, *names: str) -> object:
    """Load settings in a process of their own; return the named ones, or what went wrong."""
    script = (
        "import json, sys, importlib\n"
        f"module = importlib.import_module('ccis.settings.{module}')\n"
        "print(json.dumps({name: getattr(module, name) for name in sys.argv[1:]}, default=str))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *names],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "CCIS_VAR": str(tmp_path / "var"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.splitlines()[-1]


def test_production_starts_when_all_is_given(tmp_path):
    found = settings(
        "production", COMPLETE, tmp_path, "ALLOWED_HOSTS", "CCIS_ADDRESS", "DEBUG", "DATABASES"
    )

    assert found["CCIS_ADDRESS"] == "ccis.example.gov.uk"
    assert found["ALLOWED_HOSTS"] == ["ccis.example.gov.uk"]
    assert found["DEBUG"] is False
    assert found["DATABASES"]["default"]["USER"] == "ccis_web"
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("name", sorted(COMPLETE))
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_production_stops_with_a_sentence_that_says_what_to_set(tmp_path, name, how):
    environment = {**COMPLETE, name: ""}
    if how == "missing":
        del environment[name]

    problem = settings("production", environment, tmp_path)

    assert isinstance(problem, str)
    assert f"ImproperlyConfigured: Set {name} in the environment: " in problem
    assert problem.endswith(".")


def test_production_migrates_as_the_owner_only_when_told_how(tmp_path):
    problem = settings("production", {**COMPLETE, "CCIS_DATABASE_ROLE": "owner"}, tmp_path)
    assert "Set DATABASE_OWNER_URL" in problem

    owner = {
        "CCIS_DATABASE_ROLE": "owner",
        "DATABASE_OWNER_URL": "postgresql://ccis_owner:pass@db.example/ccis",
    }
    found = settings("production", {**COMPLETE, **owner}, tmp_path, "DATABASES")
    assert found["DATABASES"]["default"]["USER"] == "ccis_owner"


def test_the_web_process_reads_for_the_portal_by_a_login_of_its_own(tmp_path):
    web = {**COMPLETE, "CCIS_DATABASE_ROLE": "web"}
    assert "Set DATABASE_PORTAL_URL in the environment" in settings("production", web, tmp_path)

    web["DATABASE_PORTAL_URL"] = "postgresql://ccis_portal:pass@db.example/ccis"
    portal = settings("production", web, tmp_path, "DATABASES")["DATABASES"]["portal"]
    assert (portal["USER"], portal["ATOMIC_REQUESTS"]) == ("ccis_portal", False)


def test_production_never_starts_without_a_second_step(tmp_path):
    without = {"CCIS_DEMO": "on", "CCIS_DEMO_WITHOUT_SECOND_FACTOR": "on"}

    problem = settings("production", {**COMPLETE, **without}, tmp_path)

    assert isinstance(problem, str)
    assert "Take CCIS_DEMO_WITHOUT_SECOND_FACTOR out of the environment: " in problem
    assert settings("production", COMPLETE, tmp_path, "CCIS_SECOND_FACTOR") == {
        "CCIS_SECOND_FACTOR": True
    }


@pytest.mark.parametrize(("demo", "asks"), [({}, None), ({"CCIS_DEMO": "on"}, False)])
def test_the_demo_alone_may_go_without_a_second_step(tmp_path, demo, asks):
    told = {"CCIS_DEMO_WITHOUT_SECOND_FACTOR": "on", **demo}

    found = settings("local", told, tmp_path, "CCIS_SECOND_FACTOR")

    if asks is None:
        assert "this is not the demo" in str(found)
    else:
        assert found == {"CCIS_SECOND_FACTOR": asks}
    assert settings("local", {}, tmp_path, "CCIS_SECOND_FACTOR") == {"CCIS_SECOND_FACTOR": True}


def test_cookies_are_for_encrypted_connections_only(tmp_path):
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    names += ("SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY")

    assert set(settings("production", COMPLETE, tmp_path, *names).values()) == {True}


@pytest.mark.parametrize("role", ["owner", "web", "worker"])
def test_a_machine_of_ones_own_signs_in_as_the_role(tmp_path, role):
    found = settings("local", {"CCIS_DATABASE_ROLE": role}, tmp_path, "DATABASES")

    database = found["DATABASES"]["default"]
    assert database["USER"] == f"ccis_{role}"
    assert database["HOST"] == str(socket_folder_for(tmp_path / "var" / "postgres"))
    assert database["ATOMIC_REQUESTS"] is True
    assert ("pool" in database["OPTIONS"]) is (role == "web")
    assert ("portal" in found["DATABASES"]) is (role == "web")


def test_a_given_database_is_used_as_it_is(tmp_path):
    url = "postgresql://someone:p%40ss@/other?host=/run/postgresql&port=5433"

    found = settings("local", {"DATABASE_URL": url}, tmp_path, "DATABASES")

    database = found["DATABASES"]["default"]
    expected = ("someone", "p@ss", "other", "/run/postgresql", "5433")
    keys = ("USER", "PASSWORD", "NAME", "HOST", "PORT")
    assert tuple(str(database[key]) for key in keys) == expected


def test_secrets_of_a_machine_of_ones_own_are_kept_and_private(tmp_path):
    first = kept_secrets(tmp_path)

    assert kept_secrets(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert kept_secrets(tmp_path / "other") != first


def test_asking_how_to_reach_the_database_starts_nothing(tmp_path):
    assert database_urls(tmp_path, durable=True).web.startswith("postgresql://ccis_web:")
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    ("command", "role"),
    [
        ("migrate", "owner"),
        ("flush", "owner"),
        ("runserver", "web"),
        ("make_return", "worker"),
        ("seed_demo", "worker"),
        ("shell", "worker"),
    ],
)
def test_a_command_has_the_least_role_that_will_do(command, role):
    import manage

    assert manage.role_for(command) == role
