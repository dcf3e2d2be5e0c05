"""The engine's index for searching: an FTS5 table on SQLite, a GIN index on PostgreSQL."""

from django.db import migrations

# FTS5 without content, because it would only repeat the tokens; without positions, because
# a search asks only which texts have all tokens.
CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE voices_search USING fts5"
        "(tokens, content='', detail='none', tokenize='unicode61 remove_diacritics 0')"
    ),
    "postgresql": "CREATE INDEX voices_search ON voices_searchtext USING gin (string_to_array(tokens, ' '))",
}
DROP = {"sqlite": "DROP TABLE voices_search", "postgresql": "DROP INDEX voices_search"}


def create(apps, editor):
    editor.execute(CREATE[editor.connection.vendor])


def drop(apps, editor):
    editor.execute(DROP[editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("voices", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
