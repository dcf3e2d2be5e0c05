"""The command `shangliang`: a word for each thing that is done on the machine itself."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status. `shangliang --help` lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
    options = _parser().parse_args(arguments)
    if options.run == "django":
        from django.core.management import execute_from_command_line

        execute_from_command_line(["shangliang django", *options.arguments])
        return 0
    import django

    django.setup()
    from shangliang.core.errors import Refused
    from shangliang.manage import commands

    try:
        return int(getattr(commands, options.run)(options) or 0)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever read along (`| head`) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="shangliang", description="商量：有事好商量。")
    words = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, help_text: str, run: str | None = None) -> argparse.ArgumentParser:
        sub = words.add_parser(name, help=help_text, description=help_text)
        sub.set_defaults(run=run or name)
        return sub

    serve = command("serve", "serve the site, with the worker beside it")
    serve.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--threads", type=int, default=8, help="requests worked on at the same time")
    command("work", "the worker alone: messages, figures, search").add_argument(
        "--once", action="store_true", help="catch up and stop"
    )
    command("migrate", "bring the database to this version")
    demo = command("demo", "a district with invented matters in every stage, and accounts for each role")
    demo.add_argument("--if-empty", action="store_true", help="do nothing when there is a tenant already")
    demo.add_argument("--all", action="store_true", help="also the organisations of the other localities that ship")
    _tenant_commands(command)
    django = command("django", "a command of Django's own, such as makemigrations")
    django.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser


def _tenant_commands(command: Callable[..., argparse.ArgumentParser]) -> None:
    tenant = command("tenant", "open a tenant for a division that is loaded, e.g. 420107", run="open_tenant")
    tenant.add_argument("code")
    tenant.add_argument("--name", default="", help="how it is called, e.g. 武汉市青山区")
    account = command("account", "open a first log-in, and print its password once", run="open_account")
    account.add_argument("username")
    account.add_argument("--name", required=True, help="who it is for")
    account.add_argument("--tenant", help="the slug: a seat in its office; left out, somebody who runs the machine")
    places = command("places", "load divisions, or their boundaries, from the data in the package")
    places.add_argument("what", choices=["load", "boundaries", "test"])
    places.add_argument("code", help="a division's code: 2, 4 or 6 digits; for test: a code of your own")
    places.add_argument("more", nargs="*", help="for boundaries: a GeoJSON file; for test: a city and its districts")
    people = command("people", "find the communities that a list of people live in", run="assign_people")
    people.add_argument("what", choices=["assign"])
    people.add_argument("file", help="Excel or CSV with the columns key, name, address (编号, 姓名, 地址)")
    people.add_argument("--place", required=True, help="the code of the district or city they live in, e.g. 420107")
    people.add_argument("--out", required=True, help="the CSV to write: key, community_code, status, reason")
    voices = command("import", "import a file of messages (Excel or CSV)", run="import_file")
    voices.add_argument("what", choices=["voices"])
    voices.add_argument("file")
    voices.add_argument("--tenant", required=True, help="the slug, e.g. 420107")
    voices.add_argument("--dry-run", action="store_true", help="look at every row, write nothing")
    voices.add_argument("--public", action="store_true", help="the messages were public where they come from")
    opinion = command(
        "opinion-map", "who thinks alike, and what all share, from votes on statements", run="opinion_map"
    )
    opinion.add_argument("votes", help="CSV as Polis exports it, or .npz with participant, statement and vote")
    opinion.add_argument("comments", help="CSV as Polis exports it: the statements, and which were taken out")
    opinion.add_argument("--out", required=True, help="the JSON to write")
    opinion.add_argument("--groups", type=int, help="so many groups; left out, as many as stand apart best")
    playbook = command("playbook", "ways of working: list those that ship, show one, check a file, print the schema")
    playbook.add_argument("what", choices=["list", "show", "check", "schema"])
    playbook.add_argument("name", nargs="?", default="", help="for show: its name; for check: the file")
    playbook.add_argument("--picture", help="for show and check: the SVG file to draw its path in")
    talk = command(
        "conversation", "take in statements and votes of a conversation held elsewhere", "import_conversation"
    )
    talk.add_argument("what", choices=["import"])
    talk.add_argument("folder", help="with comments.csv and votes.csv as Polis exports them, .gz or .xz or not")
    talk.add_argument("--tenant", required=True, help="the slug, e.g. 420107")
    talk.add_argument("--question", default="", help="what was asked; left out, the topic in summary.csv")
    talk.add_argument("--source", default="", help="whose data it is, and by what terms: stands on its pages")
    for name, text in (
        ("verify", "check the ledger against the rows, and against a head exported earlier"),
        ("head", "print the signed head of a tenant's ledger, one line of JSON"),
    ):
        sub = command(name, text)
        sub.add_argument("--tenant", help="the slug; all tenants if left out")
        if name == "verify":
            sub.add_argument("--head", help="a file that `shangliang head` wrote")
    backup = command("backup", "write database, files and ledger heads to one archive")
    backup.add_argument("file")
    backup.add_argument("--with-keys", action="store_true", help="put the keys in as well: whoever has it reads all")
    restore = command("restore", "put back what `backup` wrote, into an empty installation")
    restore.add_argument("file")


if __name__ == "__main__":
    sys.exit(main())
