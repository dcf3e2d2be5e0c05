"""What each command does. Imports of rooms stay inside, so that every command starts quickly."""

from __future__ import annotations

import argparse
import threading

from django.core.management import call_command


def serve(options: argparse.Namespace) -> int:
    from shangliang.manage.serving import serve as run

    call_command("collectstatic", interactive=False, verbosity=0)
    return run(options.host, options.port, options.threads)


def work(options: argparse.Namespace) -> int:
    from shangliang.deliberation.live_map import Maps
    from shangliang.manage.jobs import JOBS
    from shangliang.manage.mapping import catch_up, follow
    from shangliang.manage.serving import worker_signals
    from shangliang.manage.working import work as run

    stopping = threading.Event()
    worker_signals(stopping)
    if options.once:
        catch_up(Maps())
    else:
        follow(stopping)
    run(JOBS, stopping, once=options.once)
    return 0


def migrate(options: argparse.Namespace) -> int:
    call_command("migrate", interactive=False, verbosity=0)
    return 0


def demo(options: argparse.Namespace) -> int:
    from shangliang.manage.demo import demo as run

    return run(if_empty=options.if_empty, everywhere=options.all)


def import_file(options: argparse.Namespace) -> int:
    from shangliang.manage.importing import import_voices
    from shangliang.manage.tenants import tenant_of

    tenant = tenant_of(options.tenant)
    return import_voices(options.file, tenant, dry_run=options.dry_run, public=options.public)


def assign_people(options: argparse.Namespace) -> int:
    from shangliang.manage.assigning import assign

    return assign(options.file, options.place, options.out)


def places(options: argparse.Namespace) -> int:
    from shangliang.manage.tenants import invent_places, load_boundaries, load_places

    if options.what == "boundaries":
        return load_boundaries(options.code, options.more[0] if options.more else None)
    if options.what == "test":
        return invent_places(options.code, options.more)
    return load_places(options.code)


def open_tenant(options: argparse.Namespace) -> int:
    from shangliang.manage.tenants import open_tenant as run

    return run(options.code, options.name)


def open_account(options: argparse.Namespace) -> int:
    from shangliang.manage.accounts import open_account as run
    from shangliang.manage.tenants import tenant_of

    return run(options.username, options.name, tenant_of(options.tenant) if options.tenant else None)


def opinion_map(options: argparse.Namespace) -> int:
    from shangliang.manage.opinion import opinion_map as run

    return run(options.votes, options.comments, options.out, options.groups)


def playbook(options: argparse.Namespace) -> int:
    from shangliang.manage import playbook as playbooks

    if options.what == "list":
        return playbooks.names()
    if options.what == "schema":
        return playbooks.print_schema()
    return (
        playbooks.check(options.name, options.picture)
        if options.what == "check"
        else playbooks.show(options.name, options.picture)
    )


def import_conversation(options: argparse.Namespace) -> int:
    from shangliang.manage.conversations import import_conversation as run
    from shangliang.manage.tenants import tenant_of

    return run(options.folder, tenant_of(options.tenant), question=options.question, source=options.source)


def verify(options: argparse.Namespace) -> int:
    from shangliang.manage.tenants import tenants_of
    from shangliang.manage.verifying import verify as run

    return run(tenants_of(options.tenant), options.head)


def head(options: argparse.Namespace) -> int:
    from django_scopes import scope

    from shangliang.ledger.heads import export
    from shangliang.ledger.heads import head as head_of
    from shangliang.manage.tenants import tenants_of

    for tenant in tenants_of(options.tenant):
        with scope(tenant=tenant):
            print(export(head_of(tenant)))
    return 0


def backup(options: argparse.Namespace) -> int:
    from shangliang.manage.backup import backup as run

    return run(options.file, with_keys=options.with_keys)


def restore(options: argparse.Namespace) -> int:
    from shangliang.manage.restore import restore as run

    return run(options.file)
