"""The embedded stack from the command line: ``python -m ccis.embedded start|stop|status|…``."""

import argparse
import json
import os
import sys
from pathlib import Path

from ccis.embedded import EmbeddedError, broker, cluster, var_folder
from ccis.embedded.postgres import Cluster
from ccis.embedded.supervisor import say, serve


def main(words: list[str] | None = None) -> int:
    """Do one command and return the shell's exit status."""
    choice = _parser().parse_args(words)
    var: Path = choice.var.resolve()
    database = cluster(var, durable=not choice.throwaway)
    try:
        match choice.command:
            case "serve":
                return serve(var=var, port=choice.port, demo=choice.demo)
            case "start":
                database.start()
                broker(var).start()
                say("The database and the broker are running; stop ends them.")
            case "stop":
                broker(var).stop()
                database.stop()
                say("The database and the broker are stopped.")
            case "status":
                return _status(database, var)
            case "env":
                _show_environment(database, var, choice.role)
            case "psql":
                _open_psql(database, choice.role)
    except (EmbeddedError, OSError) as error:
        say(str(error), sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ccis.embedded", description=__doc__)
    parser.add_argument("--var", type=Path, default=var_folder(), help="the folder to work in")
    parser.add_argument("--throwaway", action="store_true", help="the database of the tests")
    commands = parser.add_subparsers(dest="command", required=True)
    whole = commands.add_parser("serve", help="run everything until Ctrl-C")
    whole.add_argument("--port", type=int, default=int(os.environ.get("PORT") or "8000"))
    whole.add_argument("--demo", action="store_true", help="seed the demo and make its return")
    commands.add_parser("start", help="start the database and the broker and leave them running")
    commands.add_parser("stop", help="stop them, whoever uses them")
    commands.add_parser("status", help="say what runs; exit status 0 when both do")
    for name, what in (("psql", "open psql"), ("env", "print what to put in the environment")):
        command = commands.add_parser(name, help=what)
        command.add_argument("--role", default="worker", choices=["owner", "web", "worker"])
    return parser


def _status(database: Cluster, var: Path) -> int:
    running = {"database": database.running(), "broker": broker(var).running()}
    for name, is_running in running.items():
        say(f"{name}: {'running' if is_running else 'stopped'}")
    return 0 if all(running.values()) else 3


def _show_environment(database: Cluster, var: Path, role: str) -> None:
    urls = database.urls()
    values = {
        "CCIS_VAR": str(var),
        "CCIS_DATABASE_ROLE": role,
        "DATABASE_URL": urls.for_role(role),
        "DATABASE_OWNER_URL": urls.owner,
        "REDIS_URL": broker(var).url,
    }
    if role == "web":
        values["DATABASE_PORTAL_URL"] = urls.portal
    for name, value in values.items():
        say(f"export {name}={json.dumps(value)}")


def _open_psql(database: Cluster, role: str) -> None:
    urls = database.start()
    program = Path(database.place().programs) / "psql"
    os.execv(program, [str(program), urls.for_role(role)])  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
