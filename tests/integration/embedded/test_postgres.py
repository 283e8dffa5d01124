"""The embedded PostgreSQL starts anywhere, keeps to its folder, and leaves nothing behind."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ccis.embedded import EmbeddedError, binaries, folders, identity, processes
from ccis.embedded.postgres import SERVING_ROLES, Cluster

ROOT = Path(__file__).resolve().parents[3]
MakeCluster = Callable[..., Cluster]


def ask(url: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question)
        while cursor.nextset():
            pass
        return cursor.fetchall()


def server_pid(cluster: Cluster) -> int:
    data = Path(cluster.place().data)
    return int((data / "postmaster.pid").read_text().splitlines()[0])


def listening_inodes() -> set[str]:
    """Inodes of TCP sockets that listen, on this machine."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A":
                found.add(words[9])
    return found


def listens_on_tcp(pid: int) -> bool:
    held = [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
    return any(f"socket:[{inode}]" in held for inode in listening_inodes())


def modes_of_parents(path: Path) -> dict[Path, int]:
    return {parent: stat.S_IMODE(parent.stat().st_mode) for parent in path.parents}


# -- what it is ------------------------------------------------------------------------------------


def test_serving_roles_may_sign_in_and_own_nothing(cluster):
    rows = ask(
        cluster.urls().owner,
        "SELECT rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls"
        " FROM pg_roles WHERE rolname LIKE 'ccis%' ORDER BY 1",
    )

    assert rows == [
        ("ccis_owner", True, False, True, False, False),
        *((role, True, False, False, False, False) for role in sorted(SERVING_ROLES)),
    ]
    assert ask(
        cluster.urls().owner,
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'ccis'",
    ) == [("ccis_owner",)]


@pytest.mark.parametrize("role", SERVING_ROLES)
def test_owner_can_stand_for_each_serving_role(cluster, role):
    with psycopg.connect(cluster.urls().owner) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        assert connection.execute("SELECT current_user").fetchone() == (role,)


@pytest.mark.parametrize("role", SERVING_ROLES)
def test_serving_role_cannot_make_a_table(cluster, role):
    url = cluster.urls().for_role(role.removeprefix("ccis_"))

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(url, "CREATE TABLE mine ()")


def test_a_wrong_password_is_refused(cluster):
    place = cluster.place()
    place.passwords["ccis_web"] = "a guess"

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(place.url("ccis_web"), "SELECT 1")


@pytest.mark.parametrize("extension", ["btree_gist", "pg_trgm", "unaccent", "fuzzystrmatch"])
def test_owner_can_make_the_extensions_that_we_use(cluster, extension):
    with psycopg.connect(cluster.urls().owner) as connection:
        connection.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(extension)))


def test_letters_with_accents_have_cases(cluster):
    assert ask(cluster.urls().owner, "SELECT upper('zoë łukasz')") == [("ZOË ŁUKASZ",)]


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs /proc")
def test_it_opens_no_port(cluster):
    assert not listens_on_tcp(server_pid(cluster))


def test_its_folders_are_private(cluster):
    place = cluster.place()

    for folder in (cluster.home, place.data, place.sockets):
        assert stat.S_IMODE(Path(folder).stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.home.with_name("postgres-test.place").stat().st_mode) == 0o600


def test_no_value_of_a_row_reaches_the_log(cluster):
    url = cluster.urls().owner
    ask(url, "CREATE TABLE pupil (upn text UNIQUE); INSERT INTO pupil VALUES ('Z123'); SELECT 1")

    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(url, "INSERT INTO pupil VALUES ('Z123')")

    log = (Path(cluster.place().data).parent / "log").read_text()
    assert "duplicate key" in log
    assert "Z123" not in log


def test_what_a_durable_one_holds_survives_a_restart(tmp_path, make_cluster):
    first = make_cluster(tmp_path, durable=True)
    url = first.start().owner
    assert ask(url, "SHOW fsync") == [("on",)]
    ask(url, "CREATE TABLE kept AS SELECT 7 AS number; SELECT 1")
    first.leave()
    assert not first.running()

    again = make_cluster(tmp_path, durable=True)

    assert ask(again.start().owner, "SELECT number FROM kept") == [(7,)]


def test_a_throwaway_one_does_not_wait_for_the_disk(cluster):
    assert ask(cluster.urls().owner, "SHOW fsync") == [("off",)]


# -- where it starts -------------------------------------------------------------------------------


def test_it_changes_no_permission_outside_its_folder(tmp_path, make_cluster):
    var = tmp_path / "private" / "var"
    var.parent.mkdir(mode=0o700)
    before = modes_of_parents(var)

    make_cluster(var).start()

    assert modes_of_parents(var) == before


def test_it_starts_in_a_long_path(tmp_path, make_cluster):
    cluster = make_cluster(tmp_path.joinpath(*["a-folder-with-a-long-name"] * 6))

    assert ask(cluster.start().web, "SELECT 1") == [(1,)]

    sockets = Path(cluster.place().sockets)
    assert len(os.fsencode(sockets / ".s.PGSQL.5432")) < 103
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    cluster.stop()
    assert not sockets.exists()


def test_it_starts_in_a_path_with_odd_letters(tmp_path, make_cluster):
    cluster = make_cluster(tmp_path / "it's Zoë's 100% folder?")

    assert ask(cluster.start().web, "SELECT 1") == [(1,)]


def test_two_run_at_once_in_two_folders(tmp_path, make_cluster):
    one, two = make_cluster(tmp_path / "one"), make_cluster(tmp_path / "two")

    one.start()
    two.start()

    assert server_pid(one) != server_pid(two)
    one.stop()
    assert ask(two.urls().web, "SELECT 1") == [(1,)]


def test_a_moved_folder_starts_where_it_is_now(tmp_path, make_cluster):
    before = make_cluster(tmp_path / "before")
    ask(before.start().owner, "CREATE TABLE kept AS SELECT 7 AS number; SELECT 1")
    before.stop()
    (tmp_path / "before").rename(tmp_path / "after")

    after = make_cluster(tmp_path / "after")

    assert ask(after.start().owner, "SELECT number FROM kept") == [(7,)]
    assert str(tmp_path / "before") not in after.place().data


def test_root_can_run_it_as_nobody_in_place(
    as_root, open_folder, copies, make_cluster, monkeypatch
):
    monkeypatch.setattr(identity, "namespaces_work", lambda: False)
    if not identity.can_run(identity.nobody(), binaries.postgres_programs() / "postgres"):
        pytest.skip("nobody cannot reach the programs here")
    cluster = make_cluster(open_folder / "var")

    assert ask(cluster.start().web, "SELECT 1") == [(1,)]

    assert Path(f"/proc/{server_pid(cluster)}").stat().st_uid == identity.nobody().user
    assert not any(copies.iterdir())


def test_root_can_run_it_as_nobody_from_a_copy(
    as_root, tmp_path, copies, make_cluster, monkeypatch
):
    tmp_path.chmod(0o700)
    monkeypatch.setattr(identity, "namespaces_work", lambda: False)
    really_can_run = identity.can_run
    monkeypatch.setattr(
        identity,
        "can_run",
        lambda who, program: copies in program.parents and really_can_run(who, program),
    )
    before = modes_of_parents(tmp_path / "var")
    cluster = make_cluster(tmp_path / "var")

    assert ask(cluster.start().web, "SELECT 1") == [(1,)]

    assert Path(cluster.place().programs).is_relative_to(copies)
    assert modes_of_parents(tmp_path / "var") == before


def test_root_can_run_it_in_a_namespace_of_its_own(as_root, cluster):
    if not identity.namespaces_work():
        pytest.skip("user namespaces are forbidden here")

    assert cluster.place().prefix == list(identity.UNSHARE)
    assert cluster.running()


def ordinary_python() -> tuple[str, dict[str, str]] | None:
    """A Python that ``nobody`` can run with our packages, and its environment."""
    site = next(path for path in sys.path if path.endswith("site-packages"))
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{ROOT}:{site}", "LANG": "C.UTF-8"}
    script = "import sys, ccis.embedded; assert sys.version_info[:2] == (%d, %d)"
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            tried = subprocess.run(
                [python, "-c", script % sys.version_info[:2]],
                user="nobody",
                extra_groups=[],
                env=environment,
                cwd="/",
                check=False,
                capture_output=True,
            )
        except OSError:
            continue
        if tried.returncode == 0:
            return python, environment
    return None


def test_an_ordinary_user_can_run_it(open_folder):
    """As root this becomes nobody; anyone else is ordinary already, as in every other test."""
    found = ordinary_python() if os.geteuid() == 0 else None
    if found is None:
        pytest.skip("nobody cannot reach Python and the packages here")
    python, environment = found
    script = (
        "import psycopg; from pathlib import Path; from ccis.embedded import ensure_database;"
        f"urls = ensure_database(Path({str(open_folder / 'mine')!r}), durable=False);"
        "print(psycopg.connect(urls.web).execute('SELECT current_user').fetchone()[0])"
    )
    shutil.chown(open_folder, "nobody")

    done = subprocess.run(
        [python, "-c", script],
        user="nobody",
        extra_groups=[],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("ccis_web\n", "")
    assert not (open_folder / "mine" / "postgres-test" / "data" / "postmaster.pid").exists()


# -- after a crash, and several at once ------------------------------------------------------------


def test_it_starts_again_after_a_crash(tmp_path, make_cluster):
    cluster = make_cluster(tmp_path, durable=True)
    ask(cluster.start().owner, "CREATE TABLE kept AS SELECT 7 AS number; SELECT 1")
    os.kill(server_pid(cluster), signal.SIGKILL)

    again = make_cluster(tmp_path, durable=True)

    assert ask(again.start().owner, "SELECT number FROM kept") == [(7,)]


def test_it_starts_when_the_stale_number_belongs_to_another_program(cluster, make_cluster):
    place = cluster.place()
    pid_file = Path(place.data) / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    cluster.stop()
    lock = Path(place.sockets) / ".s.PGSQL.5432.lock"
    lock.parent.mkdir(mode=0o700, exist_ok=True)
    for file in (pid_file, lock):
        file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    (Path(place.sockets) / ".s.PGSQL.5432").touch()

    again = make_cluster(cluster.home.parent)

    assert ask(again.start().web, "SELECT 1") == [(1,)]


def test_a_first_start_that_was_cut_short_is_begun_again(tmp_path, make_cluster):
    cluster = make_cluster(tmp_path)
    half_made = Path(f"{cluster.place().data}.new")
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")

    assert ask(cluster.start().web, "SELECT 1") == [(1,)]


def test_another_user_of_the_same_folder_shares_the_server(cluster, make_cluster):
    other = make_cluster(cluster.home.parent)
    other.start()
    pid = server_pid(cluster)

    other.leave()
    assert cluster.running()
    assert server_pid(cluster) == pid

    cluster.leave()
    assert not cluster.running()


def test_many_processes_starting_at_once_share_one_server(tmp_path):
    script = (
        "import sys, time, psycopg; from pathlib import Path;"
        "from ccis.embedded import cluster, ensure_database;"
        "var = Path(sys.argv[1]); urls = ensure_database(var, durable=False);"
        "print((Path(cluster(var, durable=False).place().data) / 'postmaster.pid')"
        ".read_text().split()[0]); sys.stdout.flush(); sys.stdin.read()"
    )
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", script, tmp_path],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    seen = {process.stdout.readline().strip() for process in starters}
    for process in starters:
        process.communicate()

    assert len(seen) == 1
    assert [process.returncode for process in starters] == [0] * 4
    assert not Cluster(tmp_path, durable=False).running()
    assert not processes.alive(int(seen.pop()))


# -- what can be wrong -----------------------------------------------------------------------------


def test_no_programs_gives_a_sentence_that_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(binaries, "_package_folder", lambda name: None)
    monkeypatch.setattr(binaries, "SYSTEM_POSTGRES", tmp_path)

    with pytest.raises(EmbeddedError, match="Set DATABASE_URL to a server, or install"):
        Cluster(tmp_path, durable=False).start()


def test_the_distributions_programs_serve_where_there_is_no_wheel(
    monkeypatch, tmp_path, make_cluster
):
    monkeypatch.setattr(binaries, "_package_folder", lambda name: None)
    try:
        programs = binaries.postgres_programs()
    except EmbeddedError:
        pytest.skip("the distribution's PostgreSQL is not installed")

    cluster = make_cluster(tmp_path)

    assert ask(cluster.start().web, "SELECT 1") == [(1,)]
    assert cluster.place().programs == str(programs)


def test_data_of_another_version_is_left_alone(cluster, make_cluster):
    cluster.stop()
    (Path(cluster.place().data) / "PG_VERSION").write_text("14\n")

    with pytest.raises(EmbeddedError, match="was made by PostgreSQL 14"):
        make_cluster(cluster.home.parent).start()


def test_tests_begin_again_when_the_passwords_were_lost(cluster, make_cluster):
    cluster.home.with_name("postgres-test.place").unlink()

    again = make_cluster(cluster.home.parent)

    assert ask(again.start().web, "SELECT 1") == [(1,)]


def test_data_whose_passwords_were_lost_is_left_alone(tmp_path, make_cluster):
    cluster = make_cluster(tmp_path, durable=True)
    cluster.start()
    (tmp_path / "postgres.place").unlink()

    with pytest.raises(EmbeddedError, match="Put back the file that belongs to it"):
        make_cluster(tmp_path, durable=True).start()

    assert (tmp_path / "postgres" / "data" / "PG_VERSION").exists()


@pytest.mark.parametrize("trap", ["link", "file"])
def test_a_trap_in_the_shared_temporary_folder_is_refused(tmp_path, monkeypatch, trap):
    monkeypatch.setattr(folders, "SHORT_ROOT", tmp_path)
    sockets = folders.socket_folder_for(tmp_path / ("long-" * 20))
    assert sockets.parent == tmp_path
    if trap == "link":
        sockets.symlink_to(tmp_path)
    else:
        sockets.touch()

    with pytest.raises(EmbeddedError, match="is not ours"):
        folders.private_folder(sockets)


def test_a_server_that_cannot_start_says_why(tmp_path, make_cluster):
    cluster = make_cluster(tmp_path)
    cluster.start()
    cluster.stop()
    (Path(cluster.place().data) / "postgresql.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(EmbeddedError, match="no_such_setting"):
        cluster.start()


def test_the_kept_place_names_no_password_in_clear_to_others(cluster):
    kept = cluster.home.with_name("postgres-test.place")

    assert set(json.loads(kept.read_text())["passwords"]) == {
        "postgres",
        "ccis_owner",
        *SERVING_ROLES,
    }
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
