"""The shape of every model, so that work can be spread over machines by tenant without rewriting it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.db import models
from django.db.models.expressions import Expression, F, OrderBy
from django_scopes import scopes_disabled
from django_scopes.manager import DisabledQuerySet

from shangliang.core.fields import TENANT, TenantForeignKey

Model = type[models.Model]


def is_ours(model: Model) -> bool:
    return model.__module__.startswith("shangliang.")


def is_tenants(model: Any) -> bool:
    return getattr(model, "is_tenant_model", False)


MODELS = [model for model in apps.get_models(include_auto_created=True) if is_ours(model)]
TENANT_MODELS = [model for model in MODELS if is_tenants(model)]
GLOBAL_MODELS = [model for model in apps.get_models(include_auto_created=True) if not is_tenants(model)]
# Who may stand outside the tenants: the tenants, places, persons, accounts, and the nation's calendar.
KNOWN_GLOBAL = {
    "people.Account",
    "people.Account_groups",
    "people.Account_user_permissions",
    "people.Person",
    "places.Place",
    "places.PlaceAlias",
    "places.PlaceBoundary",
    "places.PlaceCode",
    "playbooks.NationalDay",
    "tenants.Tenant",
}


def each(models_: list[Model]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("model", models_, ids=lambda model: model._meta.label)


def keys(model: Model) -> Iterator[models.ForeignKey[Any, Any]]:
    return (field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey))


def first_of(source: models.UniqueConstraint | models.Index) -> str:
    """The column a constraint or index begins with, '' when it begins with something computed."""
    if source.fields:
        return source.fields[0].removeprefix("-")
    first: Expression | F = source.expressions[0]
    while isinstance(first, OrderBy):
        first = first.expression
    return first.name if isinstance(first, F) else ""


def test_every_model_is_a_tenants_or_known_to_be_global() -> None:
    assert {model._meta.label for model in MODELS if not is_tenants(model)} <= KNOWN_GLOBAL


@each(TENANT_MODELS)
def test_the_key_is_a_uuid_called_id(model: Model) -> None:
    key = model._meta.pk
    assert key.name == "id"
    assert isinstance(key, models.UUIDField)


@each(TENANT_MODELS)
def test_the_tenant_is_always_there_and_not_for_editing(model: Model) -> None:
    tenant = model._meta.get_field(TENANT)
    assert not tenant.null
    assert not tenant.editable
    assert tenant.remote_field.related_name == "+"


@each(TENANT_MODELS)
def test_every_manager_is_scoped(model: Model) -> None:
    assert model._meta.base_manager_name == "objects"
    for manager in (*model._meta.managers, model._base_manager, model._default_manager):
        assert isinstance(manager.get_queryset(), DisabledQuerySet), manager.name
        with scopes_disabled():
            assert not isinstance(manager.get_queryset(), DisabledQuerySet)


@each(TENANT_MODELS)
def test_a_key_to_a_tenants_row_carries_the_tenant(model: Model) -> None:
    for field in keys(model):
        assert isinstance(field, TenantForeignKey) == is_tenants(field.related_model), field.name


@each(TENANT_MODELS)
def test_a_key_to_a_global_row_cannot_be_followed_back(model: Model) -> None:
    for field in keys(model):
        if not is_tenants(field.related_model):
            assert field.remote_field.related_name == "+", field.name


@each(TENANT_MODELS)
def test_every_unique_constraint_begins_with_the_tenant(model: Model) -> None:
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            assert first_of(constraint) == TENANT, constraint.name
    assert not model._meta.unique_together
    assert [field.name for field in model._meta.local_fields if field.unique and not field.primary_key] == []


@each(TENANT_MODELS)
def test_every_index_begins_with_the_tenant(model: Model) -> None:
    for index in model._meta.indexes:
        assert first_of(index) == TENANT, index.name


@each(TENANT_MODELS)
def test_the_pair_of_tenant_and_id_is_unique(model: Model) -> None:
    pairs = [c.fields for c in model._meta.constraints if isinstance(c, models.UniqueConstraint) and not c.condition]
    assert (TENANT, "id") in pairs


@each(TENANT_MODELS)
def test_nothing_counts_up_across_tenants(model: Model) -> None:
    assert not [field.name for field in model._meta.local_fields if isinstance(field, models.AutoField)]


@each(TENANT_MODELS)
def test_a_tenants_model_inherits_no_table(model: Model) -> None:
    assert not model._meta.parents
    assert not model._meta.proxy


@each(TENANT_MODELS)
def test_many_to_many_goes_through_a_tenants_model(model: Model) -> None:
    for field in model._meta.many_to_many:
        through = field.remote_field.through
        assert is_tenants(through), field.name
        assert not through._meta.auto_created, field.name


@each(MODELS)
def test_no_model_points_to_rows_of_any_kind(model: Model) -> None:
    private = model._meta.private_fields
    assert not [field for field in private if isinstance(field, GenericForeignKey | GenericRelation)]


@each(GLOBAL_MODELS)
def test_no_global_table_points_into_a_tenant(model: Model) -> None:
    targets = [field.related_model for field in (*keys(model), *model._meta.many_to_many)]
    assert not [target for target in targets if is_tenants(target)]
